import { WatchError } from '../../errors.ts';
import { codeOf } from '../../tell/delivery-failure.ts';
import { type OpenSink, type Outcome, type Packed, taken } from '../sink.ts';
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
const longestSendMs = 2 * 60_000;

/**
 * Sends a batch. Where some of it is refused and nothing taken, `probe` tells whether the sink is at fault
 * or the events are; where the receiver refuses the whole of it, halves of it find out which of them it
 * means. Where it turns the batch away, but takes a heartbeat, they find out likewise which are to wait. That
 * all of it is put off is for the caller to judge: the next batch may fare better.
 *
 * @param probe - sends something that a working sink takes; as `send`, of one.
 * @param mayGoOn - asked before each half: of what is not sent any more nobody knows.
 */
export async function sendBatch(
  sink: Pick<OpenSink, 'send'>,
  batch: readonly Packed[],
  probe: () => Promise<Outcome>,
  mayGoOn: () => Promise<boolean> = async () => true,
): Promise<Answer> {
  const { outcomes, isWhole, isTurnedAway, trouble: away } = await answerOf(sink, batch);
  if (away) return { outcomes, isSinkFine: false, trouble: away };
  if (outcomes.some((one) => one?.became === 'taken')) return { outcomes, isSinkFine: true };
  const isPutOff = outcomes.every((one) => one?.became === 'later') && !isTurnedAway;
  if (isPutOff) return { outcomes, isSinkFine: false };

  const fault = await faultOf(outcomes, probe);
  const isSplit = isWhole && batch.length > 1;
  if (fault) {
    // Of a batch that was refused as one, or turned away, each of its events may be fine.
    const known = isSplit || isTurnedAway ? outcomes.map(() => undefined) : outcomes;
    const trouble = { ...fault, isAway: fault.isAway || isTurnedAway === true };
    return { outcomes: known, isSinkFine: false, trouble };
  }
  if (!isSplit) return { outcomes, isSinkFine: true };

  const answer = await sendHalves(sink, batch, mayGoOn);
  if (answer.trouble) return answer;
  const last = answer.outcomes.findLast((one) => one && one.became !== 'later');
  if (last?.became !== 'refused') return { ...answer, isSinkFine: last !== undefined };
  // It may have broken meanwhile: what was refused since it took something last may be fine.
  const late = await faultOf([last], probe);
  return { ...answer, isSinkFine: !late, ...(late && { trouble: late }) };
}

/** One after the other, so that what comes later in the batch was sent later. */
async function sendHalves(
  sink: Pick<OpenSink, 'send'>,
  batch: readonly Packed[],
  mayGoOn: () => Promise<boolean>,
): Promise<Answer> {
  const middle = Math.ceil(batch.length / 2);
  let trouble: Trouble | undefined;
  const outcomes: (Outcome | undefined)[] = [];
  let isSinkFine = false;
  for (const half of [batch.slice(0, middle), batch.slice(middle)]) {
    const answer: Answer =
      trouble || !(await mayGoOn())
        ? { outcomes: half.map(() => undefined), isSinkFine: false }
        : await sendBatch(sink, half, async () => taken, mayGoOn);
    outcomes.push(...answer.outcomes);
    trouble ??= answer.trouble;
    isSinkFine = answer.isSinkFine;
  }
  return { outcomes, isSinkFine, ...(trouble && { trouble }) };
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

type Answered = {
  outcomes: Answer['outcomes'];
  isWhole?: boolean;
  /** Without a look at the events, as it seems. */
  isTurnedAway?: boolean;
  trouble?: Trouble;
};

async function answerOf(sink: Pick<OpenSink, 'send'>, batch: readonly Packed[]): Promise<Answered> {
  try {
    const outcomes = await withinTime(sink.send(batch));
    if (outcomes.length === batch.length) return { outcomes };
    const says = `it was told of ${outcomes.length} events what became of them, not of ${batch.length}`;
    return unknown(batch, { says, isAway: true });
  } catch (error) {
    // A guard before the receiver turns away a request for a name in it, in the words of a wrong key.
    const isTurnedAway = error instanceof WatchError && error.code === 'DELIVERY_MISCONFIGURED';
    const isRejected = error instanceof WatchError && error.code === 'DELIVERY_REJECTED';
    if (!isTurnedAway && !isRejected) return unknown(batch, troubleOf(error));
    // A key that failed for a moment says the same, so nothing is given up for it at once.
    const outcome: Outcome = { became: isTurnedAway ? 'later' : 'refused', says: saidBy(error) };
    return { outcomes: batch.map(() => outcome), isWhole: true, isTurnedAway };
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
