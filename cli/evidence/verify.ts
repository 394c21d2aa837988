import { cleanLine } from '../../shared/clean-text.ts';
import { verify } from '../../shared/evidence/verify/verify.ts';
import type { LedgerHead } from '../../shared/ledger/ledger.ts';
import { ProblemError, UsageError } from '../command.ts';
import { readBundle } from './folder.ts';

/** @throws {ProblemError} with a line for each fault. */
export async function verifyEvidence(folder: string, head: string | undefined): Promise<number> {
  const known = head === undefined ? undefined : headIn(head);
  const { bundle, others } = await readBundle(folder);
  const { checked, unknown, faults } = verify(bundle, known);
  const all = [...faults, ...others.map((name) => `${cleanLine(name, 300)}: is no plain file`)];
  process.stdout.write(
    [
      'Checked:',
      ...checked.map((line) => `  ${line}`),
      'Not to be known from here:',
      ...unknown.map((line) => `  ${line}`),
      all.length === 0 ? 'Whole: nothing is at fault.' : `At fault: ${all.length}`,
      '',
    ].join('\n'),
  );
  if (all.length > 0) throw new ProblemError(all);
  return 0;
}

function headIn(text: string): LedgerHead {
  const [, seq, hash] = /^([1-9]\d{0,14}):([0-9a-f]{64})$/i.exec(text) ?? [];
  if (seq === undefined || hash === undefined) {
    throw new UsageError(
      `--head: "${text}" is no head; allowed: SEQ:HASH, as 17:9f86… with 64 of 0-9 and a-f`,
    );
  }
  return { seq: Number(seq), hash: hash.toLowerCase() };
}
