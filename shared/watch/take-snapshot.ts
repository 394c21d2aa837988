import { builtInRoleName } from '../roles.ts';
import { parseTime } from '../time.ts';
import type { Snapshot, SnapshotAccount } from './directory.ts';
import type { DirectoryPart } from './tenant-fields.ts';
import { addTurn, type Turn } from './turns.ts';
import {
  accountIn,
  type Holding,
  holdingOf,
  type WatchedAccount,
  type WatchState,
} from './watch-state.ts';

/** A reading of the directory, as it is laid over what is remembered. */
type Reading = {
  /** When it began, epoch milliseconds. */
  at: number;
  /** The reading before it, and what that one could not read; undefined where nobody knows. */
  before: { at: number; unread: ReadonlySet<DirectoryPart> } | undefined;
  unread: ReadonlySet<DirectoryPart>;
};

/** Takes a snapshot over into what is remembered; what the stream said after it was taken still stands. */
export function takeSnapshot(state: WatchState, snapshot: Snapshot): void {
  const at = parseTime(snapshot.takenAt) ?? 0;
  const unread = new Set(snapshot.gaps?.map(({ part }) => part));
  const reading: Reading = { at, before: readingBefore(state), unread };
  state.takenAt = at;
  // A file that somebody wrote does not say what it leaves out.
  state.unread = snapshot.gaps ? [...unread].sort() : null;
  for (const known of snapshot.accounts) takeAccount(state, known, reading);
  const present = new Set(snapshot.accounts.map(({ id }) => id));
  for (const account of state.accounts.values()) {
    if (present.has(account.id)) continue;
    endMissing(account, [], reading);
    endMemberships(account, [], reading);
  }
}

const readingBefore = ({ takenAt, unread }: WatchState): Reading['before'] =>
  takenAt === null || unread === null ? undefined : { at: takenAt, unread: new Set(unread) };

function takeAccount(state: WatchState, known: SnapshotAccount, reading: Reading): void {
  const { id, type } = known;
  const name = known.userPrincipalName ?? known.displayName ?? null;
  const account = accountIn(state, id, { type, id, name });
  account.type = type;
  account.snapshot = known;
  account.name = name ?? account.name;
  if (typeof known.enabled === 'boolean') {
    addTurn(account.enabled, { at: reading.at, held: known.enabled, isState: true });
  }
  const changed = parseTime(known.lastPasswordChangeAt);
  if (changed) account.passwordChangedAt = Math.max(account.passwordChangedAt ?? 0, changed);
  endMissing(account, takeAssignments(account, known, reading), reading);
  if (known.memberOf) endMemberships(account, known.memberOf, reading);
}

function takeAssignments(account: WatchedAccount, known: SnapshotAccount, reading: Reading) {
  return (known.assignments ?? []).map(({ roleTemplateId, roleName, scope, state, via, until }) => {
    const name = builtInRoleName(roleTemplateId) ?? roleName ?? roleTemplateId;
    const role = { templateId: roleTemplateId, name, scope: scope ?? '/' };
    const tier = state === 'eligible' ? 'eligible' : 'active';
    const holding = holdingOf(account, role, tier, via ?? null);
    const end = parseTime(until);
    const turn: Turn = { at: reading.at, held: true, isState: true, ...(end && { until: end }) };
    const { before } = reading;
    const isNew = holding.turns.length === 0;
    // Carried over from an older reading: it says nothing of now.
    if (isUnread(holding, reading.unread) && !isNew) return holding;
    // An event since then may have made it known; the reading before has not seen it all the same.
    const isUnseen = before && holding.turns.every(({ at }) => at > before.at);
    if (isUnseen && before.at < reading.at && !isUnread(holding, before.unread)) {
      addTurn(holding.turns, { at: before.at, held: false, isState: true });
    }
    addTurn(holding.turns, turn);
    return holding;
  });
}

/** What the snapshot no longer shows had ended when it was taken, unless the stream said so later. */
function endMissing(
  account: WatchedAccount,
  present: readonly Holding[],
  { at, unread }: Reading,
): void {
  for (const holding of account.holdings) {
    // What was not read has not ended.
    if (present.includes(holding) || isUnread(holding, unread)) continue;
    addTurn(holding.turns, { at, held: false, isState: true });
  }
}

function endMemberships(
  account: WatchedAccount,
  groups: readonly string[],
  { at, unread }: Reading,
): void {
  if (unread.has('groups')) return;
  for (const { group, turns } of account.memberships) {
    if (!groups.includes(group)) addTurn(turns, { at, held: false, isState: true });
  }
}

/** Whether what was not read could have shown or hidden it. */
const isUnread = ({ tier, via }: Holding, unread: ReadonlySet<DirectoryPart>): boolean =>
  partsOf(tier, via !== null).some((part) => unread.has(part));

function partsOf(tier: Holding['tier'], isThroughGroup: boolean): DirectoryPart[] {
  const own: DirectoryPart[] = tier === 'eligible' ? ['pim'] : ['roles'];
  if (!isThroughGroup) return own;
  return tier === 'eligible' ? [...own, 'groups', 'groupPim'] : [...own, 'groups'];
}
