import { defineDetection } from '../detection.ts';
import { workingHours } from '../examples/pim.ts';
import { refresh, signIn } from '../examples/records.ts';
import { syncRole, syncs } from '../examples/sync.ts';
import { people } from '../examples/tenant.ts';
import { isSyncSignIn } from '../past/directory-sync.ts';
import { offHours } from '../rows/off-hours.ts';
import { isKnownPlace } from '../rows/places.ts';
import { fromWhere, nameOf, signInDetails } from '../wording.ts';

const evening = workingHours('13:00', '18:00');
const office = { knownNetworks: ['198.51.100.0/24'] };
const second = { id: 'sign-in-2', createdDateTime: '2026-11-20T12:30:00Z' };

export default defineDetection({
  id: 'admin-off-hours',
  title: 'Administrator signed in outside working hours',
  reads: ['signIn'],
  lookFor: 'watched accounts',
  severity: 'medium',
  severityVaries:
    'High for Global Administrators. Low for others from a known network or a trusted location.',
  categories: ['SignInLogs'],
  techniques: ['T1078.004'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-privileged-accounts',
  why: 'Whoever has taken over an account prefers the hours at which its owner sleeps.',
  triage: [
    'Ask who is on call. The policy can not know, so this finding does not either.',
    'Look at place, device and application: what differs from the days before?',
    'Nobody knows of it: revoke the sessions and reset the password.',
  ],
  falsePositives: [
    'On-call duty, a change window, a journey to another time zone. Give people with other hours their own in the policy.',
  ],

  detect(event, context) {
    if (event.flow !== 'user' || event.errorCode !== 0) return;
    const { account, at } = event;
    const { watchlist, tenant } = context;
    if (!watchlist.isPrivileged(account, at) || isSyncSignIn(event, context)) return;
    const off = offHours(account, at, context);
    if (!off) return;
    const isGlobal = watchlist.isGlobalAdministrator(account, at);
    const isKnown = isKnownPlace(event, tenant);
    const severity = isGlobal ? 'high' : isKnown ? 'low' : 'medium';
    return {
      // Who works through a night signs in many times.
      key: [watchlist.idOf(account) ?? account.name, off.night],
      precedence: isKnown ? '0' : '1',
      gathered: { addresses: [event.ip] },
      severity,
      title: `${nameOf(account)} signed in off hours (${off.clock})${fromWhere(event)}`,
      summary: `${nameOf(account)} signed in to ${nameOf(event.app)} when nobody is expected (${off.clock})${fromWhere(event)}.`,
      subject: account,
      roles: watchlist.rolesOf(account, at),
      matter: ['sign-in'],
      details: { ...signInDetails(event), clock: off.clock },
    };
  },

  examples: () => [
    {
      name: 'a Global Administrator',
      records: [signIn(people.ada)],
      tenant: evening,
      expect: 'high',
    },
    {
      name: 'another administrator',
      records: [signIn(people.ben)],
      tenant: evening,
      expect: 'medium',
    },
    {
      name: 'another administrator, from the office',
      records: [signIn(people.ben)],
      tenant: { ...evening, ...office },
      expect: 'low',
    },
    {
      name: 'twice in one night, the second time from elsewhere',
      records: [signIn(people.ben), signIn(people.ben, { ...second, ipAddress: '203.0.113.9' })],
      tenant: { ...evening, ...office },
      expect: 'medium',
    },
    {
      name: 'on a day off',
      records: [signIn(people.ben)],
      tenant: workingHours('08:00', '18:00', { holidays: ['2026-11-20'] }),
      expect: 'medium',
    },
    {
      name: 'late in the evening, where they work',
      records: [signIn(people.ben)],
      tenant: workingHours('08:00', '18:00', { timezone: 'Asia/Tokyo' }),
      expect: 'medium',
    },
    {
      name: 'the synchronisation of the directory, which never sleeps',
      records: [syncRole(people.eve), syncs(people.eve)],
      tenant: evening,
      expect: 'nothing',
    },
    {
      name: 'the account of the synchronisation, by another application',
      records: [syncRole(people.eve), syncs(people.eve, { appId: 'other' })],
      tenant: evening,
      expect: 'medium',
    },
    {
      name: 'during working hours',
      records: [signIn(people.ben)],
      tenant: workingHours('08:00', '18:00'),
      expect: 'nothing',
    },
    {
      name: 'without working hours in the policy',
      records: [signIn(people.ben)],
      expect: 'nothing',
    },
    { name: 'a renewed token', records: [refresh(people.ben)], tenant: evening, expect: 'nothing' },
    {
      name: 'refused',
      records: [signIn(people.ben, { status: { errorCode: 50126 } })],
      tenant: evening,
      expect: 'nothing',
    },
    {
      name: 'not an administrator',
      records: [signIn(people.dan)],
      tenant: evening,
      expect: 'nothing',
    },
  ],
});
