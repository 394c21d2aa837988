import type { Verdict } from '../detect/check-posture.ts';
import { recordFindings } from '../record/record-findings.ts';
import { type DigestDeps, digestIfDue } from './digest.ts';
import { stateChanges } from './lasting-states.ts';

/**
 * Records what a look at the directory changed, and writes the digest when one is due.
 *
 * What is about to be recorded is marked before, and remembered after: should the process die in
 * between, the next look records it again, as it is by then. Twice the same changes nothing.
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
  const pending = [
    ...opened,
    ...updated,
    // Open still, should this be as far as it gets.
    ...ended.flatMap(({ id }) => before.open.get(id) ?? []),
  ].map((one) => ({ ...one, isPending: true as const }));
  if (pending.length > 0) await deps.posture.save(tenantId, { opened: pending });
  await recordFindings(
    changed.map(({ found }) => found),
    deps,
  );
  await deps.posture.save(tenantId, { opened: [...opened, ...updated], ended });
  await digestIfDue(tenantId, before.digestAt, deps);
  return changed.length;
}
