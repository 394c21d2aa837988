import { describe, expect, test } from 'vitest';
import { checkStreams } from '../../shared/detect/check-streams.ts';
import { noonOfFriday } from '../../shared/detect/example-streams.ts';
import { exampleSnapshot } from '../../shared/detect/example-tenant.ts';
import type { StreamExample } from '../../shared/detect/stream-check.ts';
import { streamChecks } from '../../shared/detect/stream-checks/index.ts';
import { isoOf } from '../../shared/time.ts';
import { Watchlist } from '../../shared/watch/watchlist.ts';
import { policyOf } from '../run-records.ts';

function judge(check: (typeof streamChecks)[number], example: StreamExample) {
  const now = example.now ? Date.parse(example.now) : noonOfFriday;
  const { tenant, settingsOf } = policyOf(check.id, example);
  const watchlist = new Watchlist(tenant);
  const { snapshotTakenAt = isoOf(now) } = example;
  if (snapshotTakenAt) watchlist.takeSnapshot({ ...exampleSnapshot(), takenAt: snapshotTakenAt });
  return checkStreams(watchlist, example.streams, { checks: [check], settingsOf, now });
}

describe.each(streamChecks)('$id', (check) => {
  test.each(check.examples)('$name: $expect', (example) => {
    const severities = judge(check, example).map(({ kept }) => kept.finding.severity);
    expect(severities).toEqual(example.expect === 'nothing' ? [] : [example.expect]);
  });

  test('shows when it fires and when it stays quiet', () => {
    const quiet = check.examples.filter((example) => example.expect === 'nothing');
    expect(quiet.length).toBeGreaterThan(0);
    expect(quiet.length).toBeLessThan(check.examples.length);
  });

  test('finds the same thing again a minute later', () => {
    const firing = check.examples.find((example) => example.expect !== 'nothing');
    if (!firing) throw new Error('no example fires');
    const later = new Date((firing.now ? Date.parse(firing.now) : noonOfFriday) + 60_000);
    const found = [firing, { ...firing, now: later.toISOString() }].map((example) =>
      judge(check, { ...example, snapshotTakenAt: firing.snapshotTakenAt ?? isoOf(noonOfFriday) }),
    );
    expect(found[1]?.map(({ kept }) => kept.finding.id)).toEqual(
      found[0]?.map(({ kept }) => kept.finding.id),
    );
  });
});
