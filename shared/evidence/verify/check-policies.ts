import { cleanLine } from '../../clean-text.ts';
import { hashOfLink, hashOfPayload, sha256Of } from '../../ledger/chain.ts';
import type { Link } from '../../ledger/ledger.ts';
import { type Bundle, policyFile } from '../bundle.ts';
import type { BundledLinks } from './check-chain.ts';
import type { Blame, LineOf } from './read-bundle.ts';

const file = 'policies.ndjson';

/**
 * Whether each policy has its link and its text, and none that came while the incident was open is left
 * out.
 *
 * @returns the links that stand before those of the bundle: where in the chain can't be told.
 */
export function checkPolicies(
  policies: LineOf<'policies.ndjson'>[],
  links: BundledLinks,
  incident: string,
  bundle: Bundle,
  blame: Blame,
): number[] {
  const bySeq = new Map(links.map(({ link }) => [link.seq, link]));
  const first = links[0]?.link.seq ?? Number.POSITIVE_INFINITY;
  const texts = new Set<string>();
  for (const { link, payload } of policies) {
    const { seq } = link;
    if (link.kind !== 'policy') blame(file, `link ${seq} is about something else`);
    if (hashOfLink(link) !== link.hash) blame(file, `link ${seq} does not hash to its \`hash\``);
    if (hashOfPayload(payload) !== link.sha256) {
      blame(file, `the payload of link ${seq} does not hash to its \`sha256\``);
    }
    if (seq >= first && bySeq.get(seq)?.hash !== link.hash) {
      blame(file, `link ${seq} is another one in ledger.ndjson`);
    }
    const name = policyFile(cleanLine(payload.sha256));
    texts.add(name);
    const text = bundle.get(name);
    if (!text) blame(name, `missing: the policy of link ${seq}`);
    else if (sha256Of(text) !== payload.sha256) blame(name, 'does not hash to its name');
  }
  for (const name of bundle.keys()) {
    if (name.startsWith('policies/') && !texts.has(name))
      blame(name, `no link of ${file} names it`);
  }
  const listed = new Set(policies.map(({ link }) => link.seq));
  for (const { seq } of whileOpen(links, incident)) {
    if (!listed.has(seq))
      blame(file, `link ${seq} is missing: a policy came while the incident was open`);
  }
  return policies.flatMap(({ link }) => (link.seq < first ? link.seq : []));
}

/** The policies up to the last link of the incident. */
function whileOpen(links: BundledLinks, incident: string): Link[] {
  const end = links.findLastIndex(
    ({ link }) => link.kind === 'incident' && link.subject === incident,
  );
  return links.slice(0, end + 1).flatMap(({ link }) => (link.kind === 'policy' ? link : []));
}
