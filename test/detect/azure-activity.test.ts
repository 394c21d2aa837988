import { describe, expect, test } from 'vitest';
import type { Detection, Example } from '../../shared/detect/detection.ts';
import elevateAccess from '../../shared/detect/detections/elevate-access-azure.ts';
import exportChanged from '../../shared/detect/detections/entra-diagnostics-changed.ts';
import hubTampered from '../../shared/detect/detections/eventhub-tampered.ts';
import roleAssigned from '../../shared/detect/detections/rbac-privileged-assigned.ts';
import { activity, asApi, declaring, own, started } from '../../shared/detect/examples/activity.ts';
import type { ExampleRecords } from '../../shared/detect/examples/records.ts';
import { exampleTenantId, people } from '../../shared/detect/examples/tenant.ts';
import { policyOf, runRecords } from '../run-records.ts';

const setting = `/tenants/${exampleTenantId}/providers/microsoft.aadiam/diagnosticSettings/to-soc-hub`;

/** A change of the export at an hour of the day: its start shows what, its end that it was done. */
function change(hour: number, on: readonly string[], off: readonly string[] = []) {
  const correlationId = `change-${hour}`;
  const end = activity(people.ada, 'microsoft.aadiam/diagnosticSettings/write', setting, {
    time: `2026-11-20T${hour}:00:00Z`,
    correlationId,
  });
  const logs = [
    ...on.map((category) => ({ category, enabled: true })),
    ...off.map((category) => ({ category, enabled: false })),
  ];
  const requestbody = JSON.stringify({ properties: { logs, workspaceId: own.hub } });
  const start = { ...started(end, { requestbody }), time: `2026-11-20T${hour}:00:00Z` };
  return [start, end];
}

const core = ['AuditLogs', 'SignInLogs'];
const severities = async (records: readonly object[], tenant: Example['tenant'] = {}) => {
  const run = { detections: [exportChanged], ...policyOf(exportChanged.id, { tenant }) };
  const findings = await runRecords(records, run);
  return findings.map(({ finding }) => finding).sort((a, b) => (a.time < b.time ? -1 : 1));
};

describe('a setting is compared with what it was', () => {
  test('a log that is no longer named is lost', async () => {
    const records = [...change(10, [...core, 'ProvisioningLogs']), ...change(11, core)];
    const [first, second] = await severities(records);
    expect(first?.severity).toBe('informational');
    expect(second).toMatchObject({
      severity: 'critical',
      title: "ada@example.com > Entra's log export to-soc-hub: without provisioninglogs",
    });
  });

  test('a log that was off before is not lost', async () => {
    const records = [...change(10, core, ['RiskyUsers']), ...change(11, core, ['RiskyUsers'])];
    const [first, second] = await severities(records);
    expect([first?.severity, second?.severity]).toEqual(['critical', 'informational']);
  });

  test('all logs as a group, then one by one: only what is needed must be there', async () => {
    const group = [{ categoryGroup: 'allLogs', enabled: true }];
    const [start, end] = change(10, []);
    const requestbody = JSON.stringify({ properties: { logs: group } });
    const all = [{ ...start, properties: { ...start?.properties, requestbody } }, end ?? {}];
    const kept = await severities([...all, ...change(11, core)]);
    expect(kept.map(({ severity }) => severity)).toEqual(['informational', 'informational']);
    const cut = await severities([...all, ...change(11, ['AuditLogs'])]);
    expect(cut.at(-1)?.severity).toBe('critical');
  });

  test('a change that nothing shows is passed over', async () => {
    const silent = change(11, core).slice(1);
    const records = [...change(10, [...core, 'RiskyUsers']), ...silent, ...change(12, core)];
    const found = await severities(records);
    expect(found.map(({ severity }) => severity)).toEqual(['informational', 'high', 'critical']);
  });

  test('where the policy names it as ours and where it leads, it must lead there', async () => {
    const [found] = await severities(change(10, core), declaring(own.hub));
    expect(found?.severity).toBe('informational');
    const [moved] = await severities(change(10, core), declaring(own.storage));
    expect(moved?.severity).toBe('critical');
    const [unknown] = await severities(change(10, core), declaring());
    expect(unknown?.severity).toBe('informational');
  });
});

test.each([
  'NonInteractiveUserSignInLogs',
  'ServicePrincipalSignInLogs',
  'ManagedIdentitySignInLogs',
  'RiskyUsers',
  'UserRiskEvents',
])('what is not known to have been off must not be switched off: %s', async (log) => {
  const [found] = await severities(change(10, core, [log]));
  expect(found).toMatchObject({
    severity: 'critical',
    title: `ada@example.com > Entra's log export to-soc-hub: without ${log}`,
  });
});

