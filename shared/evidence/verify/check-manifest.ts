import { sha256Of } from '../../ledger/chain.ts';
import {
  type Bundle,
  hashOfManifest,
  type Manifest,
  manifestFile,
  manifestText,
} from '../bundle.ts';
import { type Blame, readManifest } from './read-bundle.ts';

/** Whether the files are those that the manifest names, byte by byte, and none besides. */
export function checkManifest(bundle: Bundle, blame: Blame): Manifest | undefined {
  const manifest = readManifest(bundle, blame);
  if (!manifest) return undefined;
  if (!bundle.get(manifestFile)?.equals(Buffer.from(manifestText(manifest)))) {
    blame(manifestFile, 'is not written as an export writes it');
  }
  if (hashOfManifest(manifest) !== manifest.sha256) {
    blame(manifestFile, 'does not hash to its own `sha256`');
  }
  const named = new Map(Object.entries(manifest.files));
  for (const [name, { sha256, bytes }] of named) {
    const content = bundle.get(name);
    if (!content) blame(name, 'missing, though manifest.json names it');
    else if (content.length !== bytes) {
      blame(name, `has ${content.length} bytes; manifest.json says ${bytes}`);
    } else if (sha256Of(content) !== sha256) {
      blame(name, 'was changed: manifest.json has another SHA-256');
    }
  }
  for (const name of bundle.keys()) {
    if (name !== manifestFile && !named.has(name)) blame(name, 'is not named by manifest.json');
  }
  return manifest;
}
