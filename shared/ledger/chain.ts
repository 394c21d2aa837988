import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';
import type { KeptLink, LedgerHead, LedgerItem, Link } from './ledger.ts';

/** Of a chain without links: what the first of them has before it. */
export const noHead: LedgerHead = { seq: 0, hash: '0'.repeat(64) };

/** In hex. */
export const sha256Of = (content: string | Buffer): string =>
  createHash('sha256').update(content).digest('hex');

export const hashOfPayload = (payload: LedgerItem['payload']): string =>
  sha256Of(canonicalJson(payload));

/** Of all fields but the hash itself: also of such as we do not know. */
export const hashOfLink = ({ hash: _, ...fields }: Link): string => sha256Of(canonicalJson(fields));

/** The links that items become behind a head. */
export function linksBehind(head: LedgerHead, items: readonly LedgerItem[]): KeptLink[] {
  let { seq, hash: prev } = head;
  return items.map(({ id, at, kind, subject, payload }) => {
    seq += 1;
    const fields = { seq, id, at, kind, subject, sha256: hashOfPayload(payload), prev, hash: '' };
    const link: Link = { ...fields, hash: hashOfLink(fields) };
    prev = link.hash;
    return { link, payload };
  });
}

/**
 * What is wrong with links in their order, a sentence for each fault; nothing if they are a chain.
 * Whether it is the chain that was written can be told by comparing its last hash alone.
 */
export function faultsOfChain(links: readonly Link[]): string[] {
  const faults: string[] = [];
  let before: Link | undefined;
  for (const link of links) {
    if (hashOfLink(link) !== link.hash)
      faults.push(`link ${link.seq} does not hash to its \`hash\``);
    if (before && link.seq !== before.seq + 1) {
      faults.push(`link ${link.seq} stands behind link ${before.seq}: they must be consecutive`);
    } else if (before ? link.prev !== before.hash : link.seq === 1 && link.prev !== noHead.hash) {
      faults.push(`link ${link.seq} does not follow the one before it: \`prev\` is another hash`);
    }
    before = link;
  }
  return faults;
}
