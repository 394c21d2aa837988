import { dayOf } from '../../time.ts';
import { defineDetection } from '../detection.ts';
import { workloadSignIn } from '../examples/applications.ts';
import { refresh, signIn } from '../examples/records.ts';
import { syncRole, syncs } from '../examples/sync.ts';
import { people, workloads } from '../examples/tenant.ts';
import { isSyncSignIn } from '../past/directory-sync.ts';
import { isLegacyClient, usesPasswordGrant } from '../rows/mfa.ts';
import { fromWhere, nameOf, signInDetails } from '../wording.ts';

export default defineDetection({
  id: 'admin-signin-legacy-auth',
  title: 'Administrator signed in over a legacy protocol',
  reads: ['signIn'],
  lookFor: 'watched accounts',
  severity: 'high',
  categories: ['SignInLogs', 'NonInteractiveUserSignInLogs'],
  techniques: ['T1078.004'],
  source:
    'https://learn.microsoft.com/entra/identity/conditional-access/policy-block-legacy-authentication',
  why: 'Old protocols and handed-over passwords know no second factor: password sprays come this way.',
  triage: [
    'Ask the administrator which program it was. For administrators there is no good one.',
    'Block legacy authentication and the password grant for administrators with Conditional Access.',
    'If nobody knows it: revoke the sessions and reset the password.',
  ],
  falsePositives: [
    'None is known for administrators. The account of the directory synchronisation, where it is known, is not told.',
  ],

  detect(event, context) {
    const { watchlist } = context;
    if (event.errorCode !== 0 || event.flow === 'workload') return;
    const isGrant = usesPasswordGrant(event);
    if (!isGrant && !isLegacyClient(event)) return;
    if (!watchlist.isPrivileged(event.account, event.at) || isSyncSignIn(event, context)) return;
    const how = isGrant
      ? 'a handed-over password (ROPC)'
      : nameOf({ id: null, name: event.clientApp });
    return {
      // A mail program signs in every few minutes: one finding a day and way.
      key: [event.account.id ?? event.account.name, how, dayOf(event.at)],
      gathered: { addresses: [event.ip] },
      title: `${nameOf(event.account)} signed in over ${how}${fromWhere(event)}`,
      summary: `${nameOf(event.account)} signed in to ${nameOf(event.app)} over ${how}, which knows no second factor${fromWhere(event)}.`,
      subject: event.account,
      roles: watchlist.rolesOf(event.account, event.at),
      matter: ['sign-in'],
      details: signInDetails(event),
    };
  },

  examples: () => [
    { name: 'IMAP', records: [signIn(people.ada, { clientAppUsed: 'IMAP4' })], expect: 'high' },
    {
      name: 'a family',
      records: [refresh(people.ada, { clientAppUsed: 'Other clients; POP' })],
      expect: 'high',
    },
    {
      name: 'ROPC',
      records: [signIn(people.ada, { authenticationProtocol: 'ropc' })],
      expect: 'high',
    },
    {
      name: 'an agent that hands over passwords',
      records: [signIn(people.ada, { userAgent: 'BAV2ROPC' })],
      expect: 'high',
    },
    {
      name: 'the synchronisation of the directory',
      records: [syncRole(people.eve), syncs(people.eve)],
      expect: 'nothing',
    },
    {
      name: 'the synchronisation of the directory, from where it never was',
      records: [syncRole(people.eve), syncs(people.eve)],
      tenant: { knownNetworks: ['192.0.2.0/24'] },
      expect: 'high',
    },
    {
      name: 'the account of the synchronisation, by another application',
      records: [syncRole(people.eve), syncs(people.eve, { appId: 'other' })],
      expect: 'high',
    },
    {
      name: 'an administrator in the name of the synchronisation',
      records: [syncs(people.ada)],
      expect: 'high',
    },
    { name: 'a browser', records: [signIn(people.ada)], expect: 'nothing' },
    {
      name: 'refused',
      records: [signIn(people.ada, { clientAppUsed: 'IMAP4', status: { errorCode: 53003 } })],
      expect: 'nothing',
    },
    {
      name: 'an application, whose agent may call itself anything',
      records: [workloadSignIn(workloads.deployer, { userAgent: 'BAV2ROPC' })],
      expect: 'nothing',
    },
    {
      name: 'not an administrator',
      records: [signIn(people.dan, { clientAppUsed: 'IMAP4' })],
      expect: 'nothing',
    },
  ],
});
