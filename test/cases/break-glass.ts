import { type Case, found } from './case.ts';
import { failed, refresh, signIn } from './records.ts';
import { account, at, directory, fresh, holds, people, roles } from './world.ts';

const { glass, glass2, ruth, tara, omar } = people;
const used = found('breakglass-signin-success', glass, 'critical');
const tried = (severity: string, who: { id: string } = glass) =>
  found('breakglass-signin-attempt', who, severity);
const noMfa = found('admin-signin-no-mfa', glass, 'critical');
const fido = {
  authenticationDetails: [{ authenticationMethod: 'FIDO2 security key', succeeded: true }],
};
const nobody = { userId: '', userPrincipalName: '', userDisplayName: '' };
const session = { sessionId: fresh('session') };
/** Error codes, with what each means of any administrator. */
const stopped: readonly [code: number, ...facets: string[]][] = [
  [50053, found('admin-lockout', glass, 'high')],
  [50057, found('admin-disabled-signin', glass, 'medium')],
  [50074, found('admin-mfa-failed', glass, 'medium')],
  [53003, found('admin-ca-blocked', glass, 'medium')],
  [50140],
  [500121, found('admin-mfa-failed', glass, 'medium')],
  [70043],
];

export const breakGlass: readonly Case[] = [
  { name: 'used', records: [signIn(glass, fido)], expect: [used] },
  {
    name: 'used without MFA: one matter',
    records: [signIn(glass)],
    expect: [used, noMfa],
    incidents: 1,
  },
  {
    name: 'used while an administrator could sign in: one matter',
    records: [signIn(ruth, fido), signIn(glass, fido)],
    expect: [used, found('breakglass-and-outage', glass, 'critical')],
    incidents: 1,
  },
  {
    name: 'declared by UPN',
    records: [signIn(glass2, fido)],
    expect: [found('breakglass-signin-success', glass2, 'critical')],
  },
  {
    name: 'declared by UPN, and no directory',
    directory: null,
    records: [
      signIn(glass2, fido),
      failed(glass2, 53003, { ...nobody, signInIdentifier: glass2.upn }),
    ],
    expect: [found('breakglass-signin-success', glass2, 'critical'), tried('high', glass2)],
    incidents: 1,
  },
  {
    name: 'declared by id, and no directory; the id where the name belongs',
    directory: null,
    records: [signIn({ ...glass, upn: glass.id }, { ...fido, userId: '' })],
    expect: [used],
  },
  {
    name: 'renamed since',
    records: [signIn({ ...glass, upn: 'other@contoso.com' }, fido)],
    expect: [used],
  },
  {
    name: 'its name given to another account',
    records: [signIn({ ...omar, upn: glass2.upn }), signIn({ ...omar, upn: glass.upn })],
    expect: [],
  },
  {
    name: 'used, then its tokens renewed all day in one session',
    records: [
      refresh(glass, { ...session, createdDateTime: at('11:59') }),
      signIn(glass, { ...session, ...fido }),
      ...['12:30', '13:30', '14:30'].map((time) =>
        refresh(glass, { ...session, createdDateTime: at(time) }),
      ),
    ],
    expect: [used],
  },
  { name: 'a token renewed, and nothing else', records: [refresh(glass)], expect: [used] },
  {
    name: 'two sessions: one matter',
    records: [signIn(glass, fido), signIn(glass, fido)],
    expect: [used, used],
    incidents: 1,
  },
  { name: 'one wrong password', records: [failed(glass, 50126)], expect: [tried('medium')] },
  {
    name: 'the same record twice',
    records: [failed(glass, 50126, { id: 'one' }), failed(glass, 50126, { id: 'one' })],
    expect: [tried('medium')],
  },
  {
    name: 'two wrong passwords',
    records: [failed(glass, 50126), failed(glass, 50126)],
    expect: [tried('high')],
  },
  ...stopped.map(
    ([code, ...facets]): Case => ({
      name: `stopped with ${code}`,
      records: [failed(glass, code)],
      expect: [tried('high'), ...facets],
      incidents: 1,
    }),
  ),
  {
    name: 'its name typed, nobody found',
    records: [failed(glass, 50034, { ...nobody, signInIdentifier: glass.upn.toUpperCase() })],
    expect: [tried('high')],
  },
  {
    name: 'its name typed, and the zeros that stand for nobody',
    records: [failed(glass, 50034, { userId: '00000000-0000-0000-0000-000000000000' })],
    expect: [tried('high')],
  },
  {
    name: 'its mail address typed',
    directory: directory([
      account(glass, [holds(roles.global)], { mail: 'red-button@contoso.com' }),
    ]),
    records: [failed(glass, 50034, { ...nobody, signInIdentifier: 'Red-Button@contoso.com' })],
    expect: [tried('high')],
  },
  {
    name: 'tried, then in: one matter',
    records: [failed(glass, 50126), signIn(glass, fido)],
    expect: [tried('medium'), used],
    incidents: 1,
  },
  {
    name: 'tried by name and by id: one matter',
    records: [
      failed(glass, 50126, { ...nobody, signInIdentifier: glass.upn }),
      failed(glass, 50126, { createdDateTime: at('12:10') }),
    ],
    expect: [tried('high')],
    incidents: 1,
  },
  {
    name: 'somebody else',
    records: [failed(ruth, 53003), failed(tara, 50034)],
    expect: [found('admin-ca-blocked', ruth, 'medium')],
  },
];
