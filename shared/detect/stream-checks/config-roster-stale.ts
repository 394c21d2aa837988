import { hourMs, isoOf, startOfDay } from '../../time.ts';
import { people } from '../examples/tenant.ts';
import { defineStreamCheck, streamParty } from '../stream-check.ts';

const names = (emergency: string[]) => ({
  accounts: { emergency, exposed: [], shared: [], automation: [], external: [] },
});

export default defineStreamCheck({
  id: 'config-roster-stale',
  title: 'The list of privileged accounts is old or incomplete',
  severity: 'medium',
  categories: ['Graph'],
  techniques: ['T1562.008'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-privileged-accounts',
  why: 'Who is not known to be privileged is not watched. A break-glass account that is known by name alone is missed where a record gives its id.',
  triage: [
    'Look at why the directory is not refreshed: the permissions of the app, throttling, the log of refreshDirectory.',
    'Give break-glass accounts by object id in the policy.',
  ],
  falsePositives: ['A tenant whose directory is refreshed less often on purpose: set maxAgeHours.'],

  check({ watchlist, settings, now }) {
    const { takenAt } = watchlist.state;
    const ageMs = now - (takenAt ?? 0);
    // A clock that was ahead, or a file: how old that is nobody knows.
    const isOld = ageMs > settings.maxAgeHours * hourMs || ageMs < -hourMs;
    const isUnresolved = watchlist.hasUnresolvedNames();
    if (!isOld && !isUnresolved) return [];
    const subject = streamParty('list of privileged accounts');
    const age = takenAt === null ? 'has never been read' : `was last read at ${isoOf(takenAt)}`;
    return [
      {
        key: [String(takenAt), isUnresolved ? 'unresolved' : 'old'],
        at: takenAt === null ? startOfDay(now) : takenAt,
        title: isOld ? `The directory ${age}` : 'The policy names an account that nobody knows',
        summary: isUnresolved
          ? `The directory ${age}. The policy names an account by its user principal name, and no record or snapshot has told its object id yet.`
          : `The directory ${age}; the policy asks for every ${settings.maxAgeHours} hours.`,
        subject,
        matter: ['the-watch', 'roster'],
      },
    ];
  },

  examples: () => [
    { name: 'never read', streams: [], snapshotTakenAt: null, expect: 'medium' },
    {
      name: 'two days old',
      streams: [],
      snapshotTakenAt: '2026-11-18T12:00:00Z',
      expect: 'medium',
    },
    {
      name: 'an hour ahead: a clock that is wrong',
      streams: [],
      snapshotTakenAt: '2026-11-20T13:00:00Z',
      expect: 'nothing',
    },
    { name: 'a day old', streams: [], snapshotTakenAt: '2026-11-19T12:00:00Z', expect: 'nothing' },
    {
      name: 'a day old, where that is old',
      streams: [],
      snapshotTakenAt: '2026-11-19T12:00:00Z',
      settings: { maxAgeHours: 23 },
      expect: 'medium',
    },
    {
      name: 'a name that nobody knows',
      streams: [],
      tenant: names(['nobody@example.com']),
      expect: 'medium',
    },
    {
      name: 'a name that the snapshot knows',
      streams: [],
      tenant: names([people.ada.upn]),
      expect: 'nothing',
    },
    {
      name: 'read tomorrow',
      streams: [],
      snapshotTakenAt: '2026-11-21T12:00:00Z',
      expect: 'medium',
    },
    { name: 'fresh', streams: [], expect: 'nothing' },
  ],
});
