import { cleanLine } from '../../clean-text.ts';
import type { Actor, Party, RoleRef } from '../../finding.ts';
import { accountKey, accountSubject, idInKey } from '../../memory/subject.ts';
import type { ChangeTrace } from '../../memory/trace.ts';
import type { ActivityEvent, AuditEvent } from '../../read/event.ts';
import { dayOf } from '../../time.ts';
import type { Watchlist } from '../../watch/watchlist.ts';
import type { Context, Match } from '../detection.ts';
import { accountTarget } from '../rows/account-changes.ts';
import { nameOf, nameOfRole } from '../wording.ts';
import { countsOf } from './told-from-traces.ts';

/** What is remembered to have been done by, or to, one account, in the order of the events. */
export type History = { account: string; changes: readonly ChangeTrace[] };

/** What an account is remembered under, by the key that histories have for it. */
export const subjectOf = (account: string, watchlist: Watchlist) =>
  accountSubject({ type: 'user', id: account, name: null }, watchlist);

/** The history of each account that an event added a change to; none where it changed nothing of note. */
export function historiesOf(
  event: AuditEvent | ActivityEvent,
  { past, watchlist }: Context,
): History[] {
  const parties: (Party | null | undefined)[] = [event.actor];
  if (event.kind === 'audit') parties.push(event.privilege?.holder, accountTarget(event)?.party);
  const accounts = parties.flatMap((party) => (party ? accountKey(party, watchlist) : []));
  return [...new Set(accounts)]
    .map((account) => ({ account, changes: past.all('change', subjectOf(account, watchlist)) }))
    .filter(({ changes }) => changes.some(({ recordId }) => recordId === event.id));
}

/** A change of who holds a privileged role. */
export type RoleChange = ChangeTrace & { role: RoleRef };

/** The changes of one kind that tell of a role. */
export const roleChanges = (
  { changes }: History,
  ...kinds: readonly ('granted' | 'activated' | 'removed')[]
): RoleChange[] =>
  changes.filter(
    (change): change is RoleChange =>
      change.role !== null && kinds.some((kind) => kind === change.what),
  );

/** A change, and those that came within a time after it. */
type Sequence<A, B> = { first: A; others: readonly B[] };

/** Each of the first with those of the others that came soon enough after it; left out where none did. */
export function followedBy<A extends ChangeTrace, B extends ChangeTrace>(
  firsts: readonly A[],
  others: readonly B[],
  withinMs: number,
): Sequence<A, B>[] {
  return firsts.flatMap((first) => {
    const soon = others.filter(({ at }) => at >= first.at && at - first.at <= withinMs);
    return soon.length > 0 ? [{ first, others: soon }] : [];
  });
}

/**
 * Changes that are told together, in order. The key tells it from others of its kind: of something
 * that nothing arriving later can move, such as a UTC day.
 */
type Episode<A, B = A> = {
  key: readonly string[];
  /** The earliest of what it began with, the earliest of what followed, and the last of all. */
  first: A;
  other: B;
  last: A | B;
  changes: readonly (A | B)[];
};

/** @param keyOf - of what begins a sequence: those with the same key are one episode. */
export function episodes<A extends ChangeTrace, B extends ChangeTrace>(
  sequences: readonly Sequence<A, B>[],
  keyOf: (first: A) => readonly string[],
): Episode<A, B>[] {
  return groupsOf(sequences, ({ first }) => JSON.stringify(keyOf(first))).map(({ first, all }) => {
    const changes = inOrder(new Set(all.flatMap((one) => [one.first, ...one.others])));
    const [other] = inOrder(all.flatMap(({ others }) => others)) as [B];
    const last = changes.at(-1) ?? other;
    return { key: keyOf(first.first), first: first.first, other, last, changes };
  });
}

/**
 * The changes that are more than so many within a time, by the UTC day on which they became too many.
 *
 * @param limitOf - how many are not yet too many, as of a change.
 */
export function tooMany<T extends ChangeTrace>(
  changes: readonly T[],
  limitOf: (change: T) => number,
  withinMs: number,
): Episode<T>[] {
  const crowds = changes.flatMap((last) => {
    const inside = changes.filter(({ at }) => at <= last.at && last.at - at <= withinMs);
    return inside.length > limitOf(last) ? [{ first: last, others: inside }] : [];
  });
  return episodes(crowds, ({ at }) => [dayOf(at)]);
}

/** Groups in the order of their first members. */
export const groupsOf = <T>(items: readonly T[], keyOf: (item: T) => string) =>
  [...Map.groupBy(items, keyOf)].map(([key, all]) => ({ key, first: all[0] as T, all }));

export const inOrder = <T extends ChangeTrace>(changes: Iterable<T>): T[] =>
  [...changes].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));

/** What all findings have in common that are told from changes: the more of them are known, the better. */
export function toldFrom(changes: readonly ChangeTrace[]) {
  return {
    at: changes.at(-1)?.at ?? 0,
    recordIds: [...new Set(changes.map(({ recordId }) => recordId))],
    precedence: countsOf(changes.length),
    roles: rolesIn(changes),
    details: { changes: changes.slice(0, mostListed).map(inWords) },
  } satisfies Partial<Match>;
}

const rolesIn = (changes: readonly ChangeTrace[]): RoleRef[] => [
  ...new Map(
    changes.flatMap(({ role }) => (role ? [[`${role.templateId} ${role.scope}`, role]] : [])),
  ).values(),
];

const mostListed = 20;

function inWords(change: ChangeTrace): string {
  const whom = change.of && change.of !== change.by ? ` (${nameOf(receiverOf(change))})` : '';
  const role = change.role ? `: ${nameOfRole(change.role)}` : '';
  return `${nameOf(doerOf(change))}: ${cleanLine(change.operation, 100)}${role}${whom}`;
}

/** Whoever made a change. */
export const doerOf = ({ by, byName, byType, ip }: ChangeTrace): Actor => ({
  ...partyOf(by, byName, byType),
  ip,
});

/** Whom a change was made to. */
export const receiverOf = ({ of, ofName, ofType, by, byName }: ChangeTrace): Party =>
  // PIM calls those whom it is about by their display names, and whoever acts by the name they sign in with.
  partyOf(of, of === by ? byName : ofName, ofType);

const partyOf = (key: string | null, name: string | null, type: Party['type'] | null): Party => ({
  type: type ?? 'user',
  id: idInKey(key, name),
  name,
});
