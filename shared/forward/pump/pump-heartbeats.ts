import type { FeedStore } from '../feed.ts';
import type { Heartbeat } from '../siem-event.ts';
import type { Outcome } from '../sink.ts';
import { dueHeartbeats } from './heartbeat.ts';
import type { Run, Turn } from './pump-run.ts';
import { type BeatDeps, heartbeatNow, sendHeartbeat } from './send-heartbeat.ts';
import { type SinkToSend, sendWave } from './send-wave.ts';
import { type StateBook, type Trouble, wordsOf } from './sink-state.ts';

type HeartbeatDeps = Omit<BeatDeps, 'waiting'> & { feed: Pick<FeedStore, 'waiting'> };

/** More are not counted for a heartbeat. */
const mostCounted = 1_000;
/** Then events have their turn: to a slow sink the heartbeats of many tenants alone take for ever. */
const longestMs = 60_000;

/**
 * Sends the heartbeats that are due. One that is refused for good is not tried again before the next
 * is due, and holds up no event: the receiver may have no place for it.
 *
 * @returns why none was taken although the sink may take events.
 */
export async function beat(
  run: Run,
  turn: Turn,
  deps: HeartbeatDeps,
): Promise<Trouble | undefined> {
  const { sink } = run;
  const now = deps.now();
  const due = dueHeartbeats(sink.heartbeatTenants, turn.book.state().heartbeats, now);
  if (due.length === 0) return undefined;
  const waiting = await countWaiting(sink, deps);
  const beats = await Promise.all(due.map((id) => heartbeatNow(id, { ...deps, waiting })));
  let silent: Trouble | undefined;
  let taken = 0;
  const { book } = turn;
  await sendWave(
    beats.map((event) => ({ event })),
    // One by one: what is said of one tenant's is not to be taken for the others'.
    { ...sink, limits: { ...sink.limits, maxEvents: 1 } },
    {
      ...turn,
      mayGoOn: async () => deps.now() - now < longestMs && (await turn.mayGoOn()),
      // There is nothing simpler to try it with.
      probe: async () => ({ became: 'refused', says: '' }),
      async sent(all, trouble) {
        if (trouble?.isAway) run.trouble ??= trouble;
        else silent ??= trouble;
        for (const { item, outcome } of all) {
          if (outcome?.became === 'later') silent ??= troubleOfBeat(outcome);
          if (outcome?.became === 'refused') noteWords(outcome.says, book);
          if (outcome?.became === 'taken') {
            taken += 1;
            book.worked();
          }
          if (outcome && outcome.became !== 'later') noteBeat(item.event, book);
        }
      },
    },
  );
  await book.save();
  return taken > 0 ? undefined : silent;
}

const troubleOfBeat = ({ says, retryAfterMs }: Outcome & { became: 'later' }): Trouble => ({
  ...{ says, isAway: true },
  ...(retryAfterMs !== undefined && { retryAfterMs }),
});

const noteWords = (says: string, book: StateBook) =>
  book.note((state) => ({ ...state, lastError: wordsOf(says) }));

const noteBeat = ({ tenantId, sequence }: Heartbeat, book: StateBook) =>
  book.note((state) => ({ ...state, heartbeats: { ...state.heartbeats, [tenantId]: sequence } }));

/** Whether the sink takes anything at all. */
export async function probe(
  tenantId: string,
  sink: SinkToSend,
  book: StateBook,
  deps: HeartbeatDeps,
): Promise<Outcome> {
  const waiting = await countWaiting(sink, deps);
  const outcome = await sendHeartbeat(sink, tenantId, { ...deps, waiting });
  if (outcome.became === 'taken') book.worked();
  return outcome;
}

const countWaiting = async ({ name }: SinkToSend, { feed }: HeartbeatDeps) =>
  (await feed.waiting(name, { limit: mostCounted })).length;
