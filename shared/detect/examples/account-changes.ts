import { audit, by } from './records.ts';

// Rows of the audit log about accounts, for the examples of detections.
type Person = { id: string; upn: string };

/** A row about an account. */
export const accountRow = (operationName: string, who: Person, fields: object = {}) =>
  audit(operationName, {
    category: 'UserManagement',
    targetResources: [accountTarget(who)],
    ...fields,
  });

/** Somebody changes their own sign-in methods, or, by `fields`, those of another. */
export const methodRow = (operationName: string, who: Person, fields: object = {}) =>
  accountRow(operationName, who, {
    id: `Methods_${operationName}`,
    loggedByService: 'Authentication Methods',
    initiatedBy: by(who),
    ...fields,
  });

/** An update of an account: what each property was, and what it is now. */
export const updateUser = (
  who: Person,
  changes: Readonly<Record<string, readonly [before: unknown, after: unknown]>>,
  fields: object = {},
) => accountRow('Update user', who, { targetResources: [accountTarget(who, changes)], ...fields });

const accountTarget = (
  who: Person,
  changes: Readonly<Record<string, readonly [before: unknown, after: unknown]>> = {},
) => ({
  id: who.id,
  type: 'User',
  userPrincipalName: who.upn,
  modifiedProperties: Object.entries(changes).map(([displayName, [before, after]]) => ({
    displayName,
    oldValue: before === null ? null : JSON.stringify(before),
    newValue: after === null ? null : JSON.stringify(after),
  })),
});
