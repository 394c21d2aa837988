import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inBatches } from '../../shared/forward/pump/batches.ts';

type Vector = {
  rows: string[];
  max: number;
  batches: number[][];
  tooLarge: number[];
};
const vectors = JSON.parse(
  await readFile(new URL('../data/formats/batching.vectors.json', import.meta.url), 'utf8'),
) as Record<'jsonArray' | 'ndjson', Vector[]>;

// The two brackets and the commas of a list are one more than its members.
const baseBytes = { jsonArray: 1, ndjson: 0 } as const;
const requestOf = {
  jsonArray: (rows: readonly string[]) => `[${rows.join(',')}]`,
  ndjson: (rows: readonly string[]) => rows.map((row) => `${row}\n`).join(''),
} as const;

describe.each(['jsonArray', 'ndjson'] as const)('requests of %s', (kind) => {
  const cut = (rows: readonly string[], maxBytes: number, maxEvents = 1_000) =>
    inBatches(
      rows.map((text, index) => ({ text, index })),
      { maxEvents, maxBytes, baseBytes: baseBytes[kind], bytesEach: 1 },
    );

  test.each(vectors[kind])('are cut as the vector says: $rows within $max', (vector) => {
    const { batches, tooLarge } = cut(vector.rows, vector.max);
    expect(batches.map((batch) => batch.map(({ index }) => index))).toEqual(vector.batches);
    expect(tooLarge.map(({ item }) => item.index)).toEqual(vector.tooLarge);
  });

  test('are never too large, lose nothing, keep the order, and are as few as that allows', () => {
    const row = fc.string({ maxLength: 12, unit: 'grapheme' });
    const rows = fc.array(row, { maxLength: 30 });
    fc.assert(
      fc.property(rows, fc.integer({ min: 3, max: 40 }), fc.integer({ min: 1, max: 5 }), check),
    );

    function check(given: string[], maxBytes: number, maxEvents: number) {
      const { batches, tooLarge } = cut(given, maxBytes, maxEvents);
      const bytes = (some: readonly string[]) => Buffer.byteLength(requestOf[kind](some));
      const texts = batches.map((batch) => batch.map(({ text }) => text));
      for (const batch of texts) {
        expect(batch.length).toBeGreaterThan(0);
        expect(batch.length).toBeLessThanOrEqual(maxEvents);
        expect(bytes(batch)).toBeLessThanOrEqual(maxBytes);
      }
      for (const { item, bytes: told } of tooLarge) {
        expect(bytes([item.text])).toBe(told);
        expect(told).toBeGreaterThan(maxBytes);
      }
      const all = [...batches.flat(), ...tooLarge.map(({ item }) => item)];
      expect(all.map(({ index }) => index).sort((a, b) => a - b)).toEqual(given.map((_, n) => n));
      expect(batches.flat()).toEqual(batches.flat().toSorted((a, b) => a.index - b.index));
      for (const [at, batch] of texts.entries()) {
        const next = texts[at + 1]?.[0];
        if (next === undefined || batch.length === maxEvents) continue;
        expect(bytes([...batch, next])).toBeGreaterThan(maxBytes);
      }
    }
  });
});
