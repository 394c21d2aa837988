import type { AuditEvent, AuditTarget } from '../read/event.ts';
import { saysTrue } from '../read/raw.ts';
import { addTurn } from './turns.ts';
import { accountIn, type WatchedAccount, type WatchState } from './watch-state.ts';

/** Only these audit operations set a new password. A forced change at the next sign-in does not yet. */
const setsPassword = new Set([
  'change user password',
  'reset user password',
  'reset password',
  'reset password (by admin)',
  'reset password (self-service)',
  'change password (self-service)',
  'update passwordprofile',
]);

/**
 * What an audit row says of an account itself: a new password, switched on or off.
 *
 * @returns whether the account changed.
 */
export function learnAccountChange(
  account: WatchedAccount,
  event: AuditEvent,
  target: AuditTarget,
): boolean {
  const isPassword = setsPassword.has(event.operation);
  const isEnabled = enabledAfter(event.operation, target);
  if (isPassword) account.passwordChangedAt = Math.max(account.passwordChangedAt ?? 0, event.at);
  if (isEnabled !== undefined) addTurn(account.enabled, { at: event.at, held: isEnabled });
  return isPassword || isEnabled !== undefined;
}

/**
 * A group made for roles: whoever joins it before it gets one will hold that too.
 *
 * @returns the ids of the accounts that changed.
 */
export function learnNewGroup(state: WatchState, event: AuditEvent): string[] {
  if (event.operation !== 'add group') return [];
  const made = event.targets.find(({ changes }) =>
    saysTrue(changes.get('isassignabletorole')?.after),
  );
  if (!made?.party.id) return [];
  return [accountIn(state, made.party.id, { ...made.party, type: 'group' }).id];
}

const enabling = new Map([
  ['enable account', true],
  ['restore user', true],
  ['disable account', false],
  ['delete user', false],
  ['hard delete user', false],
]);

/** Whether an account can be used after an operation on it; undefined where it says nothing of that. */
function enabledAfter(operation: string, target: AuditTarget | undefined): boolean | undefined {
  const after = target?.changes.get('accountenabled')?.after;
  if (operation === 'update user' && after !== undefined && after !== null) return saysTrue(after);
  return enabling.get(operation);
}
