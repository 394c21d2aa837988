import { signIn } from '../../shared/detect/examples/records.ts';
import { people } from '../../shared/detect/examples/tenant.ts';
import { type Bundle, manifestFile, withManifest } from '../../shared/evidence/bundle.ts';
import { type EvidenceSource, gather } from '../../shared/evidence/gather.ts';
import { canonicalJson } from '../../shared/ledger/canonical-json.ts';
import { sha256Of } from '../../shared/ledger/chain.ts';
import { chainEntries } from '../../shared/ledger/chain-entries.ts';
import type { KeptLink } from '../../shared/ledger/ledger.ts';
import { memoryLedger } from '../../shared/ledger/memory-ledger.ts';
import { type RecordedPolicy, recordPolicy } from '../../shared/ledger/record-policy.ts';
import { newDelivery } from '../../shared/record/outbox.ts';
import type { Act, EntryKind, KeptEntry } from '../../shared/respond/journal.ts';
import { service } from '../../shared/respond/response.ts';
import { memoryShelf } from '../../shared/shelf.ts';
import type { KeptCase } from '../../shared/tell/notify.ts';
import { sampleFinding, sampleIncident } from '../stores/sample-findings.ts';

export const incidentId = 'a'.repeat(32);
export const otherId = 'b'.repeat(32);
export const at = '2026-11-20T12:00:00.000Z';
export const now = Date.parse('2026-11-21T08:00:00Z');
const hostile = 'took it \u202e"<b>\u2028';

const rows = ['a', 'b', 'c'].map((id) => Buffer.from(JSON.stringify(signIn(people.glass, { id }))));
const blob = 'records/2026/11/20/x.ndjson';
const ref = (index: number) => ({
  recordId: 'abc'[index] as string,
  sha256: sha256Of(rows[index] as Buffer),
  blob,
});

export const entry = (id: string, kind: EntryKind, incident = incidentId): KeptEntry => ({
  id,
  incident,
  tenantId: 'tenant-1',
  kind,
  at,
  revision: 1,
  by: service,
  text: `${kind}: ${hostile}`,
  data: { reason: hostile, isLast: false },
  seq: null,
});

const act: Act = {
  id: 'act of glass',
  incident: incidentId,
  at,
  kind: 'signIn',
  what: 'signed in to Azure Portal',
  isSuccess: true,
  isOwn: true,
  isRenewal: false,
  ip: '203.0.113.9',
  record: ref(2),
};

/** An incident among others, with all that belongs to it; `blobs` and `anchors` may be spoilt. */
export async function sampleEvidence() {
  const ledger = memoryLedger();
  const blobs = new Map<string, Buffer>();
  const anchors: string[] = [];
  const shelf = memoryShelf<RecordedPolicy>();
  const save = async (name: string, content: Buffer) => void blobs.set(name, content);
  const policy = (text: string) => recordPolicy(text, { shelf, ledger, blobs: { save }, now });
  const chained: KeptEntry[] = [];
  const chain = (...entries: KeptEntry[]) =>
    chainEntries(ledger, entries, async (kept) => {
      if (kept.incident === incidentId) chained.push(kept);
    });
  const links = async () => {
    const all: KeptLink[] = [];
    for await (const one of ledger.links()) all.push(one);
    return all;
  };
  const anchor = async () => {
    const { seq, hash } = (await links()).at(-1)?.link ?? { seq: 0, hash: '' };
    anchors.push(canonicalJson({ seq, hash, at }));
  };

  await policy('routes: [old]\n');
  await policy('routes: [a]\n');
  await anchor();
  await chain(entry('before', 'opened', otherId));
  await anchor();
  await chain(entry('opened', 'opened'));
  await anchor();
  await policy('routes: [b]\n');
  await chain(entry('of another', 'acknowledged', otherId));
  await chain(entry('acknowledged', 'acknowledged'), entry('noted', 'noted'));
  await anchor();
  await chain(entry('later', 'resolved', otherId));
  await policy('routes: [c]\n');
  blobs.set(blob, Buffer.concat(rows.flatMap((row) => [row, Buffer.from('\n')])));

  const finding = (name: string, index: number) =>
    sampleFinding(incidentId, name, { records: [ref(index)] });
  const kept: KeptCase = {
    incident: sampleIncident(incidentId, { status: 'resolved' }),
    findings: [finding('one', 0), finding('two', 1)],
    deliveries: [
      { value: newDelivery(sampleIncident(incidentId), 'secops', 'new', now), version: '1' },
    ],
    entries: chained,
  };
  const source: EvidenceSource = {
    load: async (id) => (id === incidentId ? kept : undefined),
    acts: async () => [act],
    ledger,
    anchorLines: async () => anchors,
    read: async (name) => blobs.get(name),
  };
  return { source, kept, ledger, blobs, anchors, chain, links };
}

export async function sampleBundle(): Promise<Bundle> {
  const { source } = await sampleEvidence();
  const gathered = await gather(incidentId, source, now);
  if (!gathered || gathered.warnings.length > 0) throw new Error('the sample is not whole');
  return gathered.bundle;
}

/** As a forger does it: the manifest fits whatever the files are. */
export function forged(bundle: Bundle, changes: Readonly<Record<string, Buffer | string | null>>) {
  const files = new Map(bundle);
  const manifest = JSON.parse(String(files.get(manifestFile)));
  files.delete(manifestFile);
  for (const [name, content] of Object.entries(changes)) {
    if (content === null) files.delete(name);
    else files.set(name, Buffer.from(content));
  }
  const lines = textOf(files, 'ledger.ndjson').split('\n').filter(Boolean);
  const ends = [lines[0], lines.at(-1)].map((line) => (line ? JSON.parse(line).link : undefined));
  const [first, last] = ends;
  const ledger = first && { from: first.seq, head: { seq: last.seq, hash: last.hash } };
  const { incident, tenant, exportedAt } = manifest;
  return withManifest(files, { incident, tenant, exportedAt, ledger: ledger ?? null });
}

export const textOf = (bundle: Bundle, name: string) => bundle.get(name)?.toString() ?? '';
