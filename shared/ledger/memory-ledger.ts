import { linksBehind, noHead } from './chain.ts';
import { groupCommit } from './group-commit.ts';
import type { KeptLink, Ledger, LedgerReader } from './ledger.ts';

/** A ledger in memory: for tests, and wherever nothing is stored. Held to the contract of the real one. */
export function memoryLedger(): Ledger & LedgerReader {
  const kept: string[] = [];
  const linkAt = (index: number) => JSON.parse(kept[index] as string) as KeptLink;
  return {
    append: groupCommit(
      async (items) => {
        const head = kept.length === 0 ? noHead : linkAt(kept.length - 1).link;
        const links = linksBehind(head, items);
        for (const one of links) kept.push(JSON.stringify(one));
        return links.map(({ link }) => link.seq);
      },
      ({ length }) => length,
    ),
    async *links(from = 1) {
      for (let index = Math.max(from, 1) - 1; index < kept.length; index += 1) yield linkAt(index);
    },
    async linksOf(kind) {
      return kept.map((_, index) => linkAt(index)).filter(({ link }) => link.kind === kind);
    },
  };
}
