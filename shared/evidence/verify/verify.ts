import { cleanLine } from '../../clean-text.ts';
import { sha256Of } from '../../ledger/chain.ts';
import type { LedgerHead } from '../../ledger/ledger.ts';
import { type Bundle, manifestFile } from '../bundle.ts';
import { type BundledLinks, checkAnchors, checkChain, faultOfHead } from './check-chain.ts';
import { checkJournal } from './check-journal.ts';
import { checkManifest } from './check-manifest.ts';
import { checkPolicies } from './check-policies.ts';
import { checkRecords } from './check-records.ts';
import { type Blame, readLines } from './read-bundle.ts';

/** A line for people in each. Nothing is at fault if `faults` is empty. */
export type Verdict = {
  checked: string[];
  /** What the bundle alone can't tell. */
  unknown: string[];
  /** Each begins with the file. */
  faults: string[];
};

/**
 * Whether a bundle is whole and fits together, by itself alone.
 *
 * @param head - of the ledger, as it is known from elsewhere: then also whether this is that chain.
 */
export function verify(bundle: Bundle, head?: LedgerHead): Verdict {
  const faults: string[] = [];
  const blame: Blame = (file, fault) => void faults.push(`${cleanLine(file, 300)}: ${fault}`);

  const manifest = checkManifest(bundle, blame);
  const [incident] = readLines(bundle, 'incident.json', blame);
  const findings = readLines(bundle, 'findings.ndjson', blame);
  const entries = readLines(bundle, 'journal.ndjson', blame);
  const acts = readLines(bundle, 'acts.ndjson', blame);
  const deliveries = readLines(bundle, 'deliveries.ndjson', blame);
  const links = readLines(bundle, 'ledger.ndjson', blame);
  const policies = readLines(bundle, 'policies.ndjson', blame);
  const anchors = readLines(bundle, 'anchors.ndjson', blame);

  const id = incident?.id ?? manifest?.incident ?? '';
  if (manifest && (manifest.incident !== id || manifest.tenant !== incident?.tenantId)) {
    blame('incident.json', 'is another incident than that of manifest.json');
  }
  const told = {
    'findings.ndjson': findings.map(({ finding }) => finding),
    'journal.ndjson': entries,
    'acts.ndjson': acts,
    'deliveries.ndjson': deliveries,
  };
  for (const [file, some] of Object.entries(told)) {
    for (const one of some) {
      if (one.incident !== id) blame(file, `${cleanLine(one.id)} belongs to another incident`);
    }
  }
  checkChain(links, manifest, blame);
  const covered = checkAnchors(anchors, links, blame);
  checkJournal(entries, links, id, blame);
  const before = checkPolicies(policies, links, id, bundle, blame);
  const records = checkRecords(findings, acts, bundle, blame);
  const wrongHead = head && faultOfHead(head, links);
  if (wrongHead) blame('ledger.ndjson', `does not lead to the head ${head.seq}: ${wrongHead}`);

  const [first, last] = [links[0]?.link, links.at(-1)?.link];
  return {
    checked: [
      `incident ${cleanLine(id)} of tenant ${cleanLine(manifest?.tenant)}, exported ${cleanLine(manifest?.exportedAt)}`,
      `${bundle.size} files against manifest.json, whose SHA-256 is ${sha256Of(bundle.get(manifestFile) ?? '')}`,
      first && last
        ? `${links.length} links of the ledger, from ${first.seq} to ${last.seq}; head ${last.seq}:${last.hash}`
        : 'no link of the ledger',
      `${entries.length} entries of the journal, each with its link`,
      `${records} raw records against ${findings.length} findings and ${acts.length} acts`,
      `${policies.length} policies against their links`,
      `${anchors.length} anchored heads against the ledger`,
      ...(head && !wrongHead ? [`the head ${head.seq}:${head.hash}, which you named`] : []),
    ],
    unknown: [
      ...(entries.length > 0
        ? []
        : ['whether anybody did anything about it: there is no entry of the journal']),
      ...unknownOf({ links, covered, before, head: wrongHead ? undefined : head }),
    ],
    faults,
  };
}

type Known = {
  links: BundledLinks;
  covered: number;
  before: readonly number[];
  head: LedgerHead | undefined;
};

function unknownOf({ links, covered, before, head }: Known): string[] {
  const last = links.at(-1)?.link.seq ?? 0;
  const vouched = Math.max(covered, head?.seq ?? 0);
  return [
    ...(head
      ? []
      : [
          'whether this is the ledger that was written: whoever can write the storage account can write another one, and another bundle. Let somebody else read you an anchored head, and name it by --head SEQ:HASH',
        ]),
    ...(vouched < last
      ? [
          vouched === 0
            ? 'whether these are the links that were written: no anchored head vouches for any'
            : `whether the links behind ${vouched} are those that were written: no anchored head vouches for them`,
        ]
      : []),
    ...before.map(
      (seq) => `where in the ledger the policy of link ${seq} stands: before what the bundle holds`,
    ),
    'whether findings, acts and deliveries are all there were, and as they were: the ledger vouches for the journal and the policies',
  ];
}
