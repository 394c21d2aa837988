import { type Turn, uniteTurns } from './turns.ts';
import {
  mostLosses,
  type PrivilegeLoss,
  type WatchedAccount,
  type WatchState,
} from './watch-state.ts';

/** What one instance knows of an account, and when the snapshot in it was taken (epoch milliseconds). */
export type Known = { account: WatchedAccount; takenAt: number | null };

/**
 * What two instances know of a tenant, made one: the same in whichever order, and however often.
 * Neither is changed, and the result shares no list with them.
 */
export function uniteStates(a: WatchState, b: WatchState): WatchState {
  const ids = [...new Set([...a.accounts.keys(), ...b.accounts.keys()])].sort();
  const accounts = ids.flatMap((id) => {
    const [left, right] = [knownIn(a, id), knownIn(b, id)];
    const known = left && right ? uniteKnown(left, right) : (left ?? right);
    return known ? [[id, uniteKnown(known, known).account] as const] : [];
  });
  return {
    accounts: new Map(accounts),
    losses: uniteLosses(a.losses, b.losses),
    takenAt: laterOf(a.takenAt, b.takenAt),
    unread: unreadOfLater(a, b),
  };
}

type Read = Pick<WatchState, 'takenAt' | 'unread'>;

/** What the later of two snapshots could not read; of one age, what either could not. */
export function unreadOfLater(a: Read, b: Read): WatchState['unread'] {
  const age = (a.takenAt ?? -1) - (b.takenAt ?? -1);
  if (age !== 0) return age > 0 ? a.unread : b.unread;
  if (a.unread === null || b.unread === null) return a.unread ?? b.unread;
  return [...new Set([...a.unread, ...b.unread])].sort();
}

export function knownIn({ accounts, takenAt }: WatchState, id: string): Known | undefined {
  const account = accounts.get(id);
  return account && { account, takenAt: account.snapshot ? takenAt : null };
}

/** The later snapshot says what the account is; of what happened to it nothing is left out. */
export function uniteKnown(a: Known, b: Known): Known {
  const [older, newer] = inOrder(a, b);
  const account: WatchedAccount = {
    id: newer.account.id,
    type: newer.account.type,
    name: newer.account.name ?? older.account.name,
    holdings: uniteHoldings(a.account.holdings, b.account.holdings),
    memberships: uniteMemberships(a.account.memberships, b.account.memberships),
    enabled: uniteTurns(a.account.enabled, b.account.enabled),
    passwordChangedAt: laterOf(a.account.passwordChangedAt, b.account.passwordChangedAt),
    snapshot: newer.account.snapshot ?? older.account.snapshot,
  };
  return { account, takenAt: laterOf(a.takenAt, b.takenAt) };
}

export function uniteLosses(
  a: readonly PrivilegeLoss[],
  b: readonly PrivilegeLoss[],
): PrivilegeLoss[] {
  return [...byKey([...a, ...b], ({ at, who }) => `${at} ${who}`).values()]
    .map(([{ at, who }]) => ({ at, who }))
    .sort((one, other) => one.at - other.at || compare(one.who, other.who))
    .slice(-mostLosses);
}

type Holding = WatchedAccount['holdings'][number];

function uniteHoldings(a: readonly Holding[], b: readonly Holding[]): Holding[] {
  const groups = byKey([...a, ...b], ({ role, tier, via }) =>
    JSON.stringify([role.templateId, role.scope, tier, via]),
  );
  return inKeyOrder(groups).map((same) => {
    const [{ role, tier, via }] = same;
    const { templateId, scope } = role;
    const name = nameOf(templateId, same);
    return { role: { templateId, name, scope }, tier, via, turns: turnsOf(same) };
  });
}

/** Where nothing better was known, the id stands for the name. */
function nameOf(templateId: string, same: readonly Holding[]): string {
  const names = same.map(({ role }) => role.name).sort(compare);
  return names.find((name) => name !== templateId) ?? templateId;
}

type Membership = WatchedAccount['memberships'][number];

function uniteMemberships(a: readonly Membership[], b: readonly Membership[]): Membership[] {
  const groups = byKey([...a, ...b], ({ group }) => group);
  return inKeyOrder(groups).map((same) => ({ group: same[0].group, turns: turnsOf(same) }));
}

const turnsOf = (all: readonly { turns: readonly Turn[] }[]) =>
  uniteTurns(
    all.flatMap(({ turns }) => turns),
    [],
  );

export const laterOf = (a: number | null, b: number | null) =>
  a === null || b === null ? (a ?? b) : Math.max(a, b);

/** Older snapshot first. Where they are of one age, the text decides, so that both sides agree. */
function inOrder(a: Known, b: Known): [Known, Known] {
  const age = (a.takenAt ?? -1) - (b.takenAt ?? -1) || compare(faceOf(a), faceOf(b));
  return age <= 0 ? [a, b] : [b, a];
}

const faceOf = ({ account: { type, name, snapshot } }: Known) =>
  JSON.stringify([snapshot, type, name]);

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

type Some<T> = [T, ...T[]];

function byKey<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, Some<T>> {
  const groups = new Map<string, Some<T>>();
  for (const one of all) {
    const group = groups.get(keyOf(one));
    if (group) group.push(one);
    else groups.set(keyOf(one), [one]);
  }
  return groups;
}

const inKeyOrder = <T>(groups: ReadonlyMap<string, T>): T[] =>
  [...groups].sort(([a], [b]) => compare(a, b)).map(([, group]) => group);
