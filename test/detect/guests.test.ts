import { expect, test } from 'vitest';
import { exampleSnapshot, exampleTenant, people } from '../../shared/detect/examples/tenant.ts';
import { isGuestParty } from '../../shared/detect/rows/guests.ts';
import { Watchlist } from '../../shared/watch/watchlist.ts';

const party = (id: string | null, name: string | null) => ({ type: 'user' as const, id, name });

/** What the watchlist says of ben, if the snapshot has this of him. */
function isBenGuest(fields: object, name: string | null = null): boolean {
  const watchlist = new Watchlist(exampleTenant);
  const snapshot = exampleSnapshot();
  const accounts = snapshot.accounts.map((account) =>
    account.id === people.ben.id ? { ...account, ...fields } : account,
  );
  watchlist.takeSnapshot({ ...snapshot, accounts });
  return isGuestParty(party(people.ben.id, name), watchlist);
}

test.each([
  ['by the UPN of the record', {}, people.gil.upn],
  ['by the UPN of the record, in small letters', {}, people.gil.upn.toLowerCase()],
  ['by the UPN of the snapshot', { userPrincipalName: people.gil.upn }, 'Gil'],
  ['by the kind of account', { userType: 'Guest' }, 'Gil'],
])('a guest %s', (_, fields, name) => {
  expect(isBenGuest(fields, name)).toBe(true);
});

test('a member is none, nor is somebody unknown', () => {
  expect(isBenGuest({ userType: 'Member' })).toBe(false);
  expect(isGuestParty(party(null, null), new Watchlist(exampleTenant))).toBe(false);
});
