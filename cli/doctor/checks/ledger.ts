import { type BlobAnchors, blobAnchors } from '../../../shared/azure/blob-anchor.ts';
import { tableLedger } from '../../../shared/azure/table-ledger.ts';
import type { LedgerHead } from '../../../shared/ledger/ledger.ts';
import { minuteMs } from '../../../shared/time.ts';
import { type Check, storageOf } from '../check.ts';
import { immutabilityLine } from '../immutability.ts';
import { fine, type Line, notKnown, toFix } from '../line.ts';

/** `escalate` anchors what was left out, every twenty seconds. */
const patienceMs = 5 * minuteMs;
const lookAtLog =
  'Look for "the ledger is not anchored" in the log of the function escalate: docs/operate.md#when-it-stops.';
const verify = 'Treat it as tampering: export and verify what you can, docs/auditor.md#the-ledger.';

export const ledgerCheck: Check = {
  name: 'ledger',
  async run(deps) {
    const storage = storageOf(deps);
    const anchors = blobAnchors(storage.anchors);
    const ledger = tableLedger(storage.ledger, { anchors, warn: () => {}, now: deps.now });
    // Anchors first: what is written in between only makes the chain longer.
    const last = await lastAnchor(anchors);
    const head = await ledger.head();
    return [
      chainLine(head),
      ...anchorLines(head, last, deps.now()),
      ...(await linkLine(last, ledger.links)),
      await immutabilityLine('container', storage.anchors, 'ledger'),
    ];
  },
};

type Anchor = LedgerHead & { at: string };

async function lastAnchor(anchors: BlobAnchors): Promise<Anchor | undefined> {
  const read = (await anchors.anchorLines()).map((line) => JSON.parse(line) as Anchor);
  return read.sort((a, b) => a.seq - b.seq).at(-1);
}

const chainLine = ({ seq, hash }: LedgerHead): Line =>
  seq === 0
    ? notKnown('chain', 'it is empty: nobody has done anything yet')
    : fine('chain', `entries: ${seq}; head ${hash.slice(0, 16)}…`);

function anchorLines(head: LedgerHead, last: Anchor | undefined, now: number): Line[] {
  if (!last) {
    if (head.seq === 0) return [];
    return [toFix('anchors', 'no head of the chain has been anchored', lookAtLog)];
  }
  if (last.seq > head.seq) {
    const says = `the chain ends at ${head.seq}, but was anchored at ${last.seq}: entries are gone`;
    return [toFix('anchors', says, verify)];
  }
  const says = `last anchored at ${last.seq} of ${head.seq}, ${last.at}`;
  const isLate = last.seq < head.seq && now - Date.parse(last.at) > patienceMs;
  return [isLate ? toFix('anchors', says, lookAtLog) : fine('anchors', says)];
}

/** What was anchored must still stand there. */
async function linkLine(
  last: Anchor | undefined,
  links: ReturnType<typeof tableLedger>['links'],
): Promise<Line[]> {
  if (!last) return [];
  for await (const { link } of links(last.seq)) {
    if (link.seq === last.seq && link.hash === last.hash) return [];
    break;
  }
  return [toFix('anchors', `entry ${last.seq} is not the one that was anchored`, verify)];
}
