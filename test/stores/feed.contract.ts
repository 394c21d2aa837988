import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { FeedStore, Place } from '../../shared/forward/feed.ts';

const now = Date.parse('2026-11-20T02:03:04.005Z');
const places = (incident: string, ...seqs: readonly number[]): Place[] =>
  seqs.map((seq) => ({ incident, seq }));

/** What every store of what waits for sinks does, real or in memory. */
export function feedContract(name: string, open: () => FeedStore): void {
  const sinkNamed = () => `soc-${randomUUID()}`;
  const placesOf = async (feed: FeedStore, sink: string, limit = 2_000) =>
    (await feed.waiting(sink, { limit })).map(({ incident, seq }) => `${incident}:${seq}`);

  describe(`what waits for sinks in ${name}`, () => {
    test('is what was expected, for each sink by itself, with the time it was noted', async () => {
      const feed = open();
      const [one, two, other] = [sinkNamed(), sinkNamed(), sinkNamed()];
      await feed.expect([one, two], places('a', 1, 2), now);
      await feed.settle(two, places('a', 1));
      expect(await feed.waiting(one, { limit: 10 })).toEqual([
        { incident: 'a', seq: 1, since: now },
        { incident: 'a', seq: 2, since: now },
      ]);
      expect(await placesOf(feed, two)).toEqual(['a:2']);
      expect(await placesOf(feed, other)).toEqual([]);
    });

    test('comes by incident, and of each in the order of its events', async () => {
      const feed = open();
      const sink = sinkNamed();
      // One name is the beginning of others, and some are no keys as they are.
      const names = ['a', 'a-b', 'aa', 'a|b', 'a/b', 'a}', `${'x'.repeat(600)}1`, 'ü'];
      for (const incident of names.toReversed()) {
        await feed.expect([sink], places(incident, 100, 2, 1, 10, 12_345_678), now);
      }
      const rows = await feed.waiting(sink, { limit: 1_000 });
      const runs = rows.filter(({ incident }, at) => rows[at - 1]?.incident !== incident);
      expect(runs.map(({ incident }) => incident).sort()).toEqual(names.toSorted());
      for (const name of names) {
        const seqs = rows.filter(({ incident }) => incident === name).map(({ seq }) => seq);
        expect(seqs, name).toEqual([1, 2, 10, 100, 12_345_678]);
      }
      const behind = await feed.waiting(sink, { after: { incident: 'a', seq: 10 }, limit: 1_000 });
      const at = rows.findIndex(({ incident, seq }) => incident === 'a' && seq === 10);
      expect(behind).toEqual(rows.slice(at + 1));
      // A place need not be there to go on behind it.
      const hop = { incident: 'a', seq: 99_999_999 };
      expect(await feed.waiting(sink, { after: hop, limit: 1_000 })).toEqual(rows.slice(at + 3));
    });

    test('is read in pages, larger ones than the service gives too', async () => {
      const feed = open();
      const sink = sinkNamed();
      const seqs = Array.from({ length: 1_234 }, (_, index) => index + 1);
      await feed.expect([sink], places('a', ...seqs), now);
      expect((await feed.waiting(sink, { limit: 7 })).map(({ seq }) => seq)).toEqual(
        seqs.slice(0, 7),
      );
      const first = await feed.waiting(sink, { limit: 1_100 });
      const rest = await feed.waiting(sink, { after: { incident: 'a', seq: 1_100 }, limit: 1_100 });
      expect([...first, ...rest].map(({ seq }) => seq)).toEqual(seqs);
      await feed.settle(sink, places('a', ...seqs));
      expect(await placesOf(feed, sink)).toEqual([]);
    });

    test('is noted once, however often it is expected, and as of the last time', async () => {
      const feed = open();
      const sink = sinkNamed();
      await feed.expect([sink], [...places('a', 1), ...places('a', 1)], now);
      await feed.expect([sink], places('a', 1), now + 1);
      const waiting = await feed.waiting(sink, { limit: 10 });
      expect(waiting).toEqual([{ incident: 'a', seq: 1, since: now + 1 }]);
    });

    test('is settled also where a part of it is gone already', async () => {
      const feed = open();
      const sink = sinkNamed();
      await feed.expect([sink], [...places('a', 1, 2, 3), ...places('b', 1)], now);
      await feed.settle(sink, places('a', 2));
      await feed.settle(sink, [...places('a', 1, 2, 3), ...places('a', 3), ...places('z', 9)]);
      expect(await placesOf(feed, sink)).toEqual(['b:1']);
      await feed.settle(sink, places('z', 1));
      await feed.settle(sink, []);
      expect(await placesOf(feed, sink)).toEqual(['b:1']);
    });

    test('is not forgotten if it was noted anew', async () => {
      const feed = open();
      const sink = sinkNamed();
      await feed.expect([sink], places('a', 1, 2), now);
      const read = await feed.waiting(sink, { limit: 10 });
      await feed.expect([sink], places('a', 2), now + 5);
      await feed.forget(sink, [...read, { incident: 'z', seq: 1, since: now }]);
      expect(await placesOf(feed, sink)).toEqual(['a:2']);
    });

    test('of nothing is nothing', async () => {
      const feed = open();
      await feed.expect([], places('a', 1), now);
      await feed.expect([sinkNamed()], [], now);
      expect(await feed.waiting(sinkNamed(), { limit: 10 })).toEqual([]);
    });
  });
}
