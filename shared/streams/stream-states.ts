import { dayMs } from '../time.ts';
import type { StreamHistory } from './stream-history.ts';

export type StreamState = 'arriving' | 'silent';

/** Whether the streams arrive at all, by log category. How soon a silence is a finding, its check says. */
export const streamStates = (
  streams: readonly StreamHistory[],
  now: number,
): ReadonlyMap<string, StreamState> =>
  new Map(
    streams.map(({ category, lastAt }) => [category, now - lastAt < dayMs ? 'arriving' : 'silent']),
  );