test.each(['eventHubAuthorizationRuleId', 'serviceBusRuleId', 'workspaceId', 'storageAccountId'])(
  'where it leads: %s',
  async (field) => {
    const [start, end] = change(10, core);
    const logs = core.map((category) => ({ category }));
    const requestbody = { properties: { logs, [field]: `${own.namespace}/authorizationRules/x` } };
    const records = [{ ...start, properties: { ...start?.properties, requestbody } }, end ?? {}];
    const [found] = await severities(records, declaring(own.hub));
    expect(found?.severity).toBe('informational');
  },
);

const assigned = async (fields: object) => {
  const record = activity(
    people.ada,
    'Microsoft.Authorization/roleAssignments/write',
    '/providers/Microsoft.Authorization/roleAssignments/2',
    {},
    { requestbody: { RoleDefinitionId: owner, PrincipalId: people.ben.id, ...fields } },
  );
  const [kept] = await runRecords([record], { detections: [roleAssigned] });
  return kept?.finding;
};
const owner = '8e3af657-a8ff-443c-a75c-2fe8c4bcb635';

test.each([
  ['User', 'user'],
  ['Group', 'group'],
  ['ForeignGroup', 'group'],
  ['ServicePrincipal', 'servicePrincipal'],
  [undefined, 'other'],
])('whom a role is given to: %s', async (PrincipalType, type) => {
  const found = await assigned({ PrincipalType });
  expect(found?.subject).toEqual({ type, id: people.ben.id, name: people.ben.upn });
});

test.each([
  ['/', '/', 'all of Azure'],
  [undefined, '/', 'all of Azure'],
  ['/providers/Microsoft.Management/managementGroups/Top', undefined, 'management group top'],
  ['/subscriptions/S1/', '/subscriptions/s1', 'subscription s1'],
  ['/subscriptions/s1/resourceGroups/Web', undefined, 'resource group web'],
  ['/subscriptions/s1/resourceGroups/web/providers/Microsoft.Web/sites/shop', undefined, 'shop'],
])('where a role is given: %s', async (Scope, scope, words) => {
  const found = await assigned({ Scope });
  expect(found?.title).toBe(`ada@example.com > ben@example.com: Owner of ${words}`);
  expect(found?.roles[0]?.scope).toBe(scope ?? Scope?.toLowerCase());
});

test.each([
  ['Microsoft.EventHub/namespaces/eventhubs/delete', 'Event Hub entra: deleted'],
  ['Microsoft.EventHub/namespaces/eventhubs/write', 'Event Hub entra: changed'],
  [
    'Microsoft.EventHub/namespaces/authorizationRules/listKeys/action',
    'Event Hub entra: keys read',
  ],
  [
    'Microsoft.EventHub/namespaces/authorizationRules/regenerateKeys/action',
    'Event Hub entra: keys replaced',
  ],
])('what was done: %s', async (operation, words) => {
  const tenant = declaring(own.hub);
  const run = { detections: [hubTampered], ...policyOf(hubTampered.id, { tenant }) };
  const changed = activity(people.ada, operation, own.hub);
  const again = { ...changed, correlationId: 'another request' };
  const kept = await runRecords([started(changed), changed, again], run);
  expect(kept.map(({ finding }) => finding.title)).toEqual(
    Array(2).fill(`ada@example.com > ${words}`),
  );
});

/** Every order of a few records. */
const orders = <T>(records: readonly T[]): T[][] =>
  records.length < 2
    ? [[...records]]
    : records.flatMap((one, index) =>
        orders(records.toSpliced(index, 1)).map((rest) => [one, ...rest]),
      );

const assignment = activity(
  people.ada,
  'Microsoft.Authorization/roleAssignments/write',
  '/subscriptions/1/providers/Microsoft.Authorization/roleAssignments/2',
);
const requestbody = {
  Properties: {
    PrincipalId: people.dan.id,
    RoleDefinitionId: owner,
  },
};

const told: readonly [string, Detection, ExampleRecords][] = [
  [
    'changes of the export',
    exportChanged,
    [...change(10, [...core, 'RiskyUsers']), ...change(11, core)],
  ],
  [
    'a role, told by two copies of the log',
    roleAssigned,
    [
      started(assignment, { requestbody }),
      assignment,
      { ...asApi(assignment), properties: { responseBody: JSON.stringify(requestbody) } },
    ],
  ],
  ...elevateAccess
    .examples()
    .filter(({ records }) => records.length > 1)
    .map(
      ({ name, records }) => [name, elevateAccess, records] as [string, Detection, ExampleRecords],
    ),
];

test.each(told)(
  '%s: the findings are the same in any order, and however often told',
  async (_, detection, records) => {
    const outcomes = await Promise.all(
      orders([...records]).map(async (some) => {
        const kept = await runRecords([...some, some[0]], { detections: [detection] });
        return kept
          .map(({ state, finding: { revision: __, ...rest } }) => JSON.stringify([state, rest]))
          .sort();
      }),
    );
    expect(outcomes[0]).not.toEqual([]);
    expect(new Set(outcomes.map((one) => one.join('\n'))).size).toBe(1);
  },
);
