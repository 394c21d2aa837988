import type { Party } from '../../finding.ts';
import type { SnapshotAccount } from '../../watch/directory.ts';

type Reference = NonNullable<SnapshotAccount['owners']>[number];

/** Somebody whom the snapshot names in passing. */
export const partyOfReference = ({ type, id, name }: Reference): Party => ({
  type,
  id,
  name: name ?? null,
});
