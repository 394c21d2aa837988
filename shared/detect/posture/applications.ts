import type { Party } from '../../finding.ts';
import type { SnapshotAccount } from '../../watch/directory.ts';
import { isEnabled, type PostureContext } from '../posture-check.ts';

/** The applications of the snapshot that can sign in. */
export const applicationsIn = ({
  snapshot,
  watchlist,
}: Pick<PostureContext, 'snapshot' | 'watchlist'>): SnapshotAccount[] =>
  snapshot.accounts.filter(({ type, id }) => {
    const account = watchlist.state.accounts.get(id);
    return type === 'servicePrincipal' && (account === undefined || isEnabled(account));
  });

export const partyOfApplication = ({ id, displayName }: SnapshotAccount): Party => ({
  type: 'servicePrincipal',
  id,
  name: displayName ?? null,
});
