import { WatchError } from '../errors.ts';
import { codeOf } from '../tell/delivery-failure.ts';
import { type OpenSink, type Outcome, type Packed, taken } from './sink.ts';
import type { Trouble } from './sink-state.ts';

/** What became of a batch. */
export type Answer = {
  /** Of each event in its order; undefined: nobody knows. */
  outcomes: readonly (Outcome | undefined)[];
  /** The sink takes events in general, so what it says of one is about that one. */
  isSinkFine: boolean;
  /** Why nothing more can be sent for now. */
  trouble?: Trouble;
};

/** A transport bounds each of its steps; this bounds them all together. */
export const longestSendMs = 2 * 60_000;

/**
 * Sends a batch. Where some of it is refused and nothing taken, `probe` tells whether the sink is at fault
 * or the events are; where the receiver refuses the whole of it, halves of it find out which of them it
 * means. That all of it is put off is for the caller to judge: the next batch may fare better.
 *
 * @param probe - sends something that a working sink takes; as `send`, of one.
 */
export async function sendBatch(
  sink: Pick<OpenSink, 'send'>,
  batch: readonly Packed[],
  probe: () => Promise<Outcome>,
): Promise<Answer> {
  const { outcomes, isWhole, trouble } = await answerOf(sink, batch);
  if (trouble) return { outcomes, isSinkFine: false, trouble };
  if (outcomes.some((one) => one?.became === 'taken')) return { outcomes, isSinkFine: true };
  if (outcomes.every((one) => one?.became === 'later')) return { outcomes, isSinkFine: false };

  const fault = await faultOf(outcomes, probe);
  const isSplit = isWhole && batch.length > 1;
  if (fault) {
    // Of a batch that was refused as one, each of its events may be fine.
    const known = isSplit ? outcomes.map(() => undefined) : outcomes;
    return { outcomes: known, isSinkFine: false, trouble: fault };
  }
  if (!isSplit) return { outcomes, isSinkFine: true };

  const answer = await sendHalves(sink, batch);
  if (answer.trouble) return answer;
  const last = answer.outcomes.findLast((one) => one?.became !== 'later');
  if (last?.became !== 'refused') return { ...answer, isSinkFine: last !== undefined };
  // It may have broken meanwhile: what was refused since it took something last may be fine.
  const late = await faultOf([last], probe);
  return { ...answer, isSinkFine: !late, ...(late && { trouble: late }) };
}

/** One after the other, so that what comes later in the batch was sent later. */
async function sendHalves(sink: Pick<OpenSink, 'send'>, batch: readonly Packed[]): Promise<Answer> {
  const middle = Math.ceil(batch.length / 2);
  const first = await sendBatch(sink, batch.slice(0, middle), async () => taken);
  const rest = batch.slice(middle);
  const second: Answer = first.trouble
    ? { outcomes: rest.map(() => undefined), isSinkFine: false, trouble: first.trouble }
    : await sendBatch(sink, rest, async () => taken);
  return { ...second, outcomes: [...first.outcomes, ...second.outcomes] };
}

/**
 * Finds out who is at fault where nothing was taken.
 *
 * @returns undefined if the sink takes a heartbeat: then it is the events.
 */
export async function faultOf(
  outcomes: Answer['outcomes'],
  probe: () => Promise<Outcome>,
): Promise<Trouble | undefined> {
  const said = outcomes.find((one) => one?.became === 'refused') ?? outcomes[0];
  const says = said && said.became !== 'taken' ? said.says : 'no answer';
  try {
    const probed = await withinTime(probe());
    if (probed.became === 'taken') return undefined;
    const waits = [...outcomes, probed].flatMap((one) =>
      one?.became === 'later' && one.retryAfterMs !== undefined ? one.retryAfterMs : [],
    );
    const isAway = probed.became === 'later';
    return { says, isAway, ...(waits.length > 0 && { retryAfterMs: Math.max(...waits) }) };
  } catch (error) {
    // The probe tells what it read from the storage, whose failure is not the sink's.
    if (error instanceof WatchError && !error.code.startsWith('DELIVERY_')) throw error;
    return troubleOf(error);
  }
}

type Answered = { outcomes: Answer['outcomes']; isWhole?: boolean; trouble?: Trouble };

async function answerOf(sink: Pick<OpenSink, 'send'>, batch: readonly Packed[]): Promise<Answered> {
  try {
    const outcomes = await withinTime(sink.send(batch));
    if (outcomes.length === batch.length) return { outcomes };
    const says = `it was told of ${outcomes.length} events what became of them, not of ${batch.length}`;
    return unknown(batch, { says, isAway: true });
  } catch (error) {
    if (!(error instanceof WatchError) || error.code !== 'DELIVERY_REJECTED') {
      return unknown(batch, troubleOf(error));
    }
    const refused: Outcome = { became: 'refused', says: saidBy(error) };
    return { outcomes: batch.map(() => refused), isWhole: true };
  }
}

const unknown = (batch: readonly Packed[], trouble: Trouble): Answered => ({
  outcomes: batch.map(() => undefined),
  trouble,
});

/** What an error means for a sink. The words of any but our own may hold an address with its key. */
export function troubleOf(error: unknown): Trouble {
  if (!(error instanceof WatchError)) return { says: `failed (${codeOf(error)})`, isAway: true };
  const { retryAfterMs } = error;
  return {
    says: saidBy(error),
    isAway: true,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

/** Without our code: people read it as what the receiver said. */
const saidBy = ({ message, code }: WatchError) => message.slice(`${code}: `.length);

async function withinTime<T>(sending: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new WatchError('DELIVERY_UNAVAILABLE', 'the sink took too long')),
    longestSendMs,
  );
  try {
    return await Promise.race([sending, promise]);
  } finally {
    clearTimeout(timer);
  }
}
