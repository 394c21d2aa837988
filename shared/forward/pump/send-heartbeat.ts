import type { Heartbeat } from '../siem-event.ts';
import type { Outcome } from '../sink.ts';
import { heartbeatOf } from './heartbeat.ts';
import type { SinkToSend } from './send-wave.ts';

export type BeatDeps = {
  /** When the last log record of a tenant arrived, UTC ISO 8601; null: none so far. */
  lastRecordAt(tenantId: string): Promise<string | null>;
  /** Events that wait for the sink. */
  waiting: number;
  /** Epoch milliseconds. */
  now(): number;
};

export const heartbeatNow = async (
  tenantId: string,
  { lastRecordAt, waiting, now }: BeatDeps,
): Promise<Heartbeat> =>
  heartbeatOf(tenantId, { lastRecordAt: await lastRecordAt(tenantId), waiting }, now());

const unanswered: Outcome = { became: 'later', says: 'no answer' };

/**
 * Tries a sink with the simplest thing that it takes.
 *
 * @throws {WatchError} as `send`.
 */
export async function sendHeartbeat(
  sink: SinkToSend,
  tenantId: string,
  deps: BeatDeps,
): Promise<Outcome> {
  const open = sink.open();
  const outgoing = sink.outgoing(await heartbeatNow(tenantId, deps));
  const [outcome = unanswered] = await open.send([{ outgoing, text: open.pack(outgoing) }]);
  return outcome;
}
