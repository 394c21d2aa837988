import { expect, test } from 'vitest';
import { permissionsIn } from '../../shared/azure/api-credential.ts';

const tokenWith = (claims: unknown) =>
  `head.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.signature`;

test.each([
  ['of an application', { roles: ['User.Read.All'] }, ['User.Read.All']],
  ['of an application that was granted nothing', {}, []],
  ['of a person', { scp: 'Policy.Read.All User.Read.All' }, ['Policy.Read.All', 'User.Read.All']],
])('a token %s says what it opens', (_, claims, expected) => {
  expect([...(permissionsIn(tokenWith(claims)) ?? [])]).toEqual(expected);
});

test.each(['opaque', '', 'a.b.c', tokenWith('text'), tokenWith({ roles: 'all' })])(
  '%j says nothing',
  (token) => {
    expect(permissionsIn(token)).toBeUndefined();
  },
);
