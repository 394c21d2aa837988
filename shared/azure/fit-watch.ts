import type { Turn } from '../watch/turns.ts';
import type { Known } from '../watch/watch-merge.ts';
import { bytesOf, maxRowBytes } from './table-rows.ts';

/** The latest turn says what holds now, the one before it what a late event should have seen. */
const fewTurns = 2;
const fewHoldings = 500;

/**
 * An account small enough for its row: one that the service refuses would hold up its batch for ever.
 * The history of its roles goes first, then the snapshot, which the next one brings again.
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
  const bare = { ...short, name: account.name?.slice(0, 200) ?? null, snapshot: null };
  if (bytesOf(bare) <= maxRowBytes) return { account: bare, takenAt: null };
  const fewer = {
    ...bare,
    holdings: bare.holdings.slice(0, fewHoldings),
    memberships: bare.memberships.slice(0, fewHoldings),
  };
  return { account: fewer, takenAt: null };
}

const latest = (turns: readonly Turn[]) => turns.slice(-fewTurns);
