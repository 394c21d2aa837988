import type { Snapshot } from '../../watch/directory.ts';
import type { DirectoryPart } from '../../watch/tenant-fields.ts';
import { type Unknown, unread } from '../posture-check.ts';

type Gaps = Pick<Snapshot, 'gaps'>;

export const gapOf = ({ gaps }: Gaps, part: DirectoryPart) =>
  gaps?.find((gap) => gap.part === part);

/** Whether the tenant has no licence for it: then there is nothing of it to be seen. */
export const isUnlicensed = (snapshot: Gaps, part: DirectoryPart): boolean =>
  gapOf(snapshot, part)?.why === 'licence';

/** Whether something may be there that nobody has read. What was read earlier than the rest has been. */
export function isHidden(snapshot: Gaps, part: DirectoryPart): boolean {
  const gap = gapOf(snapshot, part);
  return gap !== undefined && gap.why !== 'licence' && !gap.asOf;
}

/** The parts that tell who is privileged. */
const rosterParts = ['roles', 'pim', 'groups', 'groupPim'] as const;

/** Why somebody may be privileged of whom nobody knows. */
export const hiddenPeople = (snapshot: Gaps): Unknown[] =>
  rosterParts
    .filter((part) => isHidden(snapshot, part))
    .map((part) => ({ ...unread(snapshot, part), isOfOthers: true }));
