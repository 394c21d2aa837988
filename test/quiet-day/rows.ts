import { type Audit, audit, type By, changes, userTarget } from '../../local/sample-day/audits.ts';
import type { Person } from '../../local/sample-day/people.ts';
import type { Dice, Fields, LogRecord } from '../../local/sample-day/records.ts';

/** A row of the audit log, of a service that the sample day has not. */
export function row(dice: Dice, given: Audit): LogRecord {
  const prefix = prefixes[given.service ?? ''] ?? 'Directory';
  const click = given.click ?? dice.guid();
  const id = `${prefix}_${click}_${dice.between(10 ** 7, 10 ** 9)}`;
  return audit(dice, { ...given, click, more: { id, ...given.more } });
}

const prefixes: Record<string, string> = {
  PIM: 'PIM',
  'Access Reviews': 'AADERM',
  'Entitlement Management': 'ELM',
  'Conditional Access': 'IPCGraph',
  'Authentication Methods': 'IPCGraph',
  'Self-service Password Management': 'SSPR',
  'Device Registration Service': 'DRS',
};

type UserRow = { at: number; by: By; of: Person; properties?: readonly Fields[] } & Partial<
  Pick<Audit, 'service' | 'reason' | 'more' | 'click' | 'ip'>
>;

/** Something done to an account. */
export const userRow = (dice: Dice, operation: string, { of, properties, ...given }: UserRow) =>
  row(dice, {
    operation,
    category: 'UserManagement',
    targets: [userTarget(of, properties)],
    ...given,
  });

/** Properties before and after, each JSON within a string. */
export const changed = (before: Fields, after: Fields): Fields[] =>
  changes(after).map((change) => ({
    ...change,
    oldValue: JSON.stringify(before[String(change.displayName)] ?? null),
  }));

export const thing = (
  type: string,
  id: string,
  displayName: string,
  modified: readonly Fields[] = [],
) => ({
  ...{ id, displayName, type, modifiedProperties: modified, administrativeUnits: [] },
});

/** Services that sign as a user of Microsoft's own tenant. */
export const asService = (userPrincipalName: string): Fields => ({
  initiatedBy: {
    user: { id: null, displayName: null, userPrincipalName, ipAddress: null, roles: [] },
  },
});
