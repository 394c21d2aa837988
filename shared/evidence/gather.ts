import { sha256Of } from '../ledger/chain.ts';
import type { KeptLink, LedgerItem, LedgerReader, Link } from '../ledger/ledger.ts';
import { policyBlob } from '../ledger/record-policy.ts';
import type { Act, RecordRef } from '../respond/journal.ts';
import type { KeptCase } from '../tell/notify.ts';
import { isoOf } from '../time.ts';
import { type Bundle, linesOf, policyFile, recordFile, withManifest } from './bundle.ts';
import { readMe } from './read-me.ts';

/** Where evidence lies. @throws {WatchError} STORE_UNAVAILABLE; every method. */
export type EvidenceSource = {
  load(incidentId: string): Promise<KeptCase | undefined>;
  acts(incidentId: string): Promise<Act[]>;
  ledger: LedgerReader;
  /** The anchored heads, a JSON text each. */
  anchorLines(): Promise<string[]>;
  /** Raw records and policies. */
  read(blob: string): Promise<Buffer | undefined>;
};

/** A line of `ledger.ndjson` and of `policies.ndjson`; null: another incident's payload, which is not shown. */
export type BundledLink = { link: Link; payload: LedgerItem['payload'] | null };

export type Gathered = {
  bundle: Bundle;
  /** What is missing, a sentence for each. */
  warnings: string[];
};

/** What happens while it is gathered is waited for so often. */
const mostRounds = 5;

/**
 * All that is known of one incident, as files that can be verified without us.
 *
 * @param now - epoch milliseconds.
 * @returns undefined if there is no such incident.
 */
export async function gather(
  incidentId: string,
  source: EvidenceSource,
  now: number,
): Promise<Gathered | undefined> {
  const kept = await gatherCase(incidentId, source);
  if (!kept) return undefined;
  const { incident, findings, entries, deliveries } = kept.case;
  const acts = await source.acts(incidentId);
  const refs = [
    ...findings.flatMap(({ records }) => records ?? []),
    ...acts.flatMap(({ record }) => record ?? []),
  ];
  const records = await gatherRecords(refs, source);
  const policies = await gatherPolicies(kept, source);
  const loose = entries.filter(({ seq }) => seq === null).length;
  const lines = {
    'incident.json': [incident],
    'findings.ndjson': findings,
    'journal.ndjson': entries,
    'acts.ndjson': acts,
    'deliveries.ndjson': deliveries.map(({ value }) => value),
    'ledger.ndjson': kept.links,
    'policies.ndjson': policies.links,
  };
  const files = new Map<string, Buffer>([
    ...Object.entries(lines).map(([name, values]) => [name, linesOf(values)] as const),
    ['anchors.ndjson', Buffer.from(kept.anchors.map((line) => `${line}\n`).join(''))],
    ...records.files,
    ...policies.files,
    ['README.txt', Buffer.from(readMe(incident))],
  ]);
  const [first, last] = [kept.links[0]?.link, kept.links.at(-1)?.link];
  return {
    bundle: withManifest(files, {
      incident: incident.id,
      tenant: incident.tenantId,
      exportedAt: isoOf(now),
      ledger: first && last ? { from: first.seq, head: { seq: last.seq, hash: last.hash } } : null,
    }),
    warnings: [
      ...(loose > 0
        ? [`${loose} entries of the journal are not in the ledger yet: export again in a minute`]
        : []),
      ...records.missing,
      ...policies.missing,
    ],
  };
}

type GatheredCase = { case: KeptCase; links: BundledLink[]; anchors: string[] };

/** The incident, and the ledger from its first link on: both as of one moment, if that can be had. */
async function gatherCase(
  incidentId: string,
  source: EvidenceSource,
): Promise<GatheredCase | undefined> {
  let kept = await source.load(incidentId);
  for (let round = 1; kept; round += 1) {
    // Before the links: no anchored head is then ahead of them.
    const anchors = await source.anchorLines();
    const from = firstSeq(kept);
    const links = from === undefined ? [] : await linksFrom(from, incidentId, source);
    const again = await source.load(incidentId);
    const isQuiet = JSON.stringify(again?.entries) === JSON.stringify(kept.entries);
    if (isQuiet || round === mostRounds) {
      return { case: kept, links, anchors: anchors.filter((line) => isOfUse(line, from)) };
    }
    kept = again;
  }
  return undefined;
}

function firstSeq({ entries }: KeptCase): number | undefined {
  const places = entries.flatMap(({ seq }) => seq ?? []);
  return places.length === 0 ? undefined : Math.min(...places);
}

async function linksFrom(from: number, incidentId: string, { ledger }: EvidenceSource) {
  const links: BundledLink[] = [];
  for await (const { link, payload } of ledger.links(from)) {
    const isOwn = link.kind === 'incident' && link.subject === incidentId;
    links.push({ link, payload: isOwn ? payload : null });
  }
  return links;
}

/** Those of earlier links say nothing here. What can't be read is shown: somebody wrote it there. */
function isOfUse(line: string, from: number | undefined): boolean {
  try {
    const { seq } = JSON.parse(line) as { seq?: unknown };
    // The one before the first link is its `prev`.
    return typeof seq !== 'number' || (from !== undefined && seq >= from - 1);
  } catch {
    return true;
  }
}

async function gatherRecords(refs: readonly RecordRef[], source: EvidenceSource) {
  const files = new Map<string, Buffer>();
  const missing = new Map<string, string>();
  for (const [blob, some] of Map.groupBy(refs, (ref) => ref.blob)) {
    const content = await source.read(blob);
    const byHash = new Map((content ? linesIn(content) : []).map((line) => [sha256Of(line), line]));
    for (const { sha256 } of some) {
      const line = byHash.get(sha256);
      if (line) files.set(recordFile(sha256), line);
      else missing.set(recordFile(sha256), `the raw record ${sha256} is not in ${blob} any more`);
    }
  }
  // Of a record that lies in two places, one is enough.
  for (const name of files.keys()) missing.delete(name);
  return { files, missing: [...missing.values()] };
}

function linesIn(content: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let from = 0; from < content.length; ) {
    const end = content.indexOf(0x0a, from);
    const to = end < 0 ? content.length : end;
    lines.push(content.subarray(from, to));
    from = to + 1;
  }
  return lines;
}

/** The policies that were in force from the first to the last that the ledger knows of the incident. */
async function gatherPolicies({ case: kept, links }: GatheredCase, source: EvidenceSource) {
  const own = links.filter(({ payload }) => payload !== null);
  const first = own[0]?.link.seq ?? Number.POSITIVE_INFINITY;
  const isOver = kept.incident.status === 'resolved';
  const last = (isOver ? own : links).at(-1)?.link.seq ?? Number.POSITIVE_INFINITY;
  const recorded = (await source.ledger.linksOf('policy')).filter(({ link }) => link.seq <= last);
  const before = recorded.filter(({ link }) => link.seq < first).at(-1);
  const inForce: KeptLink[] = [
    ...(before ? [before] : []),
    ...recorded.filter(({ link }) => link.seq >= first),
  ];
  const files = new Map<string, Buffer>();
  const missing: string[] = [];
  for (const { payload } of inForce) {
    const sha256 = String(payload.sha256);
    const text = await source.read(policyBlob(sha256));
    if (text) files.set(policyFile(sha256), text);
    else missing.push(`the text of policy ${sha256} is gone`);
  }
  return { links: inForce, files, missing };
}
