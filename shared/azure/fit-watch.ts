import { roleTier } from '../roles.ts';
import type { Turn } from '../watch/turns.ts';
import type { Known } from '../watch/watch-merge.ts';
import { bytesOf, maxRowBytes } from './table-rows.ts';

/** The latest turn says what holds now, the one before it what a late event should have seen. */
const fewTurns = 2;
const fewHoldings = 500;

/**
 * An account small enough for its row: one that the service refuses would hold up its batch for ever.
 * The history of its roles goes first, then the longest lists of the snapshot, of which nothing is known
 * then, at last the snapshot itself.
 */
export function fitKnown(known: Known): Known {
  if (bytesOf(known) <= maxRowBytes) return known;
  const { account, takenAt } = known;
  const short = {
    ...account,
    holdings: account.holdings.map((one) => ({ ...one, turns: latest(one.turns) })),
    memberships: account.memberships.map((one) => ({ ...one, turns: latest(one.turns) })),
  };
  if (bytesOf(short) <= maxRowBytes) return { account: short, takenAt };
  const slim = { ...short, snapshot: withoutLongLists(account.snapshot) };
  if (bytesOf(slim) <= maxRowBytes) return { account: slim, takenAt };
  const bare = { ...short, name: account.name?.slice(0, 200) ?? null, snapshot: null };
  if (bytesOf(bare) <= maxRowBytes) return { account: bare, takenAt: null };
  const fewer = {
    ...bare,
    // Whoever piles up small roles must not push the great one over the edge.
    holdings: bare.holdings.toSorted(gravestFirst).slice(0, fewHoldings),
    memberships: bare.memberships.slice(0, fewHoldings),
  };
  return { account: fewer, takenAt: null };
}

/** What somebody could make as long as they like. */
const listed = ['assignments', 'memberOf', 'permissions', 'credentials', 'owners'] as const;
const fewListed = 100;

function withoutLongLists(snapshot: Known['account']['snapshot']) {
  const long = listed.filter((name) => (snapshot?.[name]?.length ?? 0) > fewListed);
  return snapshot && { ...snapshot, ...Object.fromEntries(long.map((name) => [name, null])) };
}

type Holding = Known['account']['holdings'][number];

function gravestFirst(a: Holding, b: Holding): number {
  const isPart = ({ role }: Holding) => Number(role.scope !== '/');
  const isOver = ({ turns }: Holding) => Number(turns.at(-1)?.held !== true);
  return (
    isOver(a) - isOver(b) ||
    roleTier(a.role.templateId) - roleTier(b.role.templateId) ||
    isPart(a) - isPart(b)
  );
}

const latest = (turns: readonly Turn[]) => turns.slice(-fewTurns);
