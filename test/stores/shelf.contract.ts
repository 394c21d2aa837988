import { describe, expect, test } from 'vitest';
import type { Shelf } from '../../shared/shelf.ts';

type Value = { word: string };

const conflict = expect.objectContaining({ code: 'STORE_CONFLICT' });

/** What every shelf does, real or in memory. Each call gives an empty one. */
export function shelfContract(name: string, open: () => Shelf<Value>): void {
  describe(`a shelf in ${name}`, () => {
    test('what was put is there, under whatever name', async () => {
      const shelf = open();
      const ids = ['a', 'b/c?d#e', 'ü\u202e', 'x'.repeat(700)];
      for (const id of ids) await shelf.put(id, { word: id });
      for (const id of ids) expect((await shelf.get(id))?.value).toEqual({ word: id });
      const all = await shelf.all();
      expect([...all.keys()].sort()).toEqual(ids.toSorted());
      expect(all.get('a')).toEqual(await shelf.get('a'));
    });

    test('what is not there is undefined, and may be removed', async () => {
      const shelf = open();
      expect(await shelf.get('nothing')).toBeUndefined();
      expect((await shelf.all()).size).toBe(0);
      await shelf.remove('nothing');
      await shelf.remove('nothing', 'W/"1"');
    });

    test('the first to create it wins', async () => {
      const shelf = open();
      const both = await Promise.allSettled([
        shelf.put('one', { word: 'first' }, null),
        shelf.put('one', { word: 'second' }, null),
      ]);
      expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: conflict });
    });

    test('a version that was read is good for one change', async () => {
      const shelf = open();
      const version = await shelf.put('one', { word: 'old' }, null);
      const next = await shelf.put('one', { word: 'new' }, version);
      await expect(shelf.put('one', { word: 'late' }, version)).rejects.toEqual(conflict);
      await expect(shelf.remove('one', version)).rejects.toEqual(conflict);
      expect((await shelf.get('one'))?.version).toBe(next);
      await shelf.remove('one', next);
      expect(await shelf.get('one')).toBeUndefined();
    });

    test('without a version the last word counts', async () => {
      const shelf = open();
      await shelf.put('one', { word: 'old' });
      await shelf.put('one', { word: 'new' });
      expect((await shelf.get('one'))?.value).toEqual({ word: 'new' });
      await shelf.remove('one');
      expect(await shelf.get('one')).toBeUndefined();
    });
  });
}
