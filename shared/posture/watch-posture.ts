import type { Verdict } from '../detect/check-posture.ts';
import { recordFindings } from '../record/record-findings.ts';
import { type DigestDeps, digestIfDue } from './digest.ts';
import { stateChanges } from './lasting-states.ts';

/**
 * Records what a look at the directory changed, and writes the digest when one is due.
 *
 * Findings are recorded before it is remembered that they were: should the process die in between,
 * the next look records them again, which changes nothing.
 *
 * @returns how many findings are new, changed or over.
 * @throws {WatchError} STORE_UNAVAILABLE: doing it all again is safe.
 */
export async function watchPosture(
  tenantId: string,
  verdicts: readonly Verdict[],
  deps: DigestDeps,
): Promise<number> {
  const before = await deps.posture.read(tenantId);
  const { opened, updated, ended } = stateChanges(verdicts, before, deps.now);
  const changed = [...opened, ...updated, ...ended];
  await recordFindings(
    changed.map(({ found }) => found),
    deps,
  );
  await deps.posture.save(tenantId, { opened: [...opened, ...updated], ended });
  await digestIfDue(tenantId, deps);
  return changed.length;
}
