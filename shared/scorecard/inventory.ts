import { type Placed, purposeOf } from '../detect/posture/account-kinds.ts';
import { placeInAzure } from '../detect/posture/azure-places.ts';
import { isEnabled, partyOf } from '../detect/posture-check.ts';
import { nameOf } from '../detect/wording.ts';
import type { Party } from '../finding.ts';
import type { TenantPolicy } from '../policy.ts';
import { roleTier } from '../roles.ts';
import { isoOf } from '../time.ts';
import type { Snapshot } from '../watch/directory.ts';
import { heldAt } from '../watch/turns.ts';
import type { Holding, WatchedAccount } from '../watch/watch-state.ts';
import type { Watchlist } from '../watch/watchlist.ts';

/** How a role is held: always, when activated, activated just now. */
export type How = 'active' | 'eligible' | 'activated';

export type Held = {
  role: string;
  templateId: string;
  scope: string;
  how: How;
  /** The group that carries it; null where it is the account's own. */
  via: Party | null;
  /** UTC ISO 8601; null: for good, or not known. */
  until: string | null;
  isPrivileged: boolean;
};

export type Holder = {
  party: Party;
  isEnabled: boolean;
  placed: Placed;
  holds: Held[];
};

export type AzureHolder = {
  party: Party;
  role: string;
  /** The subscription by its name, or the scope. */
  place: string;
  how: 'standing' | 'eligible' | 'unknown';
  /** Null: not known. */
  isExternal: boolean | null;
};

/** Who holds which role, how, and whose account it is; plain JSON. */
export type Inventory = { holders: Holder[]; azure: AzureHolder[] };

type Known = { watchlist: Watchlist; tenant: TenantPolicy; snapshot: Snapshot; now: number };

/** As the directory was read, with what the log stream told since. The gravest roles come first. */
export function inventoryOf(known: Known): Inventory {
  const accounts = [...known.watchlist.state.accounts.values()];
  return {
    holders: accounts
      .map((account) => holderOf(account, known))
      .filter(({ holds }) => holds.length > 0)
      .sort((a, b) => tierOf(a) - tierOf(b) || (nameOf(a.party) < nameOf(b.party) ? -1 : 1)),
    azure: azureHolders(known.snapshot),
  };
}

function holderOf(account: WatchedAccount, known: Known): Holder {
  return {
    party: shown(partyOf(account)),
    isEnabled: isEnabled(account),
    placed: purposeOf(account, known),
    holds: heldBy(account, known, new Set()).sort((a, b) => roleOrder(a) - roleOrder(b)),
  };
}

function heldBy(account: WatchedAccount, known: Known, seen: ReadonlySet<string>): Held[] {
  if (seen.has(account.id)) return [];
  const { state } = known.watchlist;
  const own = account.holdings
    .filter(({ turns }) => heldAt(turns, known.now))
    .map((holding) => heldOf(holding, account, known));
  const carried = account.memberships
    .filter(({ turns }) => heldAt(turns, known.now))
    .flatMap(({ group }) => state.accounts.get(group) ?? [])
    .flatMap((group) =>
      heldBy(group, known, new Set([...seen, account.id])).map((held) => ({
        ...held,
        via: held.via ?? shown(partyOf(group)),
      })),
    );
  const byKey = new Map([...carried, ...own].map((held) => [keyOf(held), held]));
  return [...byKey.values()];
}

function heldOf({ role, tier, via, turns }: Holding, account: WatchedAccount, known: Known): Held {
  const { templateId, scope } = role;
  const listed = account.snapshot?.assignments?.find(
    (one) =>
      one.roleTemplateId === templateId &&
      (one.scope ?? '/') === scope &&
      (one.via ?? null) === via &&
      (one.state === 'eligible') === (tier === 'eligible'),
  );
  const group = via === null ? undefined : known.watchlist.state.accounts.get(via);
  const until = turns.findLast(({ at }) => at <= known.now)?.until;
  return {
    role: nameOf({ id: templateId, name: role.name }),
    templateId,
    scope,
    how: listed?.state === 'activated' ? 'activated' : tier,
    via:
      via === null ? null : shown(group ? partyOf(group) : { type: 'group', id: via, name: null }),
    until: until === undefined ? null : isoOf(until),
    isPrivileged: known.watchlist.roles.has(templateId),
  };
}

const keyOf = ({ templateId, scope, how, via }: Held) =>
  JSON.stringify([templateId, scope, how, via?.id ?? null]);

const azureHolders = (snapshot: Snapshot): AzureHolder[] =>
  (snapshot.azure?.assignments ?? []).map(
    ({ principal, roleName, scope, isEligible, isExternal }) => ({
      party: shown({ type: principal.type, id: principal.id, name: principal.name ?? null }),
      role: nameOf({ id: null, name: roleName }),
      place: placeInAzure(scope, snapshot),
      how: typeof isEligible === 'boolean' ? (isEligible ? 'eligible' : 'standing') : 'unknown',
      isExternal: isExternal ?? null,
    }),
  );

const shown = (party: Party): Party => ({ ...party, name: nameOf(party) });

const roleOrder = ({ templateId, isPrivileged }: Held) => (isPrivileged ? roleTier(templateId) : 3);

const tierOf = ({ holds }: Holder) => Math.min(...holds.map(roleOrder));
