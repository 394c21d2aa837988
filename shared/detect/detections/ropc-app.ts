import type { SignInEvent } from '../../read/event.ts';
import { dayOf } from '../../time.ts';
import { defineDetection } from '../detection.ts';
import { refresh, signIn } from '../examples/records.ts';
import { people, workloads } from '../examples/tenant.ts';
import { isLegacyClient, passwordGrantAgents, usesPasswordGrant } from '../rows/mfa.ts';
import { fromWhere, nameOf, signInDetails } from '../wording.ts';

const entraConnect = 'cb1056e2-e479-49de-ae31-7812af012ed8';
const syncAccount = { id: people.eve.id, upn: 'Sync_SERVER_0a1b2c@example.onmicrosoft.com' };
const exchangeOnline = '00000002-0000-0ff1-ce00-000000000000';
const byOldMail = {
  appId: exchangeOnline,
  clientAppUsed: 'Authenticated SMTP',
  userAgent: 'BAV2ROPC',
};
const handedOver = (fields: object = {}) => ({ authenticationProtocol: 'ropc', ...fields });

export default defineDetection({
  id: 'ropc-app',
  title: 'Application takes passwords from people (ROPC)',
  reads: ['signIn'],
  lookFor: { openings: { authenticationProtocol: ['ropc'], userAgent: passwordGrantAgents } },
  severity: 'medium',
  categories: ['SignInLogs', 'NonInteractiveUserSignInLogs'],
  techniques: ['T1078.004', 'T1110.003'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-applications',
  why: 'The application sees the password and sends it on: no second factor is possible, and password sprays take the same way.',
  triage: [
    'Does anybody know the application? If not, take the password for lost: reset it and revoke the sessions.',
    'Known: move it to a sign-in in the browser, or to an identity of its own.',
    'Then block the flow with Conditional Access.',
  ],
  falsePositives: [
    'Automated tests and old in-house programs, until they are rebuilt. Administrators are told of as admin-signin-legacy-auth; the account of Entra Connect is left out, and so are printers that send mail.',
  ],

  detect(event, { watchlist }) {
    if (event.errorCode !== 0 || event.flow === 'workload' || !usesPasswordGrant(event)) return;
    // For them it is a finding of its own, and a graver one.
    if (watchlist.isPrivileged(event.account, event.at)) return;
    if (isDirectorySync(event) || isOldMail(event)) return;
    const app = nameOf(event.app);
    return {
      // It is one matter of the application, however many people it asks.
      key: [event.app.id ?? event.app.name, dayOf(event.at)],
      gathered: { accounts: [event.account.name ?? event.account.id], addresses: [event.ip] },
      title: `${app} signs people in with handed-over passwords (ROPC)`,
      summary: `${app} took the password of ${nameOf(event.account)} and signed in to ${nameOf(event.resource)} with it${fromWhere(event)}.`,
      subject: event.app,
      matter: ['application'],
      details: signInDetails(event),
    };
  },

  examples: () => [
    {
      name: 'as the protocol tells it',
      records: [signIn(people.dan, handedOver())],
      expect: 'medium',
    },
    {
      name: 'spelled otherwise',
      records: [refresh(people.dan, handedOver({ authenticationProtocol: ' ROPC' }))],
      expect: 'medium',
    },
    ...['BAV2ROPC', 'cbainprod', ' CBAinTAR'].map((userAgent) => ({
      name: `as the agent tells it: ${userAgent}`,
      records: [signIn(people.dan, { userAgent })],
      expect: 'medium' as const,
    })),
    {
      name: 'two people, one application',
      records: [signIn(people.dan, handedOver()), signIn(people.eve, handedOver({ id: 'other' }))],
      expect: 'medium',
    },
    {
      name: 'a scanner that sends mail',
      records: [signIn(people.dan, byOldMail)],
      expect: 'nothing',
    },
    {
      name: 'something else than a mail program in the name of Exchange',
      records: [signIn(people.dan, { ...byOldMail, clientAppUsed: 'Browser' })],
      expect: 'medium',
    },
    {
      name: 'another application that calls itself an old mail program',
      records: [signIn(people.dan, { ...byOldMail, appId: entraConnect })],
      expect: 'medium',
    },
    { name: 'another protocol', records: [signIn(people.dan)], expect: 'nothing' },
    {
      name: 'refused',
      records: [signIn(people.dan, handedOver({ status: { errorCode: 50126 } }))],
      expect: 'nothing',
    },
    {
      name: 'an administrator, which is a finding of its own',
      records: [signIn(people.ada, handedOver())],
      expect: 'nothing',
    },
    {
      name: 'the synchronisation of the directory',
      records: [signIn(syncAccount, handedOver({ appId: entraConnect }))],
      expect: 'nothing',
    },
    {
      name: 'its account, by another application',
      records: [signIn(syncAccount, handedOver())],
      expect: 'medium',
    },
    {
      name: 'somebody else in its name',
      records: [signIn(people.dan, handedOver({ appId: entraConnect }))],
      expect: 'medium',
    },
    {
      name: 'an application by itself',
      records: [
        signIn(people.dan, handedOver({ servicePrincipalId: workloads.sync.id }), {
          category: 'ServicePrincipalSignInLogs',
        }),
      ],
      expect: 'nothing',
    },
  ],
});

/** Exchange itself signs in with the password that an old mail program or a printer hands it. */
const isOldMail = (event: SignInEvent) => event.app.id === exchangeOnline && isLegacyClient(event);

/** Entra Connect signs in its own account with a password, every half hour, until it is given a certificate. */
const isDirectorySync = ({ app, account }: SignInEvent) =>
  app.id === entraConnect && /^sync_[^@]+@/i.test(account.name ?? '');
