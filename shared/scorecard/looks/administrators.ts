import { hasOnlyPhone } from '../../detect/posture/methods.ts';
import { partyOf, privilegedUsers, unreadOf } from '../../detect/posture-check.ts';
import { nameOf } from '../../detect/wording.ts';
import type { Party } from '../../finding.ts';
import { heldAt } from '../../watch/turns.ts';
import type { WatchedAccount } from '../../watch/watch-state.ts';
import type { Facts, Sight } from '../item.ts';

/** Why each administrator needs the privilege, as the register of the policy has it. */
export const reasonsRegistered = (facts: Facts): Sight[] =>
  privilegedUsers(facts).flatMap((account) => {
    const about = partyOf(account);
    const { tenant, watchlist } = facts;
    if (watchlist.isBreakGlass(about)) return [];
    const entry = tenant.register.find((one) => watchlist.isMeant(about, one.account));
    return entry?.reason ? [] : { unknown: 'No reason is in the register of the policy.', about };
  });

/** Mail of administrators goes where somebody reads it: as far as rules of the inbox tell. */
export const mailForwarded = (facts: Facts): Sight[] =>
  privilegedUsers(facts).flatMap((account): Sight[] => {
    const { hasMailbox, forwardsMailTo } = account.snapshot ?? {};
    const about = partyOf(account);
    if (hasMailbox === false) return [];
    if (typeof hasMailbox !== 'boolean') return [unreadOf(facts.snapshot, 'users', account)];
    if (!forwardsMailTo) return [unreadOf(facts.snapshot, 'mailRules', account)];
    if (forwardsMailTo.length > 0) return [];
    const unknown =
      'No rule of the inbox forwards its mail; forwarding set in Exchange itself can’t be seen.';
    return [{ unknown, about }];
  });

/** Those whom the policy calls exposed can prove who they are by more than a phone. */
export function exposedAreStrong(facts: Facts): Sight[] {
  const { tenant, watchlist } = facts;
  if (tenant.accounts.exposed.length === 0) {
    return [{ unknown: 'The policy names no exposed account (accounts.exposed).' }];
  }
  return tenant.accounts.exposed.flatMap((written): Sight[] => {
    const party: Party = written.includes('@')
      ? { type: 'user', id: null, name: written }
      : { type: 'user', id: written.toLowerCase(), name: null };
    const account = watchlist.account(party);
    if (!account?.snapshot) {
      return [{ unknown: 'The snapshot does not tell of it.', about: party }];
    }
    return strengthOf(account, facts);
  });
}

function strengthOf(account: WatchedAccount, { snapshot }: Facts): Sight[] {
  const { mfaCapable, mfaRegistered, methods } = account.snapshot ?? {};
  const [against, can] = [partyOf(account), mfaCapable ?? mfaRegistered];
  if (can === false) {
    const what = mfaRegistered ? 'No method that it has is allowed.' : 'Not registered for MFA.';
    return [{ against, what }];
  }
  if (typeof can !== 'boolean') return [unreadOf(snapshot, 'registration', account)];
  return hasOnlyPhone(methods ?? [])
    ? [{ against, what: 'Its only second factor is a phone.' }]
    : [];
}

const joinedDeviceAdministrator = '9f06204d-73c1-4d4c-880a-6edb90606fd8';

/** Who administers every joined device by a role of its own; a remark, for whoever reviews them. */
export function joinedDeviceHolders({ watchlist, now }: Facts): Sight[] {
  const holders = [...watchlist.state.accounts.values()].filter(({ holdings }) =>
    holdings.some(
      ({ role, turns }) => role.templateId === joinedDeviceAdministrator && heldAt(turns, now),
    ),
  );
  const names = holders.slice(0, 5).map((account) => nameOf(partyOf(account)));
  const more = holders.length - names.length;
  const note =
    holders.length === 0
      ? 'Nobody holds the role Microsoft Entra Joined Device Local Administrator.'
      : `Administrators of all joined devices by role: ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`;
  return [{ note }];
}
