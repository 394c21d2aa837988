import { canonicalJson } from '../ledger/canonical-json.ts';
import { sha256Of } from '../ledger/chain.ts';
import type { LedgerHead } from '../ledger/ledger.ts';

/** The files of an evidence bundle, by their path in its folder. */
export type Bundle = ReadonlyMap<string, Buffer>;

export const manifestFile = 'manifest.json';

/** What a bundle holds. All hashes are SHA-256 in hex, all times UTC ISO 8601. */
export type Manifest = {
  what: typeof whatItIs;
  incident: string;
  tenant: string;
  exportedAt: string;
  /** The links that `ledger.ndjson` holds, from the first to the head of the ledger; null if it holds none. */
  ledger: { from: number; head: LedgerHead } | null;
  /** Of every file but this one. */
  files: Readonly<Record<string, { sha256: string; bytes: number }>>;
  /** Of the canonical JSON of all other fields: it shows a mistake in copying, not a forger. */
  sha256: string;
};

export const whatItIs = 'Glasswatch evidence of one incident, version 1';

/** The files, and the manifest that names them. */
export function withManifest(
  files: Bundle,
  about: Pick<Manifest, 'incident' | 'tenant' | 'exportedAt' | 'ledger'>,
): Bundle {
  const inOrder = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  const fields = {
    what: whatItIs,
    ...about,
    files: Object.fromEntries(
      inOrder.map(([name, content]) => [
        name,
        { sha256: sha256Of(content), bytes: content.length },
      ]),
    ),
  } as const;
  const text = manifestText({ ...fields, sha256: hashOfManifest({ ...fields, sha256: '' }) });
  return new Map([[manifestFile, Buffer.from(text)], ...inOrder]);
}

/** The one way to write it, so that each byte of it counts. */
export const manifestText = (manifest: Manifest) => `${JSON.stringify(manifest, null, 2)}\n`;

export const hashOfManifest = ({ sha256: _, ...fields }: Manifest) =>
  sha256Of(canonicalJson(fields));

/** A value a line, each in its canonical JSON. */
export const linesOf = (values: readonly unknown[]) =>
  Buffer.from(values.map((value) => `${canonicalJson(value)}\n`).join(''));

/** The file of a raw record is called by its hash. */
export const recordFile = (sha256: string) => `records/${sha256}.json`;
export const policyFile = (sha256: string) => `policies/${sha256}.yaml`;
