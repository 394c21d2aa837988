import { placeInAzure } from '../../detect/posture/azure-places.ts';
import { unread } from '../../detect/posture-check.ts';
import type { Facts, Sight } from '../item.ts';

/** The subscriptions, and who owns them, are known. */
export function subscriptionsKnown({ snapshot }: Facts): Sight[] {
  const { azure } = snapshot;
  if (!azure) return [unread(snapshot, 'azure')];
  if (azure.subscriptions.length === 0) {
    const unknown = 'No subscription can be seen: there is none, or nobody may read it (Reader).';
    return [{ unknown }];
  }
  const owners = azure.assignments.filter(({ roleName }) => roleName === 'Owner');
  const holders = new Set(owners.map(({ principal }) => principal.id));
  return [
    {
      note: `Subscriptions: ${azure.subscriptions.length}; owners of any of them: ${holders.size}.`,
    },
    ...(azure.seesRoot === false ? [{ note: 'Assignments at the root (/) can’t be seen.' }] : []),
  ];
}

/** Owners and the like who hold their role for good, where PIM could hand it out when it is needed. */
export function standingInAzure({ snapshot, watchlist }: Facts): Sight[] {
  const { azure } = snapshot;
  if (!azure) return [unread(snapshot, 'azure')];
  if (azure.subscriptions.length === 0 && azure.assignments.length === 0) {
    return [{ unknown: 'No subscription can be seen.' }];
  }
  return azure.assignments.flatMap((assignment): Sight[] => {
    const { principal, roleName, scope, isEligible, until } = assignment;
    // Programs can't activate anything, and break-glass accounts must not need to.
    if (principal.type !== 'user' && principal.type !== 'group') return [];
    const against = { type: principal.type, id: principal.id, name: principal.name ?? null };
    if (watchlist.isBreakGlass(against) || isEligible === true || until) return [];
    const what = `${roleName} of ${placeInAzure(scope, snapshot)}`;
    return typeof isEligible === 'boolean'
      ? [{ against, what: `${what}, for good.` }]
      : [
          {
            unknown: 'Whether it is held for good or only when needed was not read.',
            about: against,
          },
        ];
  });
}
