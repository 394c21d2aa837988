import { expect, test } from 'vitest';
import { isExternal, isPersonal } from '../../../shared/detect/posture/identities.ts';
import { accountSchema } from '../../../shared/watch/account-fields.ts';
import type { WatchedAccount } from '../../../shared/watch/watch-state.ts';

const guestName = (address: string) => `${address.replace('@', '_')}#EXT#@example.onmicrosoft.com`;

function account(name: string | null, known: object | null = {}): WatchedAccount {
  const snapshot = known && accountSchema.parse({ id: 'a', type: 'user', ...known });
  const none = { holdings: [], memberships: [], enabled: [], passwordChangedAt: null };
  return { id: 'a', type: 'user', name, ...none, snapshot };
}

const own = { identityIssuers: ['example.onmicrosoft.com'], userType: 'Member' };

test.each<[string, WatchedAccount, boolean | undefined]>([
  ['the tenant vouches', account('ada@example.com', own), false],
  [
    'Microsoft vouches',
    account('ada@example.com', { identityIssuers: ['MicrosoftAccount'] }),
    true,
  ],
  [
    'in other letters, and not alone',
    account('ada@example.com', { identityIssuers: ['example.com', ' microsoftAccount '] }),
    true,
  ],
  [
    'another directory vouches, whatever the address is called',
    account(guestName('ada@outlook.com'), { identityIssuers: ['ExternalAzureAD'] }),
    false,
  ],
  ['a consumer address', account(guestName('ada@outlook.com')), true],
  ['hotmail', account(guestName('ada.l_x@HOTMAIL.com')), true],
  ['an address of a namesake', account(guestName('ada@not-outlook.com')), undefined],
  ['an address further down', account(guestName('ada@outlook.com.example')), undefined],
  ['as classic administrators were written', account('live.com#ada@example.net'), true],
  ['nobody says', account('ada@example.com'), undefined],
  ['null says nothing', account('ada@example.com', { identityIssuers: null }), undefined],
  ['not in the snapshot', account('ada@example.com', null), undefined],
  ['no name at all', account(null, null), undefined],
])('personal: %s', (_, one, expected) => {
  expect(isPersonal(one)).toBe(expected);
});

test.each<[string, WatchedAccount, boolean | undefined]>([
  ['a member whom the tenant vouches for', account('ada@example.com', own), false],
  [
    'a type of null, as old accounts have it',
    account('ada@example.com', { ...own, userType: null }),
    false,
  ],
  ['a guest', account('ada@example.com', { ...own, userType: 'Guest' }), true],
  ['a guest by name, made a member', account(guestName('ada@partner.example'), own), true],
  [
    'a renamed guest made a member',
    account('ada@example.com', { ...own, identityIssuers: ['ExternalAzureAD'] }),
    true,
  ],
  ['a personal account', account('a@b.c', { ...own, identityIssuers: ['MicrosoftAccount'] }), true],
  ['personal by name alone', account('live.com#ada@example.net'), true],
  ['a one-time passcode', account('a@b.c', { ...own, identityIssuers: ['Mail'] }), true],
  ['the type is not known', account('a@b.c', { ...own, userType: undefined }), undefined],
  ['the issuers are not known', account('a@b.c', { userType: 'Member' }), undefined],
  ['not in the snapshot', account('a@b.c', null), undefined],
])('from outside: %s', (_, one, expected) => {
  expect(isExternal(one)).toBe(expected);
});
