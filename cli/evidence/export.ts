import { type Bundle, manifestFile } from '../../shared/evidence/bundle.ts';
import { type EvidenceSource, gather } from '../../shared/evidence/gather.ts';
import { sha256Of } from '../../shared/ledger/chain.ts';
import { ProblemError } from '../command.ts';
import { storageSettings, withStorage } from '../storage-settings.ts';
import { claimFolder, writeBundle } from './folder.ts';

/** @throws {ProblemError} also where the folder was written, and something is missing in it. */
export async function exportEvidence(
  incident: string,
  { out, settings }: { out: string; settings: string | undefined },
): Promise<number> {
  const source = await openSource(settings);
  const gathered = await withStorage(() => gather(incident, source, Date.now()));
  if (!gathered) throw new ProblemError([`there is no incident ${incident} in this storage`]);
  const { bundle, warnings } = gathered;
  await claimFolder(out);
  await writeBundle(out, bundle);
  process.stdout.write(summaryOf(out, bundle));
  if (warnings.length > 0) throw new ProblemError(warnings);
  return 0;
}

async function openSource(settingsFile: string | undefined): Promise<EvidenceSource> {
  const settings = await storageSettings(settingsFile, process.env);
  // Only here: whoever verifies needs none of Azure's libraries.
  const { openStorage } = await import('../../shared/azure/storage.ts');
  const { storageEvidence } = await import('../../shared/azure/storage-evidence.ts');
  return storageEvidence(openStorage(settings));
}

function summaryOf(out: string, bundle: Bundle): string {
  const content = bundle.get(manifestFile) ?? Buffer.alloc(0);
  const { ledger } = JSON.parse(content.toString()) as {
    ledger: { head: { seq: number; hash: string } } | null;
  };
  return [
    `${bundle.size} files in ${out}`,
    `  head of the ledger        ${ledger ? `${ledger.head.seq}:${ledger.head.hash}` : 'none yet'}`,
    `  SHA-256 of manifest.json  ${sha256Of(content)}`,
    'Note both where nobody can change them: they show later that this folder is the same.',
    '',
  ].join('\n');
}
