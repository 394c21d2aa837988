import { hashOfPayload } from './chain.ts';
import type { Ledger, LedgerItem } from './ledger.ts';

type Waiting = {
  item: LedgerItem;
  place(seq: number): void;
  fail(error: unknown): void;
};

/**
 * Lets callers that come at once share a write. One write is under way at a time, and what comes
 * meanwhile waits for the next: so a storm costs a write for every hundred items, not one for each.
 *
 * @param write - items behind the last link, @returns their places.
 * @param countOf - how many of the first items go into one write; at least one.
 */
export function groupCommit(
  write: (items: readonly LedgerItem[]) => Promise<number[]>,
  countOf: (items: readonly LedgerItem[]) => number,
): Ledger['append'] {
  let waiting: Waiting[] = [];
  let isWriting = false;

  async function writeAll(): Promise<void> {
    if (isWriting) return;
    isWriting = true;
    while (waiting.length > 0) {
      try {
        const count = countOf(waiting.slice(0, mostAtOnce).map(({ item }) => item));
        const some = waiting.slice(0, count);
        const places = await write(some.map(({ item }) => item));
        waiting = waiting.slice(count);
        for (const [index, { place }] of some.entries()) place(places[index] as number);
      } catch (error) {
        // Those behind would only wait for the same failure, each by itself.
        const failed = waiting;
        waiting = [];
        for (const { fail } of failed) fail(error);
      }
    }
    isWriting = false;
  }

  return async (items) => {
    // What has no hash must fail here, and not those that share its write.
    for (const { payload } of items) hashOfPayload(payload);
    const places = items.map(
      (item) => new Promise<number>((place, fail) => waiting.push({ item, place, fail })),
    );
    void writeAll();
    return await Promise.all(places);
  };
}

/** A transaction of Table Storage has a hundred rows, and one of them is the head. */
export const mostAtOnce = 99;
