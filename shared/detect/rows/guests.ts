import type { Party } from '../../finding.ts';
import type { AuditEvent } from '../../read/event.ts';
import { asTexts } from '../../read/raw.ts';
import type { Watchlist } from '../../watch/watchlist.ts';
import { accountTarget } from './account-changes.ts';

/** Every guest's UPN in the directory has it: `gil_partner.example#EXT#@example.onmicrosoft.com`. */
const mark = /#ext#/i;

/**
 * Whether a party is a guest of the directory: by its UPN, or by the snapshot. By which name the log
 * first called the account is left out of it: that may be a display name, and depends on what came first.
 */
export function isGuestParty(party: Party, watchlist: Watchlist): boolean {
  const { userPrincipalName, userType } = watchlist.account(party)?.snapshot ?? {};
  const isMarked = [party.name, userPrincipalName].some((name) => mark.test(name ?? ''));
  return isMarked || userType?.toLowerCase() === 'guest';
}

/** The guest whom a row makes a member. */
export function madeMember(event: AuditEvent): Party | undefined {
  const target = accountTarget(event);
  const isPromoted = kindNames.some((name) => {
    const kind = target?.changes.get(name);
    return isKind('guest', kind?.before) && isKind('member', kind?.after);
  });
  return event.operation === 'update user' && isPromoted ? target?.party : undefined;
}

/** Rows have it as a property of the account, of the target, or both. */
const kindNames = ['usertype', 'targetid.usertype'];

const isKind = (kind: string, value: unknown) =>
  asTexts(value).some((text) => text.toLowerCase() === kind);
