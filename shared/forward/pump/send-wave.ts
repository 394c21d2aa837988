import { messageOf } from '../../errors.ts';
import type { SiemEvent } from '../siem-event.ts';
import type { BatchLimits, OpenSink, Outcome, Outgoing, Packed } from '../sink.ts';
import { inBatches } from './batches.ts';
import { type Answer, sendBatch } from './send-batch.ts';
import { sideBySide } from './side-by-side.ts';
import type { Trouble } from './sink-state.ts';

/** A sink as whoever sends to it sees it. */
export type SinkToSend = {
  /** As the policy calls it. */
  name: string;
  limits: BatchLimits;
  /** How many requests may be under way at once. */
  width: number;
  /** Those whose heartbeats it gets. */
  heartbeatTenants: readonly string[];
  /** Whether the policy wants the event there. */
  wants(event: SiemEvent): boolean;
  outgoing(event: SiemEvent): Outgoing;
  /** Opened on first use. @throws {WatchError} DELIVERY_MISCONFIGURED */
  open(): OpenSink;
};

/** An event after it was sent, or could not be. */
export type Sent<T> = {
  item: T;
  /** Undefined: nobody knows. */
  outcome: Outcome | undefined;
  /** The sink takes events in general, so what it says of this one is about this one. */
  isSinkFine: boolean;
  /** The event as it is sent. */
  line: string;
};

export type WaveDeps<T> = {
  /** Asked before each request. */
  mayGoOn(): Promise<boolean>;
  /** Sends a heartbeat of the tenant. @throws {WatchError} as `send` */
  probe(tenantId: string): Promise<Outcome>;
  /** Told of each request at once. */
  sent(all: readonly Sent<T>[], trouble?: Trouble): Promise<void>;
};

type Ready<T> = Packed & { item: T };

/**
 * Sends events that need no order among each other, so at most one of an incident. Those that never
 * got their turn are told of by nobody.
 */
export async function sendWave<T extends { event: SiemEvent }>(
  items: readonly T[],
  sink: SinkToSend,
  deps: WaveDeps<T>,
): Promise<void> {
  const open = sink.open();
  const { ready, unfit } = packed(items, sink, open);
  const { batches, tooLarge } = inBatches(ready, sink.limits);
  const hopeless = [...unfit, ...tooLarge.map((one) => refusedForSize(one, sink.limits))];
  if (hopeless.length > 0) await deps.sent(hopeless);
  await sideBySide(batches, sink.width, async (batch) => {
    if (!(await deps.mayGoOn())) return;
    const tenantId = batch[0]?.outgoing.tenantId ?? '';
    const answer = await sendBatch(open, batch, () => deps.probe(tenantId), deps.mayGoOn);
    await deps.sent(batch.map(sentOf(answer)), answer.trouble);
  });
}

function packed<T extends { event: SiemEvent }>(
  items: readonly T[],
  sink: SinkToSend,
  open: OpenSink,
) {
  const ready: Ready<T>[] = [];
  const unfit: Sent<T>[] = [];
  for (const item of items) {
    try {
      const outgoing = sink.outgoing(item.event);
      ready.push({ item, outgoing, text: open.pack(outgoing) });
    } catch (error) {
      // One event that no code of ours can write must not hold up all the others.
      const says = `it could not be written for this sink: ${messageOf(error)}`;
      unfit.push(refused(item, says, JSON.stringify(item.event)));
    }
  }
  return { ready, unfit };
}

const refusedForSize = <T>(
  { item: { item, outgoing }, bytes }: { item: Ready<T>; bytes: number },
  { maxBytes }: BatchLimits,
) =>
  refused(
    item,
    `a request with it alone would have ${bytes} bytes, and this sink takes ${maxBytes}`,
    outgoing.line,
  );

const refused = <T>(item: T, says: string, line: string): Sent<T> => ({
  ...{ item, line, isSinkFine: true },
  outcome: { became: 'refused', says },
});

const sentOf =
  <T>({ outcomes, isSinkFine }: Answer) =>
  ({ item, outgoing: { line } }: Ready<T>, index: number): Sent<T> => ({
    ...{ item, line, isSinkFine },
    outcome: outcomes[index],
  });
