import { parse } from 'yaml';
import { untilSaved } from '../conflicts.ts';
import type { RecordBlobs } from '../evidence/keep-records.ts';
import { derivedId } from '../finding.ts';
import type { Shelf } from '../shelf.ts';
import { isoOf } from '../time.ts';
import { canonicalJson } from './canonical-json.ts';
import { sha256Of } from './chain.ts';
import type { Ledger } from './ledger.ts';

/** The policy that was recorded last. */
export type RecordedPolicy = {
  /** Of the file's text. */
  sha256: string;
  /** Its place in the ledger. */
  seq: number;
  /** The hash of what stands under each of its top-level keys. */
  keys: Readonly<Record<string, string>>;
};

export type RecordPolicyDeps = {
  /** One value lies on it, under `policy`. */
  shelf: Pick<Shelf<RecordedPolicy>, 'get' | 'put'>;
  ledger: Ledger;
  blobs: RecordBlobs;
  /** Epoch milliseconds. */
  now: number;
};

const shelfId = 'policy';

export const policyBlob = (sha256: string) => `policies/${sha256}.yaml`;

/**
 * At every start: a policy other than the last one is chained, and its text kept. Two instances that
 * start at once may chain it twice, under one id.
 *
 * @param text - of the file, valid.
 * @returns whether it was another one.
 * @throws {WatchError} STORE_UNAVAILABLE: doing it again is safe.
 */
export async function recordPolicy(text: string, deps: RecordPolicyDeps): Promise<boolean> {
  const { shelf, ledger, blobs, now } = deps;
  const sha256 = sha256Of(text);
  const keys = keysOf(text);
  return await untilSaved(async () => {
    const last = await shelf.get(shelfId);
    if (last?.value.sha256 === sha256) return false;
    await blobs.save(policyBlob(sha256), Buffer.from(text));
    const [seq] = await ledger.append([
      {
        id: derivedId('policy', sha256, String(last?.value.seq ?? 0)),
        at: isoOf(now),
        kind: 'policy',
        subject: 'policy',
        payload: { sha256, summary: summaryOf(last?.value.keys, keys) },
      },
    ]);
    await shelf.put(shelfId, { sha256, seq: seq as number, keys }, last?.version ?? null);
    return true;
  });
}

function keysOf(text: string): Record<string, string> {
  const value: unknown = parse(text);
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return Object.fromEntries(
    // Through JSON: YAML knows values that JSON does not.
    entries.map(([key, one]) => [key, sha256Of(canonicalJson(JSON.parse(JSON.stringify(one))))]),
  );
}

/** Which parts of the policy are others, in one line. */
function summaryOf(
  before: RecordedPolicy['keys'] | undefined,
  after: RecordedPolicy['keys'],
): string {
  if (!before) return 'the first policy on record';
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  const parts = [
    ['changed', names.filter((key) => before[key] && after[key] && before[key] !== after[key])],
    ['added', names.filter((key) => !before[key])],
    ['removed', names.filter((key) => !after[key])],
  ] as const;
  const said = parts.flatMap(([word, some]) =>
    some.length > 0 ? `${word}: ${some.join(', ')}` : [],
  );
  return said.join('; ') || 'comments or layout alone';
}
