import { describe, expect, test } from 'vitest';
import { faultsOfChain, hashOfPayload, noHead } from '../../shared/ledger/chain.ts';
import type { KeptLink, Ledger, LedgerItem, LedgerReader } from '../../shared/ledger/ledger.ts';

export function sampleItem(id: string, given: Partial<LedgerItem> = {}): LedgerItem {
  return {
    id,
    at: '2026-11-20T12:00:00.000Z',
    kind: 'incident',
    subject: 'incident of somebody',
    payload: { id, text: 'somebody took it' },
    ...given,
  };
}

export async function linksIn(ledger: LedgerReader, from?: number): Promise<KeptLink[]> {
  const links: KeptLink[] = [];
  for await (const one of ledger.links(from)) links.push(one);
  return links;
}

const seqsOf = (links: readonly KeptLink[]) => links.map(({ link }) => link.seq);
const idsOf = (links: readonly KeptLink[]) => links.map(({ link }) => link.id);
const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

/** What every ledger does, real or in memory. @param start - an empty one; `again` opens the same. */
export function ledgerContract(
  name: string,
  start: () => Promise<{ ledger: Ledger & LedgerReader; again(): Ledger & LedgerReader }>,
): void {
  describe(`a ledger in ${name}`, () => {
    test('begins empty, and writing nothing leaves it so', async () => {
      const { ledger } = await start();
      expect(await ledger.append([])).toEqual([]);
      expect(await linksIn(ledger)).toEqual([]);
    });

    test('links what is written to what was before, and tells the places', async () => {
      const { ledger, again } = await start();
      expect(await ledger.append([sampleItem('a')])).toEqual([1]);
      expect(await ledger.append([sampleItem('b'), sampleItem('c')])).toEqual([2, 3]);

      const links = await linksIn(again());
      expect(seqsOf(links)).toEqual([1, 2, 3]);
      expect(links[0]?.link).toMatchObject({ id: 'a', kind: 'incident', prev: noHead.hash });
      expect(links[2]?.link.prev).toBe(links[1]?.link.hash);
      expect(faultsOfChain(links.map(({ link }) => link))).toEqual([]);
    });

    test('is read from any link on, and of one kind', async () => {
      const { ledger } = await start();
      await ledger.append(upTo(12).map((n) => sampleItem(`item ${n}`)));
      await ledger.append([sampleItem('p', { kind: 'policy', subject: 'policy' })]);
      expect(seqsOf(await linksIn(ledger, 11))).toEqual([11, 12, 13]);
      expect(await linksIn(ledger, 14)).toEqual([]);
      expect(idsOf(await ledger.linksOf('policy'))).toEqual(['p']);
      expect(await ledger.linksOf('drill')).toEqual([]);
    });

    test('keeps every payload so that it hashes to its link', async () => {
      const nasty =
        '"\\\u0000\u001f\u007f\u0085\u2028\u2029\ufffe \ud800 \u{1f600} e\u0301 </script>';
      const payload = {
        text: nasty,
        [nasty]: [null, true, -0, 1e21, 1e-7, 0.1 + 0.2],
        long: 'ä"'.repeat(40_000),
        missing: undefined,
      };
      const { ledger, again } = await start();
      await ledger.append([sampleItem(nasty, { subject: nasty, payload })]);
      const [kept] = await linksIn(again());
      expect(kept?.link.id).toBe(nasty);
      expect(kept?.link.sha256).toBe(hashOfPayload(payload));
      expect(hashOfPayload(kept?.payload ?? {})).toBe(hashOfPayload(payload));
      expect(faultsOfChain(kept ? [kept.link] : [])).toEqual([]);
    });

    test('gives callers that come at once a place each, and keeps the order of every one', async () => {
      const { ledger, again } = await start();
      const callers = [ledger, ledger, ledger, again(), again()];
      const places = await Promise.all(
        callers.map((one, caller) =>
          one.append(upTo(30).map((n) => sampleItem(`${caller}.${String(n).padStart(2, '0')}`))),
        ),
      );
      expect(places.flat().sort((a, b) => a - b)).toEqual(upTo(150));
      const links = await linksIn(again());
      expect(faultsOfChain(links.map(({ link }) => link))).toEqual([]);
      for (const [caller, own] of places.entries()) {
        expect(own).toEqual(own.toSorted((a, b) => a - b));
        const ids = own.map((seq) => links[seq - 1]?.link.id);
        expect(ids).toEqual(ids.toSorted());
        expect(ids[0]).toBe(`${caller}.01`);
      }
    });

    test('refuses what is no JSON to its caller alone', async () => {
      const { ledger } = await start();
      const wrong = sampleItem('wrong', { payload: { at: new Date(0) } });
      const outcomes = await Promise.allSettled(
        [sampleItem('a'), wrong, sampleItem('b')].map((item) => ledger.append([item])),
      );
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      expect(idsOf(await linksIn(ledger))).toEqual(['a', 'b']);
    });

    test('shows a repeat by its id', async () => {
      const { ledger } = await start();
      await ledger.append([sampleItem('a')]);
      expect(await ledger.append([sampleItem('a')])).toEqual([2]);
      expect(idsOf(await linksIn(ledger))).toEqual(['a', 'a']);
    });
  });
}
