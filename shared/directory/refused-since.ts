import { isoOf } from '../time.ts';
import type { Snapshot, SnapshotAccount } from '../watch/directory.ts';
import type { DirectoryPart } from '../watch/tenant-fields.ts';
import { fieldsOf, sectionOf } from './carry.ts';
import type { Gap } from './gap.ts';

/**
 * Since when a part is refused that could be read before: somebody has taken the permission away.
 *
 * @param now - epoch milliseconds.
 * @returns undefined for what was never read, takes a licence, or is refused although the permission is there.
 */
export function refusedSince(
  { part, why, isHeld }: Gap,
  previous: Snapshot | undefined,
  now: number,
): string | undefined {
  if (isHeld || !(why === 'permission' || why === 'failed')) return undefined;
  const before = previous?.gaps?.find((gap) => gap.part === part);
  // Without an answer nobody knows whether it is still refused.
  if (before?.refusedSince) return before.refusedSince;
  const wasRead = previous !== undefined && hasRead(previous, part) && before?.why !== 'permission';
  return why === 'permission' && wasRead ? isoOf(now) : undefined;
}

/** Whether a snapshot has what a part tells: it may be of a release that did not know of the part. */
function hasRead(snapshot: Snapshot, part: DirectoryPart): boolean {
  if (part in sectionOf) {
    const section = snapshot[sectionOf[part as keyof typeof sectionOf]];
    return section !== undefined && section !== null;
  }
  if (part in fieldsOf) {
    const fields: readonly (keyof SnapshotAccount)[] = fieldsOf[part as keyof typeof fieldsOf];
    return snapshot.accounts.some((account) => fields.some((key) => account[key] !== undefined));
  }
  // Only a reading of Graph says what it could not read.
  return Array.isArray(snapshot.gaps) && !snapshot.gaps.some((gap) => gap.part === part);
}
