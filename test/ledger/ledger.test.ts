import { describe, expect, test } from 'vitest';
import { WatchError } from '../../shared/errors.ts';
import { faultsOfChain, hashOfLink, linksBehind, noHead } from '../../shared/ledger/chain.ts';
import { chainEntries } from '../../shared/ledger/chain-entries.ts';
import { groupCommit, mostAtOnce } from '../../shared/ledger/group-commit.ts';
import type { Link } from '../../shared/ledger/ledger.ts';
import { memoryLedger } from '../../shared/ledger/memory-ledger.ts';
import type { KeptEntry } from '../../shared/respond/journal.ts';
import { service } from '../../shared/respond/response.ts';
import { ledgerContract, linksIn, sampleItem } from './ledger.contract.ts';

ledgerContract('memory', async () => {
  const ledger = memoryLedger();
  return { ledger, again: () => ledger };
});

describe('a chain', () => {
  const chain = () =>
    linksBehind(
      noHead,
      ['a', 'b', 'c', 'd'].map((id) => sampleItem(id)),
    ).map(({ link }) => link);
  const change = (index: number, given: object) =>
    chain().map((link, at) => (at === index ? { ...link, ...given } : link));

  test('is whole from any link on', () => {
    expect(faultsOfChain(chain())).toEqual([]);
    expect(faultsOfChain(chain().slice(2))).toEqual([]);
    expect(faultsOfChain([])).toEqual([]);
  });

  test.each([
    ['its id', { id: 'e' }],
    ['its time', { at: '2026-11-20T12:00:01.000Z' }],
    ['its kind', { kind: 'drill' }],
    ['its subject', { subject: '' }],
    ['the hash of its payload', { sha256: noHead.hash }],
    ['its own hash', { hash: noHead.hash }],
    ['the hash before', { prev: 'f'.repeat(64) }],
    ['its place', { seq: 7 }],
    ['a field that we do not know', { note: 'x' }],
  ])('shows a link with another value for %s', (_, given) => {
    for (const index of [0, 1, 3]) expect(faultsOfChain(change(index, given))).not.toEqual([]);
  });

  test('shows a link that was changed and hashed anew by the one behind it', () => {
    const changed = chain();
    const [, second] = changed;
    const forged = { ...(second as Link), subject: 'another' };
    changed[1] = { ...forged, hash: hashOfLink(forged) };
    expect(faultsOfChain(changed)).toEqual([
      'link 3 does not follow the one before it: `prev` is another hash',
    ]);
  });

  test('shows links that are left out, exchanged or doubled', () => {
    const [a, b, c, d] = chain() as [Link, Link, Link, Link];
    for (const links of [
      [a, c, d],
      [a, c, b, d],
      [a, b, b, c, d],
      [b, a, c, d],
    ]) {
      expect(faultsOfChain(links)).not.toEqual([]);
    }
  });
});

describe('callers that come at once', () => {
  const noted = (fail?: (write: number) => boolean) => {
    const writes: string[][] = [];
    let seq = 0;
    const append = groupCommit(
      async (items) => {
        writes.push(items.map(({ id }) => id));
        await Promise.resolve();
        if (fail?.(writes.length)) throw new WatchError('STORE_UNAVAILABLE', 'gone');
        return items.map(() => ++seq);
      },
      ({ length }) => length,
    );
    return { writes, append };
  };

  test('share a write, one of which is under way at a time', async () => {
    const { writes, append } = noted();
    const ids = Array.from({ length: 5_000 }, (_, index) => String(index));
    const places = await Promise.all(ids.map((id) => append([sampleItem(id)])));
    expect(places.flat()).toEqual(ids.map((id) => Number(id) + 1));
    expect(writes.flat()).toEqual(ids);
    expect(writes.length).toBe(1 + Math.ceil(4_999 / mostAtOnce));
  });

  test('all hear of a failure, and the next ones are written', async () => {
    const { writes, append } = noted((write) => write === 2);
    const ids = Array.from({ length: 300 }, (_, index) => String(index));
    const outcomes = await Promise.allSettled(ids.map((id) => append([sampleItem(id)])));
    const failed = outcomes.filter(({ status }) => status === 'rejected');
    expect(failed).toHaveLength(299);
    expect(writes).toHaveLength(2);
    expect(await append([sampleItem('later')])).toEqual([2]);
  });
});

describe('entries of a journal', () => {
  const entry = (id: string, seq: number | null = null): KeptEntry => ({
    id,
    incident: 'i',
    tenantId: 't',
    kind: 'noted',
    at: '2026-11-20T12:00:00.000Z',
    revision: 1,
    by: service,
    text: `said ${id}`,
    data: {},
    seq,
  });

  test('are chained once, in their order, and know their place', async () => {
    const ledger = memoryLedger();
    await ledger.append([sampleItem('of another')]);
    const saved: KeptEntry[] = [];
    const save = async (one: KeptEntry) => void saved.push(one);
    const entries = [entry('a', 1), entry('b'), entry('c')];

    expect(await chainEntries(ledger, entries, save)).toBe(2);
    expect(saved).toEqual([entry('b', 2), entry('c', 3)]);
    expect(await chainEntries(ledger, saved, save)).toBe(0);

    const links = await linksIn(ledger, 2);
    const { seq: _, ...plain } = entry('b');
    expect(links[0]).toMatchObject({
      link: { id: 'b', kind: 'incident', subject: 'i', at: plain.at },
      payload: plain,
    });
    expect(links[0]?.payload).not.toHaveProperty('seq');
  });

  test('that could not be noted are chained again under their ids', async () => {
    const ledger = memoryLedger();
    const fail = () => Promise.reject(new WatchError('STORE_UNAVAILABLE', 'gone'));
    await expect(chainEntries(ledger, [entry('a')], fail)).rejects.toThrow('gone');
    await chainEntries(ledger, [entry('a')], async () => {});
    expect((await linksIn(ledger)).map(({ link }) => link.id)).toEqual(['a', 'a']);
  });
});
