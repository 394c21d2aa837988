import type { NumberedEvent } from './events-of.ts';
import type { SiemEvent } from './siem-event.ts';

/** The place of an event: its incident, and its number there. */
export type Place = { incident: string; seq: number };

/** How events become known to whoever sends them to SIEMs: what recording asks. */
export type Feed = {
  /** Before the save: whatever happens next, every sink will look for these events. */
  expect(places: readonly Place[]): Promise<void>;
  /** After the save: look at once. Never throws: the next look is due anyway. */
  wake(): Promise<void>;
};

/** An event that a sink has not got yet, or one that was expected and perhaps never saved. */
export type Waiting = Place & {
  /** Since when, epoch milliseconds. */
  since: number;
};

/** Which events a sink has not got yet: `azure/table-feed.ts`, and `memory-feed.ts` in tests. */
export type FeedStore = {
  /** Notes the places for each of the sinks. Doing it again changes nothing but `since`. */
  expect(sinks: readonly string[], places: readonly Place[], now: number): Promise<void>;
  /**
   * What waits for a sink: by incident, and of each incident in the order of its events.
   *
   * @param query.after - only what comes behind this place in that order.
   */
  waiting(sink: string, query: { after?: Place; limit: number }): Promise<Waiting[]>;
  /** The sink has them, or will never get them. Of what is gone already: nothing. */
  settle(sink: string, places: readonly Place[]): Promise<void>;
  /** No event came: forgets the places, but not one that was noted anew since it was read, for its event is about to be saved. */
  forget(sink: string, places: readonly Waiting[]): Promise<void>;
};

/** The events themselves, which lie with their incidents and stay there. */
export type EventStore = {
  /** Undefined: it was never saved, or not yet. */
  event(place: Place): Promise<SiemEvent | undefined>;
  /** Every event that was written in a range of time, those of one incident in their order. Epoch milliseconds; `to` is not in it. */
  written(range: { from: number; to: number }): AsyncIterable<NumberedEvent & { incident: string }>;
};
