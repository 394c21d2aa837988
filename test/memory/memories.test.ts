import { expect, test } from 'vitest';
import { WatchError } from '../../shared/errors.ts';
import { Memories, type MemoryStore, type Note } from '../../shared/memory/memories.ts';
import { memoryMemory } from '../../shared/memory/memory-memory.ts';
import type { Past } from '../../shared/memory/past.ts';
import { trace } from '../stores/memory.contract.ts';

const tenant = 'tenant';
const now = 1_000_000;
const note = (id: string, subject = 'account a', at = now): Note => ({
  subject,
  trace: trace(id, at),
});
const notes = (...some: Note[]) => new Map([[tenant, some]]);
const ids = (past: Past, subject = 'account a') => past.all('risk', subject).map(({ id }) => id);

/** Counts the calls of a store. */
function counted(store: MemoryStore) {
  const calls = { read: 0, save: 0 };
  const given: MemoryStore = {
    read: (...args) => {
      calls.read += 1;
      return store.read(...args);
    },
    save: (...args) => {
      calls.save += 1;
      return store.save(...args);
    },
  };
  return { store: given, calls };
}

test('the judge sees what was remembered before and what the batch brings', async () => {
  const store = memoryMemory();
  await new Memories(store).remember(notes(note('1')), now, () => {});
  const seen = await new Memories(store).remember(notes(note('2')), now, (pastOf) =>
    ids(pastOf(tenant)),
  );
  expect(seen).toEqual(['1', '2']);
});

test('of two instances that add at once neither is lost, and one of them judges the whole', async () => {
  const store = memoryMemory();
  const [here, there] = [new Memories(store), new Memories(store)];
  // Both have the subject at hand before either adds to it.
  for (const one of [here, there]) await one.remember(notes(note('0')), now, () => {});

  const names = Array.from({ length: 20 }, (_, n) => String(n + 1));
  const seen = await Promise.all(
    names.map((name, n) =>
      (n % 2 === 0 ? here : there).remember(notes(note(name)), now, (pastOf) =>
        ids(pastOf(tenant)).sort(),
      ),
    ),
  );
  const all = ['0', ...names].sort();
  expect(seen).toContainEqual(all);
  const after = await new Memories(store).remember(notes(note('0')), now, (pastOf) =>
    ids(pastOf(tenant)).sort(),
  );
  expect(after).toEqual(all);
});

test('a batch that comes again is judged again, and costs the store nothing', async () => {
  const { store, calls } = counted(memoryMemory());
  const memories = new Memories(store);
  await memories.remember(notes(note('1')), now, () => {});
  expect(calls).toEqual({ read: 1, save: 1 });

  const seen = await memories.remember(notes(note('1')), now, (pastOf) => ids(pastOf(tenant)));
  expect(seen).toEqual(['1']);
  expect(calls).toEqual({ read: 1, save: 1 });
});

test('a save that fails is forgotten here, and made up for when the batch comes again', async () => {
  const store = memoryMemory();
  let isDown = true;
  const memories = new Memories({
    read: store.read,
    save: async (...args) => {
      if (isDown) throw new WatchError('STORE_UNAVAILABLE', 'down');
      return store.save(...args);
    },
  });
  const add = () => memories.remember(notes(note('1')), now, (pastOf) => ids(pastOf(tenant)));
  await expect(add()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  isDown = false;
  expect(await add()).toEqual(['1']);
  expect((await store.read(tenant, ['account a'])).get('account a')?.memory).toHaveLength(1);
});

test('a weak note joins what its batch notes otherwise, and neither asks for nor makes a memory', async () => {
  const { store, calls } = counted(memoryMemory());
  const memories = new Memories(store);
  const weak = (id: string, isOfUse = true): Note => ({ ...note(id), isOfUse: () => isOfUse });
  await memories.remember(notes(weak('1')), now, () => {});
  expect(calls).toEqual({ read: 0, save: 0 });

  const seen = await memories.remember(
    notes(note('2'), weak('3'), weak('4', false)),
    now,
    (pastOf) => ids(pastOf(tenant)),
  );
  expect(seen).toEqual(['2', '3']);
});

test('a record from a far future is not remembered: it would push out all that is', async () => {
  const memories = new Memories(memoryMemory());
  const day = 86_400_000;
  const some = notes(
    note('1'),
    note('near', 'account a', now + day),
    note('far', 'account a', now + day + 1),
  );
  expect(await memories.remember(some, now, (pastOf) => ids(pastOf(tenant)))).toEqual([
    '1',
    'near',
  ]);
});
