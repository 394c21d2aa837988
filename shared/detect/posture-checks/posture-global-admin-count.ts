import { globalAdministrator } from '../../roles.ts';
import type { DirectoryPart } from '../../watch/tenant-fields.ts';
import type { WatchedAccount } from '../../watch/watch-state.ts';
import { directRole } from '../examples/records.ts';
import { groups, helpdeskAdministrator, people as known } from '../examples/tenant.ts';
import { namedAccounts } from '../posture/administrators.ts';
import { isHidden } from '../posture/gaps.ts';
import {
  definePostureCheck,
  isEnabled,
  type PostureContext,
  partyOf,
  privilegedUsers,
  tenantParty,
  unread,
  unreadOf,
} from '../posture-check.ts';

/** Of fewer people a share says nothing: of two administrators one is half. */
const fewestForShare = 8;

/** Where any of these can't be read, there may be more Global Administrators than can be seen. */
const tellingParts: readonly DirectoryPart[] = ['roles', 'pim', 'groups', 'groupPim', 'users'];

const role = { templateId: globalAdministrator, name: 'Global Administrator', scope: '/' };

// Examples: Ada, and as many others as are asked for.
const assigned = (roleTemplateId: string, fields: object = {}) => [
  { roleTemplateId, state: 'active', scope: '/', via: null, until: null, ...fields },
];
const others = (count: number, fields: object = {}, from = 0) =>
  Array.from({ length: count }, (_, n) => ({
    id: `other-${from + n}`,
    type: 'user',
    userPrincipalName: `other-${from + n}@example.com`,
    enabled: true,
    assignments: assigned(globalAdministrator),
    ...fields,
  }));
const helpdesk = (count: number) =>
  others(count, { assignments: assigned(helpdeskAdministrator) }, 100);
const gap = (part: string, fields: object = {}) => ({
  gaps: [{ part, why: 'permission', detail: 'Not allowed to read it.', ...fields }],
});

