import fc from 'fast-check';
import { expect, test } from 'vitest';
import { crowded } from '../../shared/detect/past/windows.ts';

type Item = { at: number; who: string };
const at = (minute: number, who: string): Item => ({ at: minute * 60_000, who });
const find = (items: readonly Item[], least = 3, minutes = 10) =>
  crowded(items, { windowMs: minutes * 60_000, least, by: ({ who }) => who }).map(
    ({ at, who }) => `${who}${at / 60_000}`,
  );

test.each<[string, Item[], string[]]>([
  ['too few', [at(0, 'a'), at(1, 'b')], []],
  ['enough', [at(0, 'a'), at(1, 'b'), at(2, 'c')], ['a0', 'b1', 'c2']],
  ['as the window ends', [at(0, 'a'), at(5, 'b'), at(10, 'c')], ['a0', 'b5', 'c10']],
  ['after the window has ended', [at(0, 'a'), at(5, 'b'), at(10.1, 'c')], []],
  ['the same one again and again', [at(0, 'a'), at(1, 'a'), at(2, 'b'), at(3, 'b')], []],
  [
    'the same one at both ends of too long a time',
    [at(0, 'a'), at(5, 'b'), at(10, 'a'), at(11, 'c')],
    ['b5', 'a10', 'c11'],
  ],
  [
    'a window that moves on',
    [at(0, 'a'), at(5, 'b'), at(10, 'c'), at(15, 'd'), at(30, 'e')],
    ['a0', 'b5', 'c10', 'd15'],
  ],
  [
    'two crowds, and somebody between them',
    [
      ...[0, 1, 2].map((n) => at(n, `a${n}-`)),
      at(30, 'x'),
      ...[60, 61, 62].map((n) => at(n, `b${n}-`)),
    ],
    ['a0-0', 'a1-1', 'a2-2', 'b60-60', 'b61-61', 'b62-62'],
  ],
  ['all in one moment', [at(1, 'c'), at(1, 'a'), at(1, 'b')], ['a1', 'b1', 'c1']],
])('%s', (_, items, expected) => {
  expect(find(items)).toEqual(expected);
});

test('one is a crowd where one is enough', () => {
  expect(find([at(0, 'a'), at(50, 'b')], 1)).toEqual(['a0', 'b50']);
  expect(find([], 1)).toEqual([]);
});

const someItems = fc.array(
  fc.record({
    at: fc.integer({ min: 0, max: 60 }).map((minute) => minute * 60_000),
    who: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
  }),
  { maxLength: 40 },
);
const some = fc.record({
  items: someItems,
  least: fc.integer({ min: 1, max: 5 }),
  minutes: fc.integer({ min: 0, max: 30 }),
});

test('neither the order of the items nor their repetition matters', () => {
  const turned = some.chain(({ items, ...rest }) => {
    const twice = [...items, ...items];
    const all = { minLength: twice.length, maxLength: twice.length };
    return fc.shuffledSubarray(twice, all).map((shuffled) => ({ items, shuffled, ...rest }));
  });
  fc.assert(
    fc.property(turned, ({ items, shuffled, least, minutes }) => {
      const once = find(items, least, minutes);
      const again = find(shuffled, least, minutes);
      expect([...new Set(again)]).toEqual([...new Set(once)]);
      expect(again).toHaveLength(2 * once.length);
    }),
  );
});

test('it finds those that a look at each window finds', () => {
  fc.assert(
    fc.property(some, ({ items, least, minutes }) => {
      const inSome = items.filter(({ at }) =>
        items.some((first) => {
          const within = items.filter(
            (one) => one.at >= first.at && one.at - first.at <= minutes * 60_000,
          );
          const isWithin = at >= first.at && at - first.at <= minutes * 60_000;
          return isWithin && new Set(within.map(({ who }) => who)).size >= least;
        }),
      );
      expect(find(items, least, minutes).sort()).toEqual(
        inSome.map(({ at, who }) => `${who}${at / 60_000}`).sort(),
      );
    }),
  );
});
