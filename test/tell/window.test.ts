import { describe, expect, test } from 'vitest';
import { WatchError } from '../../shared/errors.ts';
import { memoryShelf, type Shelf } from '../../shared/shelf.ts';
import { pacing } from '../../shared/tell/pace.ts';
import { type Ask, noSends, placeIn, type Window } from '../../shared/tell/window.ts';

const start = Date.parse('2026-11-20T09:00:00Z');
const second = 1_000;
const pace = { mostPerMinute: 4, foldAbove: 2 };

const urgent = (name: string): Ask => ({ for: name, isUrgent: true, isFoldable: false });
const plain = (name: string): Ask => ({ for: name, isUrgent: false, isFoldable: false });
const foldable = (name: string): Ask => ({ for: name, isUrgent: false, isFoldable: true });

/** Asks one after the other, each at some second; says what each was told. */
function asked(...asks: [second: number, ask: Ask][]): string[] {
  let window: Window = noSends;
  return asks.map(([at, ask]) => {
    const now = start + at * second;
    const { place, after } = placeIn(window, ask, pace, now);
    window = after;
    return place.may === 'wait' ? `wait until ${(place.until - start) / second}` : place.may;
  });
}

describe('a place in the minute of a channel', () => {
  test('is there for whatever may be folded, until so many have gone out', () => {
    expect(asked([0, foldable('a')], [1, foldable('b')], [2, foldable('c')])).toEqual([
      'send',
      'send',
      'fold',
    ]);
  });

  test('is free again after a minute, and not a moment earlier', () => {
    const full = [urgent('a'), urgent('b'), urgent('c'), urgent('d')].map((ask): [number, Ask] => [
      0,
      ask,
    ]);
    expect(asked(...full, [60, urgent('e')]).at(-1)).toBe('wait until 60.001');
    expect(asked(...full, [60.001, urgent('e')]).at(-1)).toBe('send');
  });

  test('is booked by who waits, one for each', () => {
    const full = ['a', 'b', 'c', 'd'].map((name, at): [number, Ask] => [at, urgent(name)]);
    expect(asked(...full, [10, urgent('e')], [11, urgent('f')]).slice(4)).toEqual([
      'wait until 60.001',
      'wait until 61.001',
    ]);
    // Who comes before its time, with later news, keeps its place; who comes new stands behind.
    expect(
      asked(
        ...full,
        [10, urgent('e')],
        [11, urgent('f')],
        [12, urgent('e')],
        [13, urgent('g')],
      ).slice(6),
    ).toEqual(['wait until 60.001', 'wait until 62.001']);
    expect(asked(...full, [10, urgent('e')], [60.001, urgent('f')], [60.002, urgent('e')])).toEqual(
      [...Array(4).fill('send'), 'wait until 60.001', 'wait until 61.001', 'send'],
    );
  });

  test('goes to the urgent first, whoever booked it before', () => {
    const full = ['a', 'b', 'c', 'd'].map((name): [number, Ask] => [0, urgent(name)]);
    expect(
      asked(
        ...full,
        [1, plain('note')],
        [2, urgent('e')],
        [3, urgent('f')],
        [4, urgent('g')],
        [5, urgent('h')],
        [60.001, plain('note')],
        [60.002, urgent('e')],
      ).slice(4),
    ).toEqual([
      ...Array(5).fill('wait until 60.001'),
      // All four places of the next minute are booked by others.
      'wait until 120.002',
      'send',
    ]);
  });

  test('is not for what may be folded while anybody waits', () => {
    const full = ['a', 'b', 'c', 'd'].map((name): [number, Ask] => [0, urgent(name)]);
    expect(asked(...full, [1, urgent('e')], [60.5, foldable('x')]).at(-1)).toBe('fold');
  });

  test('that nobody came for is free after a while', () => {
    const full = ['a', 'b', 'c', 'd'].map((name): [number, Ask] => [0, urgent(name)]);
    expect(asked(...full, [1, urgent('gone')], [130, foldable('x')]).at(-1)).toBe('send');
  });
});

describe('instances that share a shelf', () => {
  const instances = (windows: Shelf<Window>, count: number, at = () => start) =>
    Array.from({ length: count }, () => pacing({ windows, paceOf: () => pace, now: at }));

  test('share one minute', async () => {
    const some = instances(memoryShelf(), 3);
    const places = await Promise.all(
      Array.from({ length: 12 }, (_, n) => some[n % 3]?.place('secops', urgent(`${n}`))),
    );
    expect(places.filter((place) => place?.may === 'send')).toHaveLength(4);
  });

  test('do not ask storage while they know that there is no room', async () => {
    const shelf = memoryShelf<Window>();
    let calls = 0;
    const counted: Shelf<Window> = {
      ...shelf,
      get: (id) => {
        calls += 1;
        return shelf.get(id);
      },
      put: (...args) => {
        calls += 1;
        return shelf.put(...args);
      },
    };
    const [one] = instances(counted, 1);
    for (const name of ['a', 'b']) await one?.place('secops', foldable(name));
    const before = calls;
    for (let n = 0; n < 100; n += 1) {
      expect(await one?.place('secops', foldable(`${n}`))).toEqual({ may: 'fold' });
    }
    expect(calls).toBe(before);
  });

  test('go on with what they know while storage fails', async () => {
    const gone = () => Promise.reject(new WatchError('STORE_UNAVAILABLE', 'gone'));
    const warnings: string[] = [];
    const one = pacing({
      windows: { ...memoryShelf<Window>(), get: gone, put: gone },
      paceOf: () => pace,
      now: () => start,
      warn: (text) => void warnings.push(text),
    });
    const places = [];
    for (const name of ['a', 'b', 'c', 'd', 'e'])
      places.push(await one.place('secops', urgent(name)));
    expect(places.map(({ may }) => may)).toEqual([...Array(4).fill('send'), 'wait']);
    expect(warnings[0]).toBe('pace of secops: STORE_UNAVAILABLE: gone');
  });

  test('give back a place that somebody else made use of', async () => {
    const [one] = instances(memoryShelf(), 1);
    for (const name of ['a', 'b', 'c', 'd']) await one?.place('secops', urgent(name));
    await one?.giveBack('secops', start);
    expect((await one?.place('secops', urgent('e')))?.may).toBe('send');
    expect((await one?.place('secops', urgent('f')))?.may).toBe('wait');
  });
});

test('a clock that was far ahead holds up a channel no longer than a minute and a bit', () => {
  const ahead = start + 3_600_000;
  let window: Window = noSends;
  for (const name of 'abcdefghij') window = placeIn(window, urgent(name), pace, ahead).after;
  expect(window.booked).toHaveLength(6);
  expect(placeIn(window, urgent('z'), pace, start).place).toEqual({ may: 'send', at: start });
  // One that is ahead by less is taken for what it is: no stretch of a minute gets too much.
  const near = { sent: Array(4).fill(start + 30 * second), booked: [] };
  expect(placeIn(near, urgent('f'), pace, start).place).toEqual({
    may: 'wait',
    until: start + 90 * second + 1,
  });
});
