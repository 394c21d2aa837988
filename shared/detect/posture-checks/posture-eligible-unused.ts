import { dayMs, dayOf } from '../../time.ts';
import { assigned, pimGap } from '../examples/posture.ts';
import { joinsGroup, pimRow } from '../examples/records.ts';
import { groups, helpdeskAdministrator, people, userAdministrator } from '../examples/tenant.ts';
import { keyOfRole, matterOfRoles, rolesAmong, rolesInShort } from '../posture/assignments.ts';
import { type EligibleUse, eligibleUse } from '../posture/eligible-use.ts';
import { definePostureCheck, partyOf, privilegedUsers } from '../posture-check.ts';
import { nameOf, rolesInWords } from '../wording.ts';

const eligible = (...all: object[]) =>
  assigned(...all.map((fields) => ({ state: 'eligible', ...fields })));
/** First seen on 2026-11-19, when the snapshot was taken: 90 days later, to the second, and one more. */
const lastDay = '2027-02-17T00:00:00Z';
const tooLate = '2027-02-17T00:00:01Z';

const activated = (time: string, templateId = helpdeskAdministrator) =>
  pimRow('Add member to role completed (PIM activation)', people.ada, templateId, {
    activityDateTime: time,
  });
const madeEligible = (time: string) =>
  pimRow(
    'Add eligible member to role in PIM completed (permanent)',
    people.ada,
    helpdeskAdministrator,
    { activityDateTime: time },
  );

export default definePostureCheck({
  id: 'posture-eligible-unused',
  title: 'Eligible role not activated for too long',
  severity: 'low',
  categories: ['Graph', 'AuditLogs'],
  techniques: ['T1078.004'],
  source:
    'https://learn.microsoft.com/entra/id-governance/privileged-identity-management/pim-how-to-configure-security-alerts',
  why: 'A role that is never activated is not needed, and whoever takes over the account can activate it all the same.',
  triage: [
    'Ask the person whether they still need the role, and for what.',
    'Rarely: let it end by itself and be asked for. Not at all: remove it.',
  ],
  falsePositives: [
    'A deputy, who needs the role only when somebody else is away.',
    'Records of an activation that never arrived here: see log-stream-silent.',
  ],

  judges: 'people',
  check(context) {
    const { watchlist, now } = context;
    const { maxAgeDays } = context.settings;
    const from = now - maxAgeDays * dayMs;
    return privilegedUsers(context).flatMap((account) => {
      const subject = partyOf(account);
      // It shall hold its role for good: that it does not is posture-breakglass-missing.
      if (watchlist.isBreakGlass(subject)) return [];
      const idle = eligibleUse(account, context).filter(
        ({ usedAt, givenAt }) => !isAfter(usedAt, from) && !isAfter(givenAt, from),
      );
      const unused = idle.filter(({ watchedSince }) => watchedSince < from);
      const untold = idle.find(({ watchedSince }) => watchedSince >= from);
      const roles = rolesAmong(unused);
      return [
        ...(roles.length > 0
          ? [
              {
                key: [account.id, ...unused.map(keyOf).sort()],
                at: Math.max(...unused.map(dueAt(maxAgeDays))),
                title: `${nameOf(subject)}: eligible for ${rolesInShort(roles)}, unused`,
                summary: `${nameOf(subject)} has not activated ${rolesInWords(roles)} for more than ${maxAgeDays} days.`,
                subject,
                roles,
                matter: matterOfRoles(roles),
                details: { grant: 'eligible', maxAgeDays },
              },
            ]
          : []),
        ...(untold
          ? [
              {
                unknown: `Watched only since ${dayOf(untold.watchedSince)}: too short to say that it is unused.`,
                about: subject,
              },
            ]
          : []),
      ];
    });
  },

  examples: () => [
    { name: 'never activated', account: eligible({}), now: tooLate, expect: 'low' },
    {
      name: 'seen for 90 days to the second',
      account: eligible({}),
      now: lastDay,
      expect: 'unknown',
    },
    { name: 'seen for a day', account: eligible({}), expect: 'unknown' },
    {
      name: 'seen for a day, though given long ago',
      account: eligible({ since: '2026-01-01T00:00:00Z' }),
      expect: 'unknown',
    },
    {
      name: 'given the week before it was seen',
      account: eligible({ since: '2026-11-12T00:00:00Z' }),
      expect: 'nothing',
    },
    {
      name: 'given the week before it was seen, and that is long ago',
      account: eligible({ since: '2026-11-12T00:00:00Z' }),
      now: tooLate,
      expect: 'low',
    },
    {
      name: 'given since the snapshot, as the log tells',
      account: { assignments: [] },
      records: [madeEligible('2026-11-20T10:00:00Z')],
      expect: 'nothing',
    },
    {
      name: 'activated in time',
      account: eligible({}),
      records: [activated('2026-12-24T00:00:00Z')],
      now: tooLate,
      expect: 'nothing',
    },
    {
      name: 'activated, and not again for 90 days',
      account: eligible({}),
      records: [activated('2026-11-20T10:00:00Z')],
      now: '2027-02-18T10:00:01Z',
      expect: 'low',
    },
    {
      name: 'activated 90 days ago to the second',
      account: eligible({}),
      records: [activated('2026-11-20T10:00:00Z')],
      now: '2027-02-18T10:00:00Z',
      expect: 'nothing',
    },
    {
      name: 'activated when the snapshot was taken',
      account: eligible({}, { state: 'activated', until: '2026-11-19T08:00:00Z' }),
      expect: 'nothing',
    },
    {
      name: 'another role was activated',
      account: eligible({}),
      records: [activated('2026-12-24T00:00:00Z', userAdministrator)],
      now: tooLate,
      expect: 'low',
    },
    {
      name: 'through a group, whose membership was activated',
      account: eligible({ via: groups.operators.id }),
      others: [{ ...groups.operators, type: 'group' }],
      records: [
        joinsGroup(people.ada, groups.operators, 'Add member to group', {
          activityDateTime: '2026-12-24T00:00:00Z',
        }),
      ],
      now: tooLate,
      expect: 'nothing',
    },
    {
      name: 'two roles, one of them used',
      account: eligible({}, { roleTemplateId: userAdministrator }),
      records: [activated('2026-12-24T00:00:00Z')],
      now: tooLate,
      expect: 'low',
    },
    {
      name: 'a longer time that the policy allows',
      account: eligible({}),
      settings: { maxAgeDays: 180 },
      now: tooLate,
      expect: 'unknown',
    },
    { name: 'active, and not eligible', now: tooLate, expect: 'nothing' },
    {
      name: 'a break-glass account',
      account: eligible({}),
      declared: 'emergency',
      now: tooLate,
      expect: 'nothing',
    },
    {
      name: 'disabled',
      account: { ...eligible({}), enabled: false },
      now: tooLate,
      expect: 'nothing',
    },
    { name: 'PIM could not be read', directory: pimGap(), expect: 'unknown' },
    { name: 'no licence for PIM', directory: pimGap({ why: 'licence' }), expect: 'nothing' },
  ],
});

const isAfter = (at: number | null, from: number) => (at ?? 0) >= from;

/** Used once more and left again, it is another state. */
const keyOf = ({ role, usedAt }: EligibleUse) => `${keyOfRole(role)} ${usedAt ?? 'never'}`;

const dueAt =
  (maxAgeDays: number) =>
  ({ watchedSince, usedAt }: EligibleUse) =>
    Math.max(watchedSince, usedAt ?? 0) + maxAgeDays * dayMs;
