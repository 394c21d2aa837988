import * as z from 'zod';
import { cleanLine } from '../../clean-text.ts';
import { canonicalJson } from '../../ledger/canonical-json.ts';
import { type Bundle, type Manifest, manifestFile, whatItIs } from '../bundle.ts';

/** Told of each fault: the file, and what is wrong with it. */
export type Blame = (file: string, fault: string) => void;

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const place = z.int().min(1);
const payload = z.record(z.string(), z.unknown());
const ref = z.looseObject({ recordId: z.string(), sha256: hash, blob: z.string() });

const manifest = z.strictObject({
  what: z.literal(whatItIs),
  incident: z.string(),
  tenant: z.string(),
  exportedAt: z.string(),
  ledger: z.strictObject({ from: place, head: z.strictObject({ seq: place, hash }) }).nullable(),
  files: z.record(z.string(), z.strictObject({ sha256: hash, bytes: z.int().min(0) })),
  sha256: hash,
});

const link = z.looseObject({
  seq: place,
  id: z.string(),
  at: z.string(),
  kind: z.enum(['incident', 'policy', 'silence', 'drill', 'channel']),
  subject: z.string(),
  sha256: hash,
  prev: hash,
  hash,
});

/** What of each file is relied on; whatever else stands there is let be. */
const lineSchemas = {
  'incident.json': z.looseObject({ id: z.string(), tenantId: z.string() }),
  'findings.ndjson': z.looseObject({
    finding: z.looseObject({ id: z.string(), incident: z.string() }),
    records: z.array(ref).optional(),
  }),
  'journal.ndjson': z.looseObject({
    id: z.string(),
    incident: z.string(),
    kind: z.string(),
    seq: place.nullable(),
  }),
  'acts.ndjson': z.looseObject({ id: z.string(), incident: z.string(), record: ref.nullable() }),
  'deliveries.ndjson': z.looseObject({ id: z.string(), incident: z.string() }),
  'ledger.ndjson': z.strictObject({ link, payload: payload.nullable() }),
  'policies.ndjson': z.strictObject({ link, payload }),
  'anchors.ndjson': z.looseObject({ seq: place, hash, at: z.string() }),
};

type LineFile = keyof typeof lineSchemas;
export type LineOf<F extends LineFile> = z.output<(typeof lineSchemas)[F]>;

/** The values of a file, a line each; what can't be read is a fault and left out. */
export function readLines<F extends LineFile>(bundle: Bundle, file: F, blame: Blame): LineOf<F>[] {
  const content = bundle.get(file);
  if (!content) {
    blame(file, 'missing');
    return [];
  }
  const lines = content.toString('utf8').split('\n');
  if (lines.pop() !== '') blame(file, 'does not end with a line break');
  return lines.flatMap((line, index) => {
    const read = readLine(line, lineSchemas[file]);
    if ('value' in read) return [read.value as LineOf<F>];
    blame(file, `line ${index + 1} ${read.fault}`);
    return [];
  });
}

function readLine(line: string, schema: z.ZodType): { value: unknown } | { fault: string } {
  try {
    const parsed: unknown = JSON.parse(line);
    if (canonicalJson(parsed) !== line) return { fault: 'is not written as canonical JSON' };
    const result = schema.safeParse(parsed);
    if (result.success) return { value: result.data };
    return { fault: `is not what belongs there: ${problemOf(result.error)}` };
  } catch {
    return { fault: 'is no JSON' };
  }
}

export function readManifest(bundle: Bundle, blame: Blame): Manifest | undefined {
  const content = bundle.get(manifestFile);
  if (!content) {
    blame(manifestFile, 'missing');
    return undefined;
  }
  try {
    const result = manifest.safeParse(JSON.parse(content.toString('utf8')));
    if (result.success) return result.data;
    blame(manifestFile, `is no manifest: ${problemOf(result.error)}`);
  } catch {
    blame(manifestFile, 'is no JSON');
  }
  return undefined;
}

const problemOf = ({ issues: [issue] }: z.ZodError) =>
  cleanLine(`${issue?.path.join('.') || 'all of it'}: ${issue?.message ?? ''}`);
