import type { RoleRef } from '../../finding.ts';
import { builtInRoleName, globalAdministrator } from '../../roles.ts';
import { dayMs, dayOf, parseTime } from '../../time.ts';
import type { Snapshot } from '../../watch/directory.ts';
import { groups, helpdeskAdministrator } from '../examples/tenant.ts';
import { administrators } from '../posture/administrators.ts';
import {
  definePostureCheck,
  type PostureContext,
  type PostureMatch,
  partyOf,
  tenantParty,
  type Unknown,
  unread,
} from '../posture-check.ts';
import { listOf, nameOf, nameOfRole } from '../wording.ts';

const instance = (endsAt: string | null, fields: object = {}) => ({
  id: endsAt,
  startsAt: '2025-01-01T00:00:00Z',
  endsAt,
  status: 'Completed',
  undecided: 0,
  ...fields,
});
const review = (instances: readonly object[] | null, fields: object = {}) => ({
  accessReviews: [
    {
      id: 'review-1',
      name: 'Admins',
      roles: [globalAdministrator],
      groups: [],
      instances,
      ...fields,
    },
  ],
});
const october = '2026-10-01T00:00:00Z';
const undecided = { undecided: 2 };
const operators = {
  ...groups.operators,
  type: 'group',
  assignments: [{ roleTemplateId: globalAdministrator }],
};

export default definePostureCheck({
  id: 'posture-role-review-overdue',
  title: 'Privileged roles not reviewed in time',
  severity: 'low',
  categories: ['Graph'],
  techniques: ['T1078.004', 'T1098.003'],
  source:
    'https://learn.microsoft.com/entra/id-governance/privileged-identity-management/pim-create-roles-and-resource-roles-review',
  why: 'People change their work and keep their roles. Only somebody who is asked, name by name, takes them away.',
  triage: [
    'Not reviewed: make an access review of the role (PIM, Access reviews) that comes back each quarter or half-year.',
    'Not decided: remind the reviewers, or decide for them; let what nobody decides be removed.',
    'Let it be reviewed by somebody else than those who hold the role.',
  ],
  falsePositives: [
    'Reviews that are held elsewhere, on paper or in another product: exclude this check, with the reason.',
    'A role that is reviewed by way of a group counts as reviewed, though others may hold it directly.',
  ],

  check(context) {
    const { snapshot, tenant, watchlist, now, settings } = context;
    const oldest = now - settings.maxAgeDays * dayMs;
    const reviews = snapshot.accessReviews?.map((one) => ({ one, roles: rolesIn(one, context) }));
    const held = administrators(context).flatMap((account) =>
      watchlist.rolesOf(partyOf(account), now).map(({ templateId }) => templateId),
    );
    const states = [...new Set(held)].map((role) => {
      const about = reviews?.filter(({ roles }) => roles.includes(role)).map(({ one }) => one);
      return { role, is: isReviewed(about, oldest, now) };
    });
    const missing = states.filter(({ is }) => is === false).map(({ role }) => roleIn(role));
    const names = listOf(missing.map(nameOfRole));
    const late = (reviews ?? [])
      .filter(({ roles }) => roles.length > 0)
      .flatMap(({ one }) => lateReview(one, context));
    const isUntold = states.some(({ is }) => is === undefined);
    return [
      ...(missing.length > 0
        ? [
            {
              key: ['not reviewed'],
              title: `Not reviewed in ${settings.maxAgeDays} days: ${names}`,
              summary: `No access review of ${names} has ended in the last ${settings.maxAgeDays} days, and none is under way.`,
              subject: tenantParty(tenant),
              matter: ['role', 'review'] as const,
              roles: missing,
              details: { maxAgeDays: settings.maxAgeDays },
            },
          ]
        : []),
      ...late,
      ...(isUntold ? [unread(snapshot, 'accessReviews')] : []),
    ];
  },

  examples: () => [
    { name: 'no review at all', directory: { accessReviews: [] }, expect: 'low' },
    {
      name: 'of another role',
      directory: review([instance(october)], { roles: [helpdeskAdministrator] }),
      expect: 'low',
    },
    { name: 'never held', directory: review([]), expect: 'low' },
    { name: 'too long ago', directory: review([instance('2026-05-24T11:59:59Z')]), expect: 'low' },
    {
      name: 'the next one has not begun',
      directory: review([instance('2027-01-01T00:00:00Z', { startsAt: '2026-12-01T00:00:00Z' })]),
      expect: 'low',
    },
    {
      name: 'the next one may have begun',
      directory: review([instance('2027-01-01T00:00:00Z', { startsAt: null })]),
      expect: 'low',
    },
    {
      name: 'of a group that carries nothing',
      others: [{ ...operators, assignments: [] }],
      directory: review([instance(october)], { roles: [], groups: [groups.operators.id] }),
      expect: 'low',
    },
    {
      name: 'ended, and not all was decided',
      directory: review([instance(october, undecided)]),
      expect: 'low',
    },
    {
      name: 'the last one not decided, whatever was before',
      directory: review([instance('2026-07-01T00:00:00Z'), instance(october, undecided)]),
      expect: 'low',
    },
    {
      name: 'a lesser role, not decided',
      directory: {
        accessReviews: [
          ...review([instance(october)]).accessReviews,
          ...review([instance(october, undecided)], { id: 'two', roles: [helpdeskAdministrator] })
            .accessReviews,
        ],
      },
      expect: 'low',
    },
    { name: 'in time', directory: review([instance(october)]), expect: 'nothing' },
    {
      name: 'in time, and another of which nobody knows when it ended',
      directory: review([instance(october), instance(null)]),
      expect: 'nothing',
    },
    {
      name: '180 days ago to the second',
      directory: review([instance('2026-05-24T12:00:00Z')]),
      expect: 'nothing',
    },
    {
      name: 'as long ago as the policy says',
      directory: review([instance('2026-01-01T00:00:00Z')]),
      settings: { maxAgeDays: 365 },
      expect: 'nothing',
    },
    {
      name: 'under way, and nothing decided yet',
      directory: review([instance('2026-12-01T00:00:00Z', undecided)]),
      expect: 'nothing',
    },
    {
      name: 'under way since this moment',
      directory: review([
        instance('2026-12-01T00:00:00Z', { startsAt: '2026-11-20T12:00:00Z', undecided: 2 }),
      ]),
      expect: 'nothing',
    },
    {
      name: 'ends at this moment',
      directory: review([instance('2026-11-20T12:00:00Z', undecided)]),
      expect: 'nothing',
    },
    {
      name: 'decided since',
      directory: review([instance(october), instance('2026-07-01T00:00:00Z', undecided)]),
      expect: 'nothing',
    },
    {
      name: 'of a group that carries the role',
      others: [operators],
      directory: review([instance(october)], { roles: [], groups: [groups.operators.id] }),
      expect: 'nothing',
    },
    {
      name: 'not decided, of a role without privilege',
      directory: {
        accessReviews: [
          ...review([instance(october)]).accessReviews,
          ...review([instance(october, undecided)], { id: 'two', roles: ['reader'] }).accessReviews,
        ],
      },
      expect: 'nothing',
    },
    {
      name: 'a break-glass account needs none',
      declared: 'emergency',
      directory: { accessReviews: [] },
      expect: 'nothing',
    },
    { name: 'nobody to review', account: null, expect: 'nothing' },
    { name: 'the reviews were not read', expect: 'unknown' },
    { name: 'nobody knows when it was held', directory: review(null), expect: 'unknown' },
    { name: 'nobody knows when it ended', directory: review([instance(null)]), expect: 'unknown' },
    {
      name: 'nobody knows what was decided',
      directory: review([instance(october, { undecided: null })]),
      expect: 'unknown',
    },
  ],
});

