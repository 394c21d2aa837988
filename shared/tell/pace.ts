import { untilSaved } from '../conflicts.ts';
import { messageOf } from '../errors.ts';
import type { Shelf } from '../shelf.ts';
import type { Channel } from './channel.ts';
import { type Ask, noSends, type Place, placeIn, type Window, withoutSend } from './window.ts';

/** Who may send when, so that no channel gets more in a minute than it takes. */
export type Pace = {
  place(channel: string, ask: Ask): Promise<Place>;
  /** Somebody else sends it: the place that was given at that time is free again. */
  giveBack(channel: string, at: number): Promise<void>;
};

type PaceDeps = {
  /** A row for each channel, shared by all instances. */
  windows: Shelf<Window>;
  /** Undefined: it is not known, so nothing bounds it. */
  paceOf(channel: string): Channel['pace'] | undefined;
  /** Epoch milliseconds. */
  now(): number;
  /** Told when storage can't be asked. */
  warn?(message: string): void;
};

/** As this process knows it: what others sent since is missing. `version` undefined: read it anew first. */
type Known = { window: Window; version: string | null | undefined };

/**
 * Places in the minute of each channel. Within a process the askers of one channel take turns, so that
 * only instances collide; who loses reads again.
 */
export function pacing({ windows, paceOf, now, warn }: PaceDeps): Pace {
  const known = new Map<string, Known>();
  const turns = new Map<string, Promise<unknown>>();

  async function read(channel: string): Promise<Known> {
    const row = await windows.get(channel);
    return row ? { window: row.value, version: row.version } : { window: noSends, version: null };
  }

  async function changeStored<T>(channel: string, change: Change<T>): Promise<T> {
    return untilSaved(async () => {
      const before = known.get(channel);
      const { window, version } = before?.version === undefined ? await read(channel) : before;
      const { result, after } = change(window);
      // Until it is saved nobody knows which version is stored.
      known.set(channel, { window, version: after === window ? version : undefined });
      if (after === window) return result;
      known.set(channel, {
        window: after,
        version: await windows.put(channel, after, version ?? null),
      });
      return result;
    });
  }

  async function changeNow<T>(channel: string, change: Change<T>): Promise<T> {
    try {
      return await changeStored(channel, change);
    } catch (error) {
      // An alert waits for no bookkeeping. What this process has sent still counts.
      warn?.(`pace of ${channel}: ${messageOf(error)}`);
      const { result, after } = change(known.get(channel)?.window ?? noSends);
      known.set(channel, { window: after, version: undefined });
      return result;
    }
  }

  function inTurn<T>(channel: string, change: Change<T>): Promise<T> {
    const before = turns.get(channel) ?? Promise.resolve();
    const turn = before.then(() => changeNow(channel, change));
    turns.set(channel, turn);
    return turn;
  }

  return {
    async place(channel, ask) {
      const pace = paceOf(channel);
      if (!pace) return { may: 'send', at: now() };
      const window = known.get(channel)?.window;
      const answer = window && withoutStorage(window, ask, pace, now());
      if (answer) return answer;
      return inTurn(channel, (current) => {
        const { place, after } = placeIn(current, ask, pace, now());
        return { result: place, after };
      });
    },
    async giveBack(channel, at) {
      if (!paceOf(channel)) return;
      await inTurn(channel, (window) => ({ result: null, after: withoutSend(window, at) }));
    },
  };
}

type Change<T> = (window: Window) => { result: T; after: Window };

/** Sends of others would only add to what is too many already. */
function withoutStorage(
  window: Window,
  ask: Ask,
  pace: Channel['pace'],
  now: number,
): Place | undefined {
  const { place, after } = placeIn(window, ask, pace, now);
  return place.may !== 'send' && after === window ? place : undefined;
}
