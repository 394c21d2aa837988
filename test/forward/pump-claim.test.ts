import { describe, expect, test } from 'vitest';
import { WatchError } from '../../shared/errors.ts';
import { type ClaimRow, takeClaim } from '../../shared/forward/pump/claim.ts';
import {
  afterSuccess,
  openState,
  type SinkState,
  unknownState,
} from '../../shared/forward/pump/sink-state.ts';
import { memoryShelf, type Shelf } from '../../shared/shelf.ts';
import { minute, second, start } from './pump-world.ts';

const writer = { now: () => start, isOurs: () => true };

/** A shelf that stores the next value and then says that somebody else was first, as after a late answer. */
function forgetful<T>() {
  const shelf = memoryShelf<T>();
  let isLate = false;
  const put: Shelf<T>['put'] = async (...given) => {
    const version = await shelf.put(...given);
    if (!isLate) return version;
    isLate = false;
    throw new WatchError('STORE_CONFLICT', 'it has changed meanwhile');
  };
  const beLate = () => {
    isLate = true;
  };
  return { shelf: { ...shelf, put }, beLate };
}

function scene() {
  let now = start;
  const { shelf, beLate } = forgetful<ClaimRow>();
  return {
    ...{ shelf, beLate },
    take: (holder: string) => takeClaim(shelf, 'soc', holder, () => now),
    wait: (ms: number) => {
      now += ms;
    },
  };
}

describe('a claim', () => {
  test('is had by one of those who ask at once', async () => {
    const { take } = scene();
    const all = await Promise.all(['a', 'b', 'c'].map(take));
    expect(all.filter((claim) => claim !== undefined)).toHaveLength(1);
  });

  test('can not be asked for where the storage is away', async () => {
    const { take, shelf } = scene();
    shelf.put = async () => {
      throw new WatchError('STORE_UNAVAILABLE', 'away');
    };
    await expect(take('a')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });

  test('is renewed once a third of it is over, and not before', async () => {
    const { take, wait, shelf } = scene();
    const claim = await take('a');
    const until = async () => ((await shelf.get('soc'))?.value.until ?? 0) - start;
    wait(9 * second);
    await claim?.keep();
    expect(await until()).toBe(30 * second);
    wait(second);
    await Promise.all([claim?.keep(), claim?.keep()]);
    expect(await until()).toBe(40 * second);
    wait(24 * second);
    expect(claim?.isHeld()).toBe(true);
    wait(second);
    // So near its end, what is begun might end after it.
    expect(claim?.isHeld()).toBe(false);
  });

  test('whose answer came too late is ours all the same', async () => {
    const { take, wait, beLate, shelf } = scene();
    beLate();
    const claim = await take('a');
    expect(claim?.isHeld()).toBe(true);
    wait(15 * second);
    beLate();
    await claim?.keep();
    wait(20 * second);
    expect(claim?.isHeld()).toBe(true);
    await claim?.release();
    expect(await shelf.get('soc')).toBeUndefined();
  });

  test('that can not be renewed holds until it runs out', async () => {
    const { take, wait, shelf } = scene();
    const claim = await take('a');
    const { put } = shelf;
    shelf.put = async () => {
      throw new WatchError('STORE_UNAVAILABLE', 'away');
    };
    wait(20 * second);
    await claim?.keep();
    expect(claim?.isHeld()).toBe(true);
    shelf.put = put;
    await claim?.keep();
    wait(20 * second);
    expect(claim?.isHeld()).toBe(true);
  });

  test('that somebody else took over is neither renewed nor released', async () => {
    const { take, wait, shelf } = scene();
    const first = await take('a');
    wait(minute);
    const second = await take('b');
    await first?.keep();
    await first?.release();
    expect([first?.isHeld(), second?.isHeld()]).toEqual([false, true]);
    expect((await shelf.get('soc'))?.value.holder).toBe('b');
  });

  test('that is released is free, and can not be kept', async () => {
    const { take, shelf, wait } = scene();
    const claim = await take('a');
    await claim?.release();
    expect(claim?.isHeld()).toBe(false);
    wait(30 * second);
    await claim?.keep();
    await claim?.release();
    expect(await shelf.get('soc')).toBeUndefined();
    expect(await take('b')).toBeDefined();
  });
});

describe('the state of a sink', () => {
  test('is not saved by whoever has lost the claim', async () => {
    const shelf = memoryShelf<SinkState>();
    let isOurs = true;
    const book = await openState(shelf, 'soc', { now: () => start, isOurs: () => isOurs });
    book.refused('a-1', 'bad');
    await book.save();
    isOurs = false;
    book.refused('a-2', 'worse');
    await book.save();
    expect((await shelf.get('soc'))?.value).toMatchObject({ refused: 1 });
  });

  test('of an earlier release is completed', async () => {
    const shelf = memoryShelf<SinkState>();
    await shelf.put('soc', { lastSuccessAt: null } as SinkState);
    const book = await openState(shelf, 'soc', writer);
    expect(book.state()).toEqual(unknownState);
  });

  test('lists the newest twenty refusals', async () => {
    const book = await openState(memoryShelf<SinkState>(), 'soc', writer);
    for (let n = 1; n <= 30; n += 1) book.refused(`a-${n}`, 'bad');
    expect(book.state().refused).toBe(30);
    const listed = book.state().refusals.map(({ uid }) => uid);
    expect([listed.length, listed[0], listed.at(-1)]).toEqual([20, 'a-30', 'a-11']);
  });

  test('is well again by a success, whatever was before', () => {
    const failing: SinkState = {
      ...unknownState,
      ...{ failingSince: '2026-11-20T01:00:00.000Z', failures: 7, lastError: 'away' },
      nextAt: '2026-11-20T02:05:00.000Z',
    };
    expect(afterSuccess(failing, start)).toEqual({
      ...unknownState,
      ...{ lastSuccessAt: '2026-11-20T02:05:00.000Z', lastError: 'away' },
    });
  });
});
