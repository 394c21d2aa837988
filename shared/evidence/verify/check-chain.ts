import { faultsOfChain, hashOfPayload } from '../../ledger/chain.ts';
import type { LedgerHead } from '../../ledger/ledger.ts';
import { type Manifest, manifestFile } from '../bundle.ts';
import type { Blame, LineOf } from './read-bundle.ts';

const file = 'ledger.ndjson';

export type BundledLinks = LineOf<'ledger.ndjson'>[];

/** Whether the links are one chain, their payloads theirs, and the manifest says the same. */
export function checkChain(
  links: BundledLinks,
  manifest: Manifest | undefined,
  blame: Blame,
): void {
  for (const fault of faultsOfChain(links.map(({ link }) => link))) blame(file, fault);
  for (const { link, payload } of links) {
    if (payload && hashOfPayload(payload) !== link.sha256) {
      blame(file, `the payload of link ${link.seq} does not hash to its \`sha256\``);
    }
  }
  if (!manifest) return;
  const [first, last] = [links[0]?.link, links.at(-1)?.link];
  const { ledger } = manifest;
  const isSame =
    ledger?.from === first?.seq &&
    ledger?.head.seq === last?.seq &&
    ledger?.head.hash === last?.hash;
  if (!isSame) blame(manifestFile, `names other ends of the ledger than ${file} has`);
}

/** Whether the chain goes through the heads that were anchored. @returns the last link that one vouches for. */
export function checkAnchors(
  anchors: LineOf<'anchors.ndjson'>[],
  links: BundledLinks,
  blame: Blame,
): number {
  let covered = 0;
  for (const anchor of anchors) {
    const fault = faultOfHead(anchor, links);
    if (fault) blame('anchors.ndjson', `the head anchored at ${anchor.seq}: ${fault}`);
    else covered = Math.max(covered, anchor.seq);
  }
  return covered;
}

/** Why a head that is known from elsewhere is none of this chain's; undefined if it is one. */
export function faultOfHead(head: LedgerHead, links: BundledLinks): string | undefined {
  const [first, last] = [links[0]?.link, links.at(-1)?.link];
  if (!first || !last) return `${file} holds no link`;
  if (head.seq === first.seq - 1) {
    return head.hash === first.prev
      ? undefined
      : `the chain has another hash before link ${first.seq}`;
  }
  if (head.seq < first.seq) return `${file} begins with link ${first.seq}`;
  if (head.seq > last.seq) return `${file} ends with link ${last.seq}: later links are cut off`;
  const link = links.find((one) => one.link.seq === head.seq)?.link;
  return link?.hash === head.hash ? undefined : `the chain has another hash at link ${head.seq}`;
}
