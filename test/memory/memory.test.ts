import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expiryOf, type Memory, unite } from '../../shared/memory/memory.ts';
import type { FailureTrace, Trace } from '../../shared/memory/trace.ts';
import { trace } from '../stores/memory.contract.ts';

const hour = 3_600_000;
const day = 24 * hour;

const failure = (id: string, at: number, lastAt = at): FailureTrace => ({
  kind: 'failure',
  id,
  at,
  lastAt,
  account: 'a',
  name: `seen at ${at}`,
  isWatched: false,
  errorCode: 50126,
  recordId: `record ${at}`,
});

const someTraces = fc.array(
  fc.oneof(
    fc
      .record({ id: fc.integer({ min: 0, max: 5 }), at: fc.integer({ min: 0, max: 2 * day }) })
      .map(({ id, at }): Trace => trace(String(id), at)),
    fc
      .record({ id: fc.integer({ min: 0, max: 5 }), at: fc.integer({ min: 0, max: 2 * day }) })
      .map(({ id, at }): Trace => failure(String(id), at)),
  ),
  { maxLength: 30 },
);

const inTurn = (traces: readonly Trace[]) =>
  traces.reduce<Memory>((memory, one) => unite(memory, [one]), []);

describe('a memory', () => {
  test('is the same in whichever order, how often and in what portions its traces come', () => {
    const given = someTraces.chain((traces) =>
      fc.tuple(
        fc.constant(traces),
        fc.shuffledSubarray([...traces, ...traces], {
          minLength: 2 * traces.length,
          maxLength: 2 * traces.length,
        }),
      ),
    );
    fc.assert(
      fc.property(given, ([traces, shuffled]) => {
        // Two different records of one moment are told apart by nothing but chance here.
        fc.pre(
          new Set(traces.map(({ kind, id, at }) => `${kind} ${id} ${at}`)).size === traces.length,
        );
        expect(inTurn(shuffled)).toEqual(unite([], traces));
      }),
    );
  });

  test('is the very same one if nothing is new', () => {
    const memory = unite([], [failure('a', 5), failure('a', 9), trace('b', 7)]);
    expect(unite(memory, [failure('a', 7), trace('b', 7)])).toBe(memory);
    expect(memory).toEqual([{ ...failure('a', 5), lastAt: 9 }, trace('b', 7)]);
  });

  test('forgets what is older than its kind is kept, seen from the latest event', () => {
    const memory = unite([], [failure('old', 0), failure('a', hour), failure('new', 3 * day + 1)]);
    expect(memory.map(({ id }) => id)).toEqual(['a', 'new']);
    expect(unite(memory, [failure('late', 0)])).toBe(memory);
    expect(expiryOf(memory)).toBe(6 * day + 1);
  });

  test('of too many of one kind keeps the latest, and all of the others', () => {
    const many = Array.from({ length: 70 }, (_, n) => trace(`r${n}`, 1_000 + n));
    const memory = unite([failure('a', 1)], many);
    expect(memory.filter(({ kind }) => kind === 'risk').map(({ id }) => id)).toEqual(
      many.slice(10).map(({ id }) => id),
    );
    expect(memory[0]).toEqual(failure('a', 1));
  });

  test('of one row of a sign-in keeps the one that was written last', () => {
    const row = (emittedAt: number, errorCode: number) =>
      ({ ...signIn, emittedAt, errorCode }) as Trace;
    const [early, late] = [row(1, 50074), row(2, 0)];
    const corrected = [{ ...late, isCorrected: true }];
    expect(unite(unite([], [late]), [early])).toEqual(corrected);
    const memory = unite(unite([], [early]), [late]);
    expect(memory).toEqual(corrected);
    expect(unite(memory, [early, late])).toBe(memory);
    expect(unite([], [row(1, 0), late])).toEqual([late]);
  });
});

const signIn = { kind: 'signIn', id: 'record', at: 5 };
