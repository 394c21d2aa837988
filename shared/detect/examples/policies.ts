import { audit } from './records.ts';

type Values = readonly [before: unknown, after: unknown];

/** A row about one policy of the tenant: what changed by name, before and after. */
export const policyRow = (
  operationName: string,
  changes: Readonly<Record<string, Values>>,
  fields: object = {},
) =>
  audit(operationName, {
    category: 'Policy',
    targetResources: [
      {
        id: '00000000-0000-4000-8000-000000000060',
        type: 'Policy',
        displayName: 'MFA for all',
        modifiedProperties: Object.entries(changes).map(([displayName, [before, after]]) => ({
          displayName,
          oldValue: textOf(before),
          newValue: textOf(after),
        })),
      },
    ],
    ...fields,
  });

/** As Entra writes values: JSON in a string; what is text already is taken as it is. */
const textOf = (value: unknown) =>
  typeof value === 'string' ? value : value === null ? null : JSON.stringify(value);

/** A Conditional Access policy as Graph has it: multi-factor authentication for everybody, everywhere. */
export const accessPolicy = (more: object = {}, conditions: object = {}) => ({
  id: '00000000-0000-4000-8000-000000000060',
  displayName: 'MFA for all',
  createdDateTime: '2026-01-01T00:00:00.1234567+00:00',
  modifiedDateTime: '2026-11-20T11:59:59.1234567+00:00',
  state: 'enabled',
  conditions: {
    applications: { includeApplications: ['All'], excludeApplications: [] },
    users: { includeUsers: ['All'], excludeUsers: [], includeGroups: [], excludeGroups: [] },
    clientAppTypes: ['all'],
    signInRiskLevels: [],
    ...conditions,
  },
  grantControls: { operator: 'OR', builtInControls: ['mfa'], termsOfUse: [] },
  ...more,
});

/** The same as the directory stores it: text within a list, with other names. */
export const storedAccessPolicy = (more: object = {}) =>
  JSON.stringify([
    JSON.stringify({
      Version: 1,
      ModifiedDateTime: '2026-11-20T11:59:59.1234567Z',
      State: 'Enabled',
      Conditions: {
        Applications: { Include: [{ Applications: ['All'] }] },
        Users: { Include: [{ Users: ['All'] }], Exclude: [{ Groups: ['group-1'] }] },
      },
      Controls: [{ Control: ['Mfa'] }],
      SessionControls: ['SignInFrequency'],
      ...more,
    }),
  ]);

/** A row about a domain, which has a name and no id. */
export const domainRow = (
  operationName: string,
  changes: Readonly<Record<string, Values>> = {},
  fields: object = {},
) => {
  const row = policyRow(operationName, changes, { category: 'DirectoryManagement', ...fields });
  const targetResources = row.properties.targetResources.map((target: object) => ({
    ...target,
    id: null,
    type: 'Other',
    displayName: 'example.net',
  }));
  return { ...row, properties: { ...row.properties, targetResources } };
};
