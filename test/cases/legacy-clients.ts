import { type Case, found } from './case.ts';
import { multi, password, portal, prompt, refresh, roleAdded, signIn } from './records.ts';
import { at, people, roles } from './world.ts';

const { ruth, hank, tara } = people;
const noMfa = [found('admin-signin-no-mfa', ruth, 'critical')];
const only = (...authenticationDetails: object[]) => ({ authenticationDetails });
const legacyFamilies = [
  'Authenticated SMTP',
  'SMTP',
  'Autodiscover',
  'Exchange ActiveSync',
  'Exchange Online PowerShell',
  'Exchange Web Services',
  'IMAP4',
  'MAPI Over HTTP',
  'Offline Address Book',
  'Outlook Anywhere (RPC over HTTP)',
  'Outlook Service',
  'POP3',
  'Reporting Web Services',
  'Other clients',
  'Other clients; IMAP',
  ' other CLIENTS; POP ',
];
const legacy = found('admin-signin-legacy-auth', ruth, 'high');

export const legacyClients: readonly Case[] = [
  ...legacyFamilies.flatMap((clientAppUsed): Case[] => [
    {
      name: `legacy: ${clientAppUsed}`,
      records: [signIn(ruth, { clientAppUsed }), signIn(tara, { clientAppUsed })],
      expect: [...noMfa, legacy],
      incidents: 1,
    },
    {
      name: `legacy, not interactive: ${clientAppUsed}`,
      records: [refresh(ruth, { clientAppUsed }), refresh(ruth, { clientAppUsed })],
      expect: [legacy],
    },
  ]),
  ...['Browser', 'Mobile Apps and Desktop clients', ''].map(
    (clientAppUsed): Case => ({
      name: `modern: ${clientAppUsed}`,
      records: [refresh(ruth, { clientAppUsed })],
      expect: [],
    }),
  ),
  ...[
    { authenticationProtocol: 'ropc' },
    { userAgent: 'BAV2ROPC' },
    { userAgent: 'CBAinPROD' },
    { userAgent: 'CBAinTAR' },
  ].map(
    (fields): Case => ({
      name: `a handed-over password: ${Object.values(fields)[0]}`,
      records: [signIn(ruth, { ...fields, ...multi })],
      expect: [...noMfa, legacy],
    }),
  ),
  {
    name: 'legacy, refused',
    records: [signIn(ruth, { clientAppUsed: 'IMAP4', status: { errorCode: 50126 } })],
    expect: [],
  },
  {
    name: 'a portal with a password, by anybody',
    records: [
      signIn(tara, portal),
      signIn(ruth, portal),
      signIn(hank, { ...portal, ...only(password, prompt) }),
    ],
    expect: [
      ...noMfa,
      found('admin-portal-single-factor', ruth, 'medium'),
      found('admin-portal-single-factor', tara, 'medium'),
    ],
    incidents: 2,
  },
  ...[
    '797f4846-ba00-4fd7-ba43-dac1f8f63013',
    '04B07795-8DDB-461A-BBEE-02F9E1BF7B46',
    '1950a258-227b-4e31-a9cf-717495945fc2',
    '14d82eec-204b-4c2f-b7e8-296a70dab67e',
  ].map(
    (appId): Case => ({
      name: `an administrator's tool: ${appId}`,
      records: [signIn(tara, { appId })],
      expect: [found('admin-portal-single-factor', tara, 'medium')],
    }),
  ),
  {
    name: 'without a directory: whom the log itself shows to be an administrator',
    policy: null,
    directory: null,
    records: [
      roleAdded(tara, roles.global, { activityDateTime: at('11:00') }),
      signIn(tara),
      signIn(ruth),
    ],
    expect: [
      found('privileged-role-assigned-active', tara, 'high'),
      found('admin-signin-no-mfa', tara, 'critical'),
    ],
  },
];