type Review = NonNullable<Snapshot['accessReviews']>[number];
type Context = Pick<PostureContext, 'snapshot' | 'watchlist' | 'now'>;

const roleIn = (templateId: string): RoleRef => ({
  templateId,
  name: builtInRoleName(templateId) ?? templateId,
  scope: '/',
});

/** The privileged roles that it asks about, by themselves or by a group that carries them. */
function rolesIn({ roles, groups: reviewed }: Review, { watchlist, now }: Context): string[] {
  const carried = (reviewed ?? []).flatMap((id) =>
    watchlist.rolesOf({ type: 'group', id, name: null }, now).map(({ templateId }) => templateId),
  );
  return [...(roles ?? []).filter((id) => watchlist.roles.has(id)), ...carried];
}

/** Whether one of them ended late enough, or is under way; undefined where that is not told. */
function isReviewed(
  reviews: readonly Review[] | undefined,
  oldest: number,
  now: number,
): boolean | undefined {
  const times = reviews?.flatMap(({ instances }) =>
    (instances ?? [null]).map((one) => ({
      end: parseTime(one?.endsAt),
      start: parseTime(one?.startsAt ?? one?.endsAt),
    })),
  );
  const isFresh = times?.some(({ start = now, end = 0 }) => end >= oldest && start <= now);
  return !isFresh && times?.some(({ end }) => end === undefined) ? undefined : isFresh;
}

/** Its last instance ended, and somebody was forgotten. */
function lateReview(
  { id, name, instances }: Review,
  { snapshot, now }: Context,
): (PostureMatch | Unknown)[] {
  const ended = (instances ?? [])
    .map(({ endsAt, undecided: open }) => ({ end: parseTime(endsAt) ?? now, open }))
    .filter(({ end }) => end < now)
    .sort((a, b) => b.end - a.end);
  const [last] = ended;
  if (!last) return [];
  const subject = { type: 'other' as const, id, name: name ?? null };
  if (last.open === 0) return [];
  if (!last.open) return [{ ...unread(snapshot, 'accessReviews'), about: subject }];
  return [
    {
      key: [id, String(last.end)],
      at: last.end,
      title: `Review ${nameOf(subject)} ended, ${last.open} not decided`,
      summary: `The access review ${nameOf(subject)} of privileged roles ended on ${dayOf(last.end)}, and ${last.open} were not decided.`,
      subject,
      matter: ['role', 'review'],
      details: { undecided: last.open },
    },
  ];
}
