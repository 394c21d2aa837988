/** A forwarder over Table Storage that goes on until it is killed. */
import { setTimeout as pause } from 'node:timers/promises';
import { blobDeadLetters } from '../../shared/azure/blob-dead-letters.ts';
import { openStorage } from '../../shared/azure/storage.ts';
import { tableCases } from '../../shared/azure/table-cases.ts';
import { tableFeed } from '../../shared/azure/table-feed.ts';
import { tableShelf } from '../../shared/azure/table-shelf.ts';
import type { ClaimRow } from '../../shared/forward/pump/claim.ts';
import type { SinkState } from '../../shared/forward/pump/sink-state.ts';
import { jumpingClock } from './jumping-clock.ts';
import { openForwarder, sinkName } from './open-forwarder.ts';
import type { Receiver } from './receiver.ts';
import type { Witness } from './witness.ts';

export type KilledSetup = Pick<Receiver, 'written' | 'env'> & {
  connectionString: string;
  /** How far its clock is ahead: that of one killed before it was. */
  ahead: number;
};

/** What it tells its parent, as it happens. */
export type KilledWord =
  | { ahead: number }
  | { request: true }
  | { fault: string }
  | { refusal: [uid: string, words: string] }
  | { problem: string };

const timeoutMs = 300;
/** A claim whose holder has died has run out by then. */
const claimMs = 61_000;

const tell = (word: KilledWord) => void process.send?.(word);
const witness: Witness = {
  request: () => tell({ request: true }),
  fault: (fault) => tell({ fault }),
  refusal: (uid, words) => tell({ refusal: [uid, words] }),
  problem: (problem) => tell({ problem }),
};

// Whoever killed it is gone as well.
process.once('disconnect', () => process.exit());
process.once('message', (setup: KilledSetup) => {
  forward(setup).catch((error: unknown) => {
    tell({ problem: String(error) });
    process.exit(1);
  });
});

async function forward({ connectionString, written, env, ahead }: KilledSetup): Promise<never> {
  const storage = openStorage({ connectionString });
  const clock = jumpingClock(ahead);
  const letters = blobDeadLetters(storage.deadLetters);
  const stores = {
    ...{ feed: tableFeed(storage.outbox), events: tableCases(storage.cases), now: clock.now },
    states: tableShelf<SinkState>(storage.shelves, 'sinks'),
    claims: tableShelf<ClaimRow>(storage.shelves, 'sink claims'),
    deadLetter: (_sink: string, { uid, says, line }: { uid: string; says: string; line: string }) =>
      letters.save([{ reason: JSON.stringify({ uid, says }), body: line }]),
  };
  const forwarder = openForwarder({ written, env, timeoutMs }, stores, witness);
  for (;;) {
    tell({ ahead: clock.ahead() });
    const report = await forwarder.pump(sinkName);
    if (report?.ended === 'busy') clock.jump(claimMs);
    else if (report?.next) clock.jump(report.next - clock.now());
    else await pause(20);
  }
}
