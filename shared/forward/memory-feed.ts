import type { FeedStore, Place, Waiting } from './feed.ts';

/** What waits for sinks, in memory: for tests. Held to the contract of the real one. */
export function memoryFeed(): FeedStore {
  const sinks = new Map<string, Map<string, Waiting>>();
  /** The keys of a sink in order, those that are gone included, as long as none is new. */
  const orders = new Map<string, readonly string[]>();
  const rowsOf = (sink: string) => {
    const rows = sinks.get(sink) ?? new Map<string, Waiting>();
    sinks.set(sink, rows);
    return rows;
  };
  function orderOf(sink: string): readonly string[] {
    const order = orders.get(sink) ?? [...rowsOf(sink).keys()].sort();
    orders.set(sink, order);
    return order;
  }
  return {
    async expect(names, places, now) {
      for (const sink of names) {
        const rows = rowsOf(sink);
        for (const { incident, seq } of places) {
          const key = keyOf({ incident, seq });
          if (!rows.has(key)) orders.delete(sink);
          rows.set(key, { incident, seq, since: now });
        }
      }
    },
    async waiting(sink, { after, limit }) {
      const rows = rowsOf(sink);
      const order = orderOf(sink);
      const found: Waiting[] = [];
      for (let at = after ? behind(order, keyOf(after)) : 0; at < order.length; at += 1) {
        if (found.length >= limit) break;
        const row = rows.get(order[at] ?? '');
        if (row) found.push({ ...row });
      }
      return found;
    },
    async settle(sink, places) {
      for (const place of places) rowsOf(sink).delete(keyOf(place));
    },
    async forget(sink, places) {
      for (const place of places) {
        const key = keyOf(place);
        if (rowsOf(sink).get(key)?.since === place.since) rowsOf(sink).delete(key);
      }
    },
  };
}

const keyOf = ({ incident, seq }: Place) => `${incident}|${String(seq).padStart(8, '0')}`;

/** Where the keys behind this one begin. */
function behind(order: readonly string[], key: string): number {
  let [from, to] = [0, order.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((order[middle] ?? '') <= key) from = middle + 1;
    else to = middle;
  }
  return from;
}
