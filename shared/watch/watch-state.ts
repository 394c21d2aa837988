import type { Party, RoleRef } from '../finding.ts';
import type { SnapshotAccount } from './directory.ts';
import type { DirectoryPart } from './tenant-fields.ts';
import type { Turn } from './turns.ts';

/** A role held over time: directly, or (`via`) through a group that the snapshot knows. */
export type Holding = {
  role: RoleRef;
  tier: 'active' | 'eligible';
  via: string | null;
  turns: Turn[];
};

/** What is remembered of one account; plain JSON, as it is stored. */
export type WatchedAccount = {
  id: string;
  type: 'user' | 'servicePrincipal' | 'group';
  name: string | null;
  holdings: Holding[];
  memberships: { group: string; turns: Turn[] }[];
  enabled: Turn[];
  /** Epoch milliseconds of the latest change of its password that succeeded. */
  passwordChangedAt: number | null;
  /** As the last snapshot had it. */
  snapshot: SnapshotAccount | null;
};

/** A removal of a person's role that was no mere end of an activation: the moment shared secrets are due. */
export type PrivilegeLoss = { at: number; who: string };

export type WatchState = {
  accounts: Map<string, WatchedAccount>;
  losses: PrivilegeLoss[];
  /** When the snapshot was taken, epoch milliseconds. */
  takenAt: number | null;
  /** What could not be read of it; null where nobody knows. */
  unread: readonly DirectoryPart[] | null;
};

export const emptyWatchState = (): WatchState => ({
  accounts: new Map(),
  losses: [],
  takenAt: null,
  unread: null,
});

/** How many are remembered; the oldest goes. */
export const mostLosses = 20;

/** The account as it is remembered; from now on, if it was not known. */
export function accountIn({ accounts }: WatchState, id: string, party: Party): WatchedAccount {
  const found = accounts.get(id);
  if (found) return found;
  const account: WatchedAccount = {
    id,
    type: party.type === 'servicePrincipal' || party.type === 'group' ? party.type : 'user',
    name: party.name,
    holdings: [],
    memberships: [],
    enabled: [],
    passwordChangedAt: null,
    snapshot: null,
  };
  accounts.set(id, account);
  return account;
}

/** What the account is known to hold of a role in one way; nothing yet, if it was not known. */
export function holdingOf(
  account: WatchedAccount,
  role: RoleRef,
  tier: Holding['tier'],
  via: string | null,
): Holding {
  const found = account.holdings.find(
    (one) =>
      one.role.templateId === role.templateId &&
      one.role.scope === role.scope &&
      one.tier === tier &&
      one.via === via,
  );
  if (found) return found;
  const holding: Holding = { role, tier, via, turns: [] };
  account.holdings.push(holding);
  return holding;
}
