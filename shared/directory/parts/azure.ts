import type * as z from 'zod';
import type { Snapshot } from '../../watch/directory.ts';
import { ReadError, type Reader } from '../reader.ts';
import type { Request } from '../request.ts';
import {
  azureAssignments,
  azureEligibilities,
  rootAssignments,
  subscriptions,
} from '../requests/azure.ts';

type Azure = NonNullable<Snapshot['azure']>;
export type AzureAssignment = Azure['assignments'][number];

export type AzureReading = {
  section: Azure;
  /** What could not be read, of which the rest may be there. */
  errors: ReadError[];
};

/** Roles that lead to all else in their scope. */
const watched: Readonly<Record<string, string>> = {
  '8e3af657-a8ff-443c-a75c-2fe8c4bcb635': 'Owner',
  '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9': 'User Access Administrator',
  'f58310d9-a9f6-439a-9e8d-f62e7b41a168': 'Role Based Access Control Administrator',
};

/** A tenant may have thousands; those at hand tell what comes from above them too. */
const mostSubscriptions = 500;

/** @throws {ReadError} if not even the subscriptions can be listed. */
export async function readAzure(arm: Reader): Promise<AzureReading> {
  const errors: ReadError[] = [];
  const found = await arm.list(subscriptions);
  const atRoot: ReadError[] = [];
  const root = await tried(arm.list(rootAssignments), atRoot);
  // Not to see the root is a state of its own; only what may pass is a failure.
  errors.push(...atRoot.filter(({ because }) => because.status !== 403));
  const assignments = (root ?? []).flatMap(({ properties }) =>
    assignmentOf({ ...properties, since: properties.createdOn, isEligible: false }),
  );
  let unlicensed = false;
  for (const { subscriptionId } of found.slice(0, mostSubscriptions)) {
    const active = await tried(ofOne(arm, azureAssignments, subscriptionId), errors);
    for (const { properties } of active ?? []) {
      const given = { ...properties, since: properties.createdOn, isEligible: false };
      assignments.push(...assignmentOf(given));
    }
    const eligible: Eligible[] | undefined = unlicensed
      ? []
      : await tried(ofOne(arm, azureEligibilities, subscriptionId), errors);
    unlicensed ||= eligible === undefined && errors.at(-1)?.because.status === 400;
    for (const { properties } of eligible ?? []) {
      const { startDateTime: since, endDateTime: until } = properties;
      assignments.push(...assignmentOf({ ...properties, since, until, isEligible: true }));
    }
  }
  return {
    section: {
      subscriptions: found.map(({ subscriptionId, displayName, state }) => ({
        id: subscriptionId,
        name: displayName,
        state,
      })),
      assignments: onceEach(assignments),
      seesRoot: root !== undefined,
    },
    errors,
  };
}

type Eligible = z.output<typeof azureEligibilities.row>;

const ofOne = <Row>(arm: Reader, request: Request<Row>, id: string): Promise<Row[]> =>
  arm.list(request, id);

/** One subscription that refuses does not hide the others. */
async function tried<T>(read: Promise<T>, errors: ReadError[]): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (!(error instanceof ReadError)) throw error;
    errors.push(error);
  }
}

type Written = {
  scope: string;
  roleDefinitionId: string;
  principalId: string;
  principalType?: string | null | undefined;
  since: string | null | undefined;
  until?: string | null | undefined;
  isEligible: boolean;
};

const types: Readonly<Record<string, AzureAssignment['principal']['type']>> = {
  user: 'user',
  group: 'group',
  foreigngroup: 'group',
  serviceprincipal: 'servicePrincipal',
  device: 'device',
};

function assignmentOf(written: Written): AzureAssignment[] {
  const { scope, roleDefinitionId, principalId, since, until, isEligible } = written;
  const roleName = watched[roleDefinitionId.split('/').at(-1)?.toLowerCase() ?? ''];
  if (roleName === undefined) return [];
  const kind = written.principalType?.toLowerCase() ?? '';
  return [
    {
      scope,
      roleName,
      principal: { type: types[kind] ?? 'other', id: principalId, name: null },
      // Only known of a user once Graph is asked; a foreign group says it itself.
      isExternal: kind === 'foreigngroup' ? true : null,
      isEligible,
      since: since ?? null,
      until: until ?? null,
    },
  ];
}

/** What is inherited shows in each subscription beneath. */
const onceEach = (assignments: readonly AzureAssignment[]): AzureAssignment[] => [
  ...new Map(
    assignments.map((one) => [
      [one.scope.toLowerCase(), one.roleName, one.principal.id, one.isEligible].join(' '),
      one,
    ]),
  ).values(),
];
