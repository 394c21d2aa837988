import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openWithCare } from '../../shared/read/envelope.ts';
import { RecordSplitter } from '../../shared/read/record-splitter.ts';
import { roleAdded, signIn } from '../cases/records.ts';
import { people, roles } from '../cases/world.ts';

const records = [0, 1, 2, 3].map((mark) => ({
  ...(mark % 2 === 0 ? roleAdded(people.tara, roles.global) : signIn(people.ruth)),
  mark,
}));

const shapes = {
  envelope: (parts: readonly string[]) => `{"records":[${parts.join(',')}]}`,
  list: (parts: readonly string[]) => `[${parts.join(',')}]`,
  lines: (parts: readonly string[]) => parts.join('\n'),
};

/** One of four records with a byte too many, too few or wrong, or with its end cut off. */
const damaged = fc
  .record({
    victim: fc.integer({ min: 0, max: 3 }),
    where: fc.double({ min: 0, max: 1, noNaN: true }),
    removed: fc.constantFrom(0, 1, Number.MAX_SAFE_INTEGER),
    added: fc.constantFrom('', '"', '{', '}', '[', ']', ',', ':', '\\', '\n', 'x'),
    join: fc.constantFrom(...Object.values(shapes)),
  })
  .map(({ victim, where, removed, added, join }) => {
    const parts = records.map((record) => JSON.stringify(record));
    const text = parts[victim] ?? '';
    const at = Math.floor(where * text.length);
    parts[victim] = text.slice(0, at) + added + text.slice(at + removed);
    return { victim, body: Buffer.from(join(parts)) };
  });

const marksIn = (pieces: readonly Buffer[]): number[] =>
  pieces.flatMap((json) => {
    try {
      return JSON.parse(json.toString('utf8')).mark ?? [];
    } catch {
      return [];
    }
  });

test('a damaged record never takes its neighbours with it', () => {
  fc.assert(
    fc.property(damaged, ({ victim, body }) => {
      const marks = marksIn(openWithCare(body).records).filter((mark) => mark !== victim);
      expect(marks).toEqual([0, 1, 2, 3].filter((mark) => mark !== victim));
    }),
    { numRuns: 1000 },
  );
});

test('it is cut alike in whatever pieces the bytes come', () => {
  fc.assert(
    fc.property(damaged, fc.integer({ min: 1, max: 900 }), ({ body }, size) => {
      const found: string[] = [];
      let broken = 0;
      const splitter = new RecordSplitter({
        record: (json) => void found.push(json.toString('utf8')),
        broken: () => {
          broken += 1;
        },
      });
      for (let at = 0; at < body.length; at += size) splitter.push(body.subarray(at, at + size));
      splitter.end();
      const whole = openWithCare(body);
      expect(found).toEqual(whole.records.map(String));
      expect(broken).toBe(whole.unreadable.length);
    }),
    { numRuns: 300 },
  );
});
