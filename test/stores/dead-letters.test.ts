import { beforeEach, describe, expect, test } from 'vitest';
import { blobDeadLetters } from '../../shared/azure/blob-dead-letters.ts';
import { azuriteStorage } from './azurite-storage.ts';

const { storage } = azuriteStorage();
const letters = () => blobDeadLetters(storage().deadLetters);
const letter = (body: string, reason = 'not JSON') => ({ reason, body });

describe('dead letters in Blob Storage', () => {
  beforeEach(async () => {
    for (const { name } of await letters().list({ limit: 1_000 })) {
      await storage().deadLetters.deleteBlob(name);
    }
  });

  test('what was saved is listed, counted and read', async () => {
    await letters().save([
      letter('{"a":'),
      letter("it's \u2028\r\n\u0000 \u{1f600}", 'two\nlines'),
    ]);

    const [blob, ...others] = await letters().list({ limit: 10 });
    expect(others).toEqual([]);
    expect(blob).toMatchObject({ letters: 2, savedAt: expect.stringMatching(/^\d{4}-.*Z$/) });
    expect(await letters().count()).toBe(2);
    expect(await letters().read(blob?.name ?? '')).toEqual([
      letter('{"a":'),
      letter("it's \u2028\r\n\u0000 \u{1f600}", 'two\nlines'),
    ]);
  });

  test('the same letters, in any order, are saved once', async () => {
    await letters().save([letter('a'), letter('b')]);
    await letters().save([letter('b'), letter('a'), letter('a')]);
    await Promise.all(Array.from({ length: 5 }, () => letters().save([letter('a'), letter('b')])));

    expect(await letters().list({ limit: 10 })).toHaveLength(1);
    expect(await letters().count()).toBe(2);
  });

  test('nothing to save writes nothing', async () => {
    await letters().save([]);
    expect(await letters().list({ limit: 10 })).toEqual([]);
    expect(await letters().count()).toBe(0);
  });

  test('the list is short and starts with the newest', async () => {
    for (const body of ['a', 'b', 'c']) await letters().save([letter(body)]);
    const blobs = await letters().list({ limit: 2 });
    expect(blobs).toHaveLength(2);
    const times = (await letters().list({ limit: 10 })).map(({ savedAt }) => savedAt);
    expect(times).toEqual(times.toSorted().reverse());
  });

  test('a letter of sixteen megabytes is kept whole', async () => {
    const body = `{"records":[${'"ä",'.repeat(4_000_000)}`;
    await letters().save([letter(body)]);
    const [blob] = await letters().list({ limit: 1 });
    const [kept] = (await letters().read(blob?.name ?? '')) ?? [];
    expect(kept?.body === body).toBe(true);
  });

  test.each(['', '../directory/x.json', `ab/${'0'.repeat(64)}.ndjson`, 'ab/x.ndjson'])(
    'there is no blob named %j',
    async (name) => {
      expect(await letters().read(name)).toBeUndefined();
    },
  );
});
