import type { RoleRef } from '../finding.ts';
import type { AuditEvent } from '../read/event.ts';
import type { PrivilegeChange } from '../read/privilege-change.ts';
import { addTurn, type Turn } from './turns.ts';
import {
  accountIn,
  type Holding,
  holdingOf,
  mostLosses,
  type WatchedAccount,
  type WatchState,
} from './watch-state.ts';

/**
 * What an audit row says of a role or a membership, taken over into what is remembered.
 *
 * @param roles - the template ids that count as privileged; others are not remembered.
 * @returns the ids of the accounts that changed.
 */
export function learnPrivilege(
  state: WatchState,
  event: AuditEvent,
  change: PrivilegeChange,
  holderId: string,
  roles: ReadonlySet<string>,
): string[] {
  if (change.stage === 'request') return [];
  if (change.of.kind === 'group') return learnMembership(state, event, change, holderId);
  const { templateId, name } = change.of;
  if (!templateId || !roles.has(templateId)) return [];
  const role = { templateId, name, scope: change.scope };
  const account = accountIn(state, holderId, change.holder);
  if (change.effect === 'grant') {
    learnGrant(state, account, role, event, change);
    return [holderId];
  }
  const turn = turnOf(event, change);
  endHolding(account, role, change.tier, turn);
  noteLoss(state, event, change);
  return [
    holderId,
    ...(account.type === 'group' ? endThroughGroup(state, holderId, role, turn) : []),
  ];
}

const turnOf = (event: AuditEvent, { effect, until, stage }: PrivilegeChange): Turn => ({
  at: event.at,
  held: effect === 'grant',
  ...(effect === 'grant' && until && { until }),
  // PIM notices what has held for a while already.
  ...(stage === 'notice' && { isState: true, isTold: true }),
});

function learnGrant(
  state: WatchState,
  account: WatchedAccount,
  role: RoleRef,
  event: AuditEvent,
  change: PrivilegeChange,
): void {
  const holding = holdingSince(state, event.at, account, role, change.tier);
  addTurn(holding.turns, turnOf(event, change));
  if (change.way !== 'pim-activation') return;
  // Whoever activates was eligible before, and is afterwards.
  const eligible = holdingSince(state, event.at, account, role, 'eligible');
  addTurn(eligible.turns, { at: event.at, held: true, isState: true, isTold: true });
}

/** A holding that the snapshot, though taken later, does not show has ended before it was taken. */
function holdingSince(
  { takenAt }: WatchState,
  at: number,
  account: WatchedAccount,
  role: RoleRef,
  tier: Holding['tier'],
): Holding {
  const holding = holdingOf(account, role, tier, null);
  if (holding.turns.length === 0 && takenAt !== null && at < takenAt) {
    addTurn(holding.turns, { at: takenAt, held: false, isState: true });
  }
  return holding;
}

function endHolding(
  account: WatchedAccount,
  role: RoleRef,
  tier: Holding['tier'],
  turn: Turn,
): void {
  const direct = account.holdings.filter(
    (one) => one.via === null && one.role.templateId === role.templateId && one.tier === tier,
  );
  const sameScope = direct.filter((one) => one.role.scope === role.scope);
  // A removal does not always tell the scope: then it ends what the snapshot knows under any.
  const ended = sameScope.length > 0 ? sameScope : direct;
  if (ended.length === 0) ended.push(holdingOf(account, role, tier, null));
  for (const { turns } of ended) addTurn(turns, turn);
}

/** Members that the snapshot listed through a group lose what the group loses. */
function endThroughGroup(state: WatchState, group: string, role: RoleRef, turn: Turn): string[] {
  const changed: string[] = [];
  for (const account of state.accounts.values()) {
    for (const holding of account.holdings) {
      if (holding.via !== group || holding.role.templateId !== role.templateId) continue;
      addTurn(holding.turns, turn);
      changed.push(account.id);
    }
  }
  return changed;
}

function learnMembership(
  state: WatchState,
  event: AuditEvent,
  change: PrivilegeChange,
  holderId: string,
): string[] {
  const { of: group } = change;
  // Only groups that the watchlist knows can carry a role; owners hold nothing themselves.
  if (group.kind !== 'group' || group.as === 'owner' || !state.accounts.has(group.id)) return [];
  // At the end of an activation the member is eligible still; PIM tells an end of that by itself.
  if (change.effect === 'revoke' && isEndOfActivation(event, change)) return [];
  const account = accountIn(state, holderId, change.holder);
  const turn = turnOf(event, change);
  let membership = account.memberships.find((one) => one.group === group.id);
  if (!membership) {
    membership = { group: group.id, turns: [] };
    account.memberships.push(membership);
  }
  addTurn(membership.turns, turn);
  if (turn.held) return [holderId];
  for (const { via, turns } of account.holdings) if (via === group.id) addTurn(turns, turn);
  noteLoss(state, event, change);
  return [holderId];
}

function noteLoss({ losses }: WatchState, event: AuditEvent, change: PrivilegeChange): void {
  if (isEndOfActivation(event, change) || change.holder.type !== 'user') return;
  const loss = { at: event.at, who: change.holder.name ?? change.holder.id ?? 'unknown' };
  if (losses.some(({ at, who }) => at === loss.at && who === loss.who)) return;
  losses.push(loss);
  losses.sort((a, b) => a.at - b.at).splice(0, losses.length - mostLosses);
}

const isEndOfActivation = (event: AuditEvent, { way }: PrivilegeChange) =>
  way === 'pim-activation' || event.isPimTwin;
