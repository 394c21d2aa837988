import type { StreamHistory } from '../streams/stream-history.ts';
import type { Watchlist } from '../watch/watchlist.ts';
import type { SettingsOf } from './detect.ts';
import type { Found } from './found.ts';
import { foundByCheck } from './found-by-check.ts';
import type { PostureMatch } from './posture-check.ts';
import type { StreamCheck } from './stream-check.ts';

type StreamDeps = {
  checks: readonly StreamCheck[];
  settingsOf: SettingsOf;
  /** The moment that is judged, epoch milliseconds. */
  now: number;
};

/** What is wrong with the streams of a tenant's logs, or with what is known of its directory. */
export function checkStreams(
  watchlist: Watchlist,
  streams: readonly StreamHistory[],
  { checks, settingsOf, now }: StreamDeps,
): Found[] {
  return checks.flatMap((check) => {
    const settings = settingsOf(check.id);
    if (!settings.enabled) return [];
    const matches = check.check({ streams, watchlist, settings, now });
    return foundByCheck(check, matches, { settings, watchlist, categoryOf: nameOfStream, now });
  });
}

const nameOfStream = ({ subject }: PostureMatch) => subject.name ?? 'every stream';