export default definePostureCheck({
  id: 'posture-global-admin-count',
  title: 'Too few or too many Global Administrators',
  severity: 'medium',
  categories: ['Graph'],
  techniques: ['T1078.004'],
  source: 'https://learn.microsoft.com/entra/identity/role-based-access-control/best-practices',
  why: 'Each Global Administrator is a way to lose the whole tenant. With one alone, a lost phone is enough to be locked out of it.',
  triage: [
    'Too many: ask each of them what they need the role for, and give them the lesser one that does it.',
    'Too few: declare and set up two break-glass accounts, then a second person.',
  ],
  falsePositives: [
    'A migration or a project with a known end: raise `most` in the policy until then.',
    'Break-glass accounts count where there must be enough, and do not where there may be too many.',
  ],

  check(context) {
    const { watchlist, snapshot, tenant, settings } = context;
    const holders = [...watchlist.state.accounts.values()].filter(
      (account) => account.type === 'user' && isHolder(account, context),
    );
    const all = holders.filter(isEnabled);
    const hidden = hiddenPart(context);
    const told = {
      subject: tenantParty(tenant),
      roles: [role],
      matter: ['role', 'global-administrators'] as const,
      details: {
        ...namedAccounts(all),
        globalAdministrators: all.length,
        privilegedPeople: privilegedUsers(context).length,
        least: settings.least,
        most: settings.most,
        mostPercent: settings.mostPercent,
      },
    };
    // Every tenant has one, be it disabled: none at all are roles that nobody read.
    if (holders.length === 0) return [unread(snapshot, hidden ?? 'roles')];
    if (all.length < settings.least && !hidden) {
      return [
        {
          ...told,
          key: ['too few'],
          title: `${all.length} enabled Global ${all.length === 1 ? 'Administrator' : 'Administrators'}, at least ${settings.least} needed`,
          summary: `Break-glass accounts and eligible people counted, ${all.length} can sign in as Global Administrator. Whoever loses the last of them has lost the tenant.`,
        },
      ];
    }
    // Of those who may be disabled nobody can say that they are too many.
    const sure = countOf(all.filter(isKnownToBeEnabled), context);
    if (sure.isTooMany) {
      return [
        {
          ...told,
          key: ['too many'],
          title: `${sure.count} Global Administrators of ${sure.people} privileged people`,
          summary: `At most ${settings.most}, and ${settings.mostPercent} % of all privileged people, shall be Global Administrators; break-glass accounts are left out, eligible people are not.`,
        },
      ];
    }
    if (hidden) return [unread(snapshot, hidden)];
    const doubtful = all.filter((account) => !isKnownToBeEnabled(account));
    const isFineAnyway =
      all.length - doubtful.length >= settings.least && !countOf(all, context).isTooMany;
    return isFineAnyway ? [] : doubtful.map((account) => unreadOf(snapshot, 'users', account));
  },

  examples: () => [
    { name: 'one alone', expect: 'medium' },
    { name: 'two', others: others(1), expect: 'nothing' },
    { name: 'two, one of them disabled', others: others(1, { enabled: false }), expect: 'medium' },
    { name: 'the only one disabled', account: { enabled: false }, expect: 'medium' },
    {
      name: 'two, one of them eligible',
      others: others(1, { assignments: assigned(globalAdministrator, { state: 'eligible' }) }),
      expect: 'nothing',
    },
    {
      name: 'two, one of them through a group',
      others: others(1, { assignments: assigned(globalAdministrator, { via: groups.nested.id }) }),
      expect: 'nothing',
    },
    {
      name: 'two, one of them an application',
      others: others(1, { type: 'servicePrincipal' }),
      expect: 'medium',
    },
    {
      name: 'two, one of them a break-glass account',
      others: others(1),
      declared: 'emergency',
      expect: 'nothing',
    },
    {
      name: 'the second one lost the role since',
      others: [{ ...others(1)[0], id: known.dan.id, userPrincipalName: known.dan.upn }],
      records: [
        { ...directRole(known.dan, globalAdministrator), operationName: 'Remove member from role' },
      ],
      expect: 'medium',
    },
    {
      name: 'fewer than the policy asks for',
      others: others(1),
      settings: { least: 3 },
      expect: 'medium',
    },
    { name: 'five', others: others(4), expect: 'nothing' },
    { name: 'six', others: others(5), expect: 'medium' },
    {
      name: 'six, one of them a break-glass account',
      others: others(5),
      declared: 'emergency',
      expect: 'nothing',
    },
    {
      name: 'six, one of them disabled',
      others: [...others(4), ...others(1, { enabled: false }, 4)],
      expect: 'nothing',
    },
    { name: 'six where seven may be', others: others(5), settings: { most: 7 }, expect: 'nothing' },
    {
      name: 'five of eight privileged people',
      others: [...others(4), ...helpdesk(3)],
      expect: 'medium',
    },
    {
      name: 'five of ten',
      others: [...others(4), ...helpdesk(5)],
      expect: 'nothing',
    },
    {
      name: 'five of seven: too few people for a share',
      others: [...others(4), ...helpdesk(2)],
      expect: 'nothing',
    },
    {
      name: 'five of eight where the policy allows it',
      others: [...others(4), ...helpdesk(3)],
      settings: { mostPercent: 63 },
      expect: 'nothing',
    },
    {
      name: 'five of eight, one of the five a break-glass account',
      others: [...others(4), ...helpdesk(3)],
      declared: 'emergency',
      expect: 'nothing',
    },
    { name: 'one, and groups were not read', directory: gap('groups'), expect: 'unknown' },
    { name: 'one, and PIM was not read', directory: gap('pim'), expect: 'unknown' },
    {
      name: 'one, and there is no licence for PIM',
      directory: gap('pim', { why: 'licence' }),
      expect: 'medium',
    },
    {
      name: 'one, and groups as they were yesterday',
      directory: gap('groups', { why: 'failed', asOf: '2026-11-18T00:00:00Z' }),
      expect: 'medium',
    },
    {
      name: 'one, and it is not the methods that hide somebody',
      directory: gap('registration'),
      expect: 'medium',
    },
    {
      name: 'three, and groups were not read',
      others: others(2),
      directory: gap('groups'),
      expect: 'unknown',
    },
    {
      name: 'six, and groups were not read',
      others: others(5),
      directory: gap('groups'),
      expect: 'medium',
    },
    {
      name: 'one, and an account of which no roles are told',
      others: others(1, { assignments: undefined }),
      expect: 'unknown',
    },
    {
      name: 'one, and a group of which no roles are told',
      others: others(1, { type: 'group', assignments: undefined }),
      expect: 'medium',
    },
    { name: 'none at all', account: null, expect: 'unknown' },
    {
      name: 'two, and nobody tells whether the second is enabled',
      others: others(1, { enabled: undefined }),
      expect: 'unknown',
    },
    {
      name: 'one of whom nobody tells whether it is enabled',
      account: { enabled: undefined },
      expect: 'medium',
    },
    {
      name: 'six, and nobody tells whether the sixth is enabled',
      others: [...others(4), ...others(1, { enabled: undefined }, 4)],
      expect: 'unknown',
    },
    {
      name: 'three, and nobody tells whether the third is enabled',
      others: [...others(1), ...others(1, { enabled: undefined }, 1)],
      expect: 'nothing',
    },
  ],
});

const isHolder = (account: WatchedAccount, { watchlist, now }: PostureContext) =>
  watchlist
    .rolesOf(partyOf(account), now)
    .some(({ templateId }) => templateId === globalAdministrator);

const isKnownToBeEnabled = ({ enabled }: WatchedAccount) => enabled.length > 0;

function countOf(
  administrators: readonly WatchedAccount[],
  context: PostureContext<'posture-global-admin-count'>,
) {
  const { watchlist, settings } = context;
  const isPerson = (account: WatchedAccount) => !watchlist.isBreakGlass(partyOf(account));
  const count = administrators.filter(isPerson).length;
  const people = privilegedUsers(context).filter(isPerson).length;
  const isTooGreatShare = people >= fewestForShare && count * 100 > settings.mostPercent * people;
  return { count, people, isTooMany: count > settings.most || isTooGreatShare };
}

/** What was not read and may hold more of them; a file may also just say nothing of somebody's roles. */
function hiddenPart({ snapshot }: PostureContext): DirectoryPart | undefined {
  const isUntold = snapshot.accounts.some(
    ({ type, assignments }) => type === 'user' && !assignments,
  );
  return tellingParts.find((part) => isHidden(snapshot, part)) ?? (isUntold ? 'roles' : undefined);
}
