import { expect, test } from 'vitest';
import { WatchError } from '../../shared/errors.ts';
import { sha256Of } from '../../shared/ledger/chain.ts';
import { memoryLedger } from '../../shared/ledger/memory-ledger.ts';
import { type RecordedPolicy, recordPolicy } from '../../shared/ledger/record-policy.ts';
import { memoryShelf } from '../../shared/shelf.ts';
import { linksIn } from './ledger.contract.ts';

const now = Date.parse('2026-11-20T12:00:00Z');

function start() {
  const [ledger, shelf] = [memoryLedger(), memoryShelf<RecordedPolicy>()];
  const blobs = new Map<string, string>();
  const save = async (name: string, content: Buffer) => void blobs.set(name, content.toString());
  const deps = { ledger, shelf, blobs: { save }, now };
  const payloads = async () => (await linksIn(ledger)).map(({ payload }) => payload);
  return {
    deps,
    ledger,
    shelf,
    blobs,
    payloads,
    record: (text: string) => recordPolicy(text, deps),
  };
}

const first = 'tenants: [a]\nroutes: [b]\n';
const second = '# reviewed\ntenants: [a]\nroutes:\n  - c\npeople: { ana: {} }\n';

test('a policy is recorded once, with its text', async () => {
  const { record, blobs, payloads } = start();
  expect(await record(first)).toBe(true);
  expect(await record(first)).toBe(false);
  expect(await payloads()).toEqual([
    { sha256: sha256Of(first), summary: 'the first policy on record' },
  ]);
  expect([...blobs]).toEqual([[`policies/${sha256Of(first)}.yaml`, first]]);
});

test('another one says what differs', async () => {
  const { record, payloads } = start();
  for (const text of [first, second, first, `${first}# a comment\n`]) await record(text);
  expect((await payloads()).map(({ summary }) => summary)).toEqual([
    'the first policy on record',
    'changed: routes; added: people',
    'changed: routes; removed: people',
    'comments or layout alone',
  ]);
});

test('one that comes back is another item each time', async () => {
  const { record, ledger } = start();
  for (const text of [first, second, first, second, first]) await record(text);
  const ids = (await linksIn(ledger)).map(({ link }) => link.id);
  expect(new Set(ids).size).toBe(5);
});

test('instances that start at once may chain it twice, under one id', async () => {
  const { record, ledger, shelf } = start();
  await Promise.all([record(first), record(first), record(first)]);
  const links = await linksIn(ledger);
  expect(new Set(links.map(({ link }) => link.id)).size).toBe(1);
  expect((await shelf.get('policy'))?.value.sha256).toBe(sha256Of(first));
  expect(await record(first)).toBe(false);
});

test('a start whose storage fails records it with the next', async () => {
  const { deps, record, payloads } = start();
  const gone = () => Promise.reject(new WatchError('STORE_UNAVAILABLE', 'gone'));
  for (const broken of [{ blobs: { save: gone } }, { ledger: { append: gone } }]) {
    await expect(recordPolicy(first, { ...deps, ...broken })).rejects.toThrow('gone');
  }
  const shelf = { ...deps.shelf, put: gone };
  await expect(recordPolicy(first, { ...deps, shelf })).rejects.toThrow('gone');
  expect(await record(first)).toBe(true);
  expect(new Set((await payloads()).map(({ sha256 }) => sha256)).size).toBe(1);
});
