import { isHidden, isUnlicensed } from '../../detect/posture/gaps.ts';
import { unread } from '../../detect/posture-check.ts';
import { builtInRoleName, roleIdByName } from '../../roles.ts';
import { type Facts, type Sight, topRoles } from '../item.ts';

/** Roles are held as eligible, and somebody hears of an activation of the four top roles. */
export function pimInUse(facts: Facts): Sight[] {
  if (isUnlicensed(facts.snapshot, 'pim')) {
    return [{ against: null, what: 'The tenant has no licence for it (Entra ID P2).' }];
  }
  return [...eligibleHeld(facts), ...topRolesNotify(facts)];
}

function eligibleHeld({ snapshot, watchlist }: Facts): Sight[] {
  const { accounts, pimSettings } = snapshot;
  if (isHidden(snapshot, 'pim')) return [unread(snapshot, 'pim')];
  const isManaged = accounts.some(({ assignments }) =>
    (assignments ?? []).some(
      ({ state, roleTemplateId }) =>
        (state === 'eligible' || state === 'activated') && watchlist.roles.has(roleTemplateId),
    ),
  );
  if (isManaged) return [];
  // A file written by hand may leave PIM out; only settings show that it was looked at.
  return pimSettings
    ? [{ against: null, what: 'No privileged role is held as eligible.' }]
    : [unread(snapshot, 'pim')];
}

function topRolesNotify({ snapshot }: Facts): Sight[] {
  const { pimSettings } = snapshot;
  if (!pimSettings) return [unread(snapshot, 'pimSettings')];
  return [...topRoles].flatMap((id): Sight[] => {
    const name = builtInRoleName(id) ?? id;
    const setting = pimSettings.find(({ roleTemplateId }) => roleTemplateId === id);
    const notifies = setting?.notifiesOnActivation;
    if (notifies === true) return [];
    const role = { type: 'role' as const, id, name };
    return notifies === false
      ? [{ against: role, what: 'Nobody is told when it is activated.' }]
      : [{ unknown: 'Whether anybody is told of its activation was not read.', about: role }];
  });
}

/** A policy may take a role off the list; then none of its additions is noticed. */
export const topRolesWatched = ({ tenant }: Facts): Sight[] =>
  tenant.privilegedRoles.remove.flatMap((written) => {
    const id = roleIdByName(written) ?? written.toLowerCase();
    if (!topRoles.has(id)) return [];
    const role = { type: 'role' as const, id, name: builtInRoleName(id) ?? id };
    return { against: role, what: 'The policy takes it off the list of privileged roles.' };
  });
