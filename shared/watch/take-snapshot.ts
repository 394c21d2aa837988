import { builtInRoleName } from '../roles.ts';
import { parseTime } from '../time.ts';
import type { Snapshot, SnapshotAccount } from './directory.ts';
import { addTurn } from './turns.ts';
import {
  accountIn,
  type Holding,
  holdingOf,
  type WatchedAccount,
  type WatchState,
} from './watch-state.ts';

/** Takes a snapshot over into what is remembered; what the stream said after it was taken still stands. */
export function takeSnapshot(state: WatchState, snapshot: Snapshot): void {
  const at = parseTime(snapshot.takenAt) ?? 0;
  state.takenAt = at;
  for (const known of snapshot.accounts) takeAccount(state, known, at);
  const present = new Set(snapshot.accounts.map(({ id }) => id));
  for (const account of state.accounts.values()) {
    if (!present.has(account.id)) endMissing(account, [], at);
  }
}

function takeAccount(state: WatchState, known: SnapshotAccount, at: number): void {
  const { id, type } = known;
  const name = known.userPrincipalName ?? known.displayName ?? null;
  const account = accountIn(state, id, { type, id, name });
  account.type = type;
  account.snapshot = known;
  account.name = name ?? account.name;
  if (typeof known.enabled === 'boolean') {
    addTurn(account.enabled, { at, held: known.enabled, isState: true });
  }
  const changed = parseTime(known.lastPasswordChangeAt);
  if (changed) account.passwordChangedAt = Math.max(account.passwordChangedAt ?? 0, changed);
  endMissing(account, takeAssignments(account, known, at), at);
}

function takeAssignments(account: WatchedAccount, known: SnapshotAccount, at: number): Holding[] {
  return (known.assignments ?? []).map(({ roleTemplateId, roleName, scope, state, via, until }) => {
    const name = builtInRoleName(roleTemplateId) ?? roleName ?? roleTemplateId;
    const role = { templateId: roleTemplateId, name, scope: scope ?? '/' };
    const tier = state === 'eligible' ? 'eligible' : 'active';
    const holding = holdingOf(account, role, tier, via ?? null);
    const end = parseTime(until);
    addTurn(holding.turns, { at, held: true, isState: true, ...(end && { until: end }) });
    return holding;
  });
}

/** What the snapshot no longer shows had ended when it was taken, unless the stream said so later. */
function endMissing(account: WatchedAccount, present: readonly Holding[], at: number): void {
  for (const holding of account.holdings) {
    if (!present.includes(holding)) addTurn(holding.turns, { at, held: false, isState: true });
  }
}
