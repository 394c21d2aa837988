import { setTimeout as sleep } from 'node:timers/promises';
import { type Outcome, type Packed, taken } from './sink.ts';

/** How an acknowledgement is waited for. */
export type Patience = {
  /** Between two questions. */
  pollMs: number;
  /** In one call: who waits longer holds up what else there is to send. */
  waitMs: number;
  /** In all. Then the events are sent again. */
  mostMs: number;
};

type ReceiptDeps = Patience & {
  /** Of which requests the events are indexed, by the ids of their receipts; what is not known is left out. */
  acksOf(ids: readonly number[]): Promise<Readonly<Record<string, boolean>>>;
  /** What is said of an event that is not indexed yet. */
  says: string;
};

/** What was taken in one request. */
type Receipt = {
  id: number;
  isIndexed: boolean;
  /** By the clock of the process; whoever asks later sends it again. */
  until: number;
};

/**
 * What Splunk has taken and its indexers have not written yet, by uid. It is remembered from one call to
 * the next: an event that is on its way is asked about, and not sent again.
 *
 * @see https://help.splunk.com/splunk-enterprise/get-data-in/collect-http-event-data/about-http-event-collector-indexer-acknowledgment
 */
export function hecReceipts({ acksOf, says, pollMs, waitMs, mostMs }: ReceiptDeps) {
  const receipts = new Map<string, Receipt>();

  async function isAnyOpen(all: ReadonlySet<Receipt>): Promise<boolean> {
    const open = [...all].filter(({ isIndexed }) => !isIndexed);
    if (open.length === 0) return false;
    const acks = await acksOf(open.map(({ id }) => id));
    for (const receipt of open) receipt.isIndexed = acks[receipt.id] === true;
    return open.some(({ isIndexed }) => !isIndexed);
  }

  return {
    forgetOld(): void {
      for (const [uid, { until }] of receipts) {
        if (performance.now() >= until) receipts.delete(uid);
      }
    },
    isUnderWay: ({ outgoing }: Packed): boolean => receipts.has(outgoing.uid),
    note(batch: readonly Packed[], id: number): void {
      const receipt = { id, isIndexed: false, until: performance.now() + mostMs };
      for (const { outgoing } of batch) receipts.set(outgoing.uid, receipt);
    },
    /** Until all that is on its way of a batch is indexed, or this call has waited long enough. */
    async wait(batch: readonly Packed[]): Promise<void> {
      const until = performance.now() + waitMs;
      const all = new Set(batch.flatMap(({ outgoing }) => receipts.get(outgoing.uid) ?? []));
      while (await isAnyOpen(all)) {
        if (performance.now() >= until) return;
        await sleep(pollMs);
      }
    },
    outcomeOf({ outgoing: { uid } }: Packed): Outcome {
      if (!receipts.get(uid)?.isIndexed) return { became: 'later', says };
      receipts.delete(uid);
      return taken;
    },
  };
}
