import type { AuditEvent } from '../../read/event.ts';
import type { Watchlist } from '../../watch/watchlist.ts';
import { isInForce, weaknesses } from './access-policy-weaknesses.ts';
import { type AccessPolicyChange, accessPolicyChange } from './conditional-access.ts';
import { widenedLocation } from './named-locations.ts';
import { policyTarget } from './policy-target.ts';

/**
 * Whether a row shows that a Conditional Access policy or a named location protects what it protected
 * before: work at a policy that holds nobody to anything, another name, saved as it was. What the row
 * does not show is not harmless, nor is a policy that comes into force: it may lock out everybody else.
 */
export function isHarmlessEdit(event: AuditEvent, watchlist: Watchlist): boolean {
  if (event.operation === 'update named location')
    return !widenedLocation(policyTarget(event), false);
  const change = accessPolicyChange(event);
  if (!change) return false;
  const glass = watchlist.breakGlassAccounts(event.at).map(({ party }) => party.id ?? '');
  return isHarmless(change, new Set(glass));
}

function isHarmless({ deed, before, after }: AccessPolicyChange, spared: ReadonlySet<string>) {
  const [wasInForce, isNowInForce] = [isInForce(before), isInForce(after)];
  if (deed === 'delete') return !wasInForce;
  if (deed === 'add' || !wasInForce) return !isNowInForce;
  return (
    before !== undefined && after !== undefined && weaknesses(before, after, spared).length === 0
  );
}
