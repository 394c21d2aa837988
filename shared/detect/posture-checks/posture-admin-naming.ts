import type { Party, RoleRef } from '../../finding.ts';
import { parseTime } from '../../time.ts';
import { helpdeskAdministrator, people } from '../examples/tenant.ts';
import { isExternal } from '../posture/identities.ts';
import { holdsTopRole } from '../posture/top-roles.ts';
import {
  definePostureCheck,
  isEnabled,
  type PostureContext,
  partyOf,
  privilegedUsers,
  unread,
} from '../posture-check.ts';
import { nameOf, rolesInWords } from '../wording.ts';

type Administrator = { subject: Party; roles: readonly RoleRef[]; what: string };

const settings = { pattern: '^adm-' };
const noOwners = { azure: { subscriptions: [], assignments: [] } };

const owner = (principal: object = {}, fields: object = {}) => ({
  scope: '/subscriptions/00000000-0000-4000-8000-000000000050',
  roleName: 'Owner',
  principal: { type: 'user', id: people.dan.id, name: people.dan.upn, ...principal },
  isExternal: false,
  ...fields,
});

const owners = (...assignments: object[]) => ({ azure: { subscriptions: [], assignments } });

export default definePostureCheck({
  id: 'posture-admin-naming',
  title: 'Administrator not named as administrators are',
  severity: 'low',
  severityVaries: 'Medium for the top roles of the directory.',
  categories: ['Graph'],
  techniques: ['T1078.004', 'T1036.010'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-privileged-accounts',
  why: 'Where administrators are told by their names, an everyday account with a role, or one an intruder made, goes unseen in every list.',
  triage: [
    'An everyday account: move the role to the administrative account of that person.',
    'Nobody knows it: see who made it and gave it the role, and when.',
    'An administrative account under an old name: rename it.',
  ],
  falsePositives: [
    'Break-glass accounts and accounts from outside go by other names. They are left out.',
    'The pattern in the policy is too narrow.',
  ],

  judges: 'people',
  check(context) {
    const { pattern } = context.settings;
    if (pattern === '') {
      return [{ unknown: 'The policy sets no pattern for the names of administrators.' }];
    }
    const wanted = new RegExp(pattern, 'iu');
    const judged = [...administrators(context), ...azureOwners(context)].flatMap(
      ({ subject, roles, what }) => {
        if (context.watchlist.isBreakGlass(subject)) return [];
        const [local, domain] = (subject.name ?? '').split('@');
        if (domain === undefined) {
          return { unknown: 'The snapshot does not say how it signs in.', about: subject };
        }
        if (wanted.test(local ?? '') || wanted.test(subject.name ?? '')) return [];
        return {
          key: [subject.id],
          title: `${nameOf(subject)}: not named as an administrator`,
          summary: `${nameOf(subject)} (${what}) is not named as the policy wants administrators named.`,
          severity: holdsTopRole(roles) ? ('medium' as const) : ('low' as const),
          subject,
          roles,
          matter: ['account', 'name'] as const,
          details: { pattern },
        };
      },
    );
    return context.snapshot.azure ? judged : [...judged, unread(context.snapshot, 'azure')];
  },

  examples: () => [
    {
      name: 'another name, of a Global Administrator',
      settings,
      directory: noOwners,
      expect: 'medium',
    },
    {
      name: 'another name, of a lesser role',
      account: { assignments: [{ roleTemplateId: helpdeskAdministrator }] },
      settings,
      directory: noOwners,
      expect: 'low',
    },
    {
      name: 'an owner in Azure',
      account: null,
      settings,
      directory: owners(owner()),
      expect: 'low',
    },
    {
      name: 'the owner of two subscriptions, found once',
      account: null,
      settings,
      directory: owners(owner(), owner({}, { roleName: 'User Access Administrator' })),
      expect: 'low',
    },
    {
      name: 'an owner in Azure for some time yet, of whom it is not known whether they are from outside',
      account: null,
      settings,
      directory: owners(owner({}, { until: '2026-11-20T12:00:01Z', isExternal: null })),
      expect: 'low',
    },
    {
      name: 'an owner in Azure whom the snapshot knows, without a role of the directory',
      account: { assignments: [] },
      settings,
      directory: owners(owner({ id: people.ada.id, name: people.ada.upn })),
      expect: 'low',
    },
    {
      name: 'both in the directory and in Azure, found once',
      settings,
      directory: owners(owner({ id: people.ada.id, name: people.ada.upn })),
      expect: 'medium',
    },
    {
      name: 'a right name beside a wrong one',
      account: { userPrincipalName: 'adm-ada@example.com' },
      settings,
      directory: owners(owner()),
      expect: 'low',
    },
    {
      name: 'a wrong name, though Azure could not be read',
      settings,
      expect: 'medium',
    },
    {
      name: 'as the policy wants it, in other letters',
      account: { userPrincipalName: 'ADM-Ada@example.com' },
      settings,
      directory: noOwners,
      expect: 'nothing',
    },
    {
      name: 'a pattern for what stands before the @',
      account: { userPrincipalName: 'ada.adm@example.com' },
      settings: { pattern: '\\.adm$' },
      directory: noOwners,
      expect: 'nothing',
    },
    {
      name: 'a pattern for the whole name',
      account: { userPrincipalName: 'ada@admin.example.com' },
      settings: { pattern: '@admin\\.' },
      directory: noOwners,
      expect: 'nothing',
    },
    {
      name: 'a right name in Azure',
      account: null,
      settings,
      directory: owners(owner({ name: 'adm-dan@example.com' })),
      expect: 'nothing',
    },
    {
      name: 'a break-glass account',
      declared: 'emergency',
      settings,
      directory: noOwners,
      expect: 'nothing',
    },
    {
      name: 'a guest',
      account: { userType: 'Guest' },
      settings,
      directory: noOwners,
      expect: 'nothing',
    },
    {
      name: 'disabled',
      account: { enabled: false },
      settings,
      directory: noOwners,
      expect: 'nothing',
    },
    {
      name: 'no role',
      account: { assignments: [] },
      settings,
      directory: noOwners,
      expect: 'nothing',
    },
    {
      name: 'an owner in Azure from outside',
      account: null,
      settings,
      directory: owners(owner({}, { isExternal: true })),
      expect: 'nothing',
    },
    {
      name: 'an owner in Azure from outside, by name',
      account: null,
      settings,
      directory: owners(
        owner({ name: 'dan_partner.example#EXT#@example.com' }, { isExternal: null }),
      ),
      expect: 'nothing',
    },
    {
      name: 'an owner in Azure from outside, as the directory knows',
      account: { assignments: [], userType: 'Guest' },
      settings,
      directory: owners(owner({ id: people.ada.id, name: people.ada.upn }, { isExternal: null })),
      expect: 'nothing',
    },
    {
      name: 'an owner in Azure who is disabled',
      account: { assignments: [], enabled: false },
      settings,
      directory: owners(owner({ id: people.ada.id, name: people.ada.upn })),
      expect: 'nothing',
    },
    {
      name: 'ownership in Azure that has ended',
      account: null,
      settings,
      directory: owners(owner({}, { until: '2026-11-20T12:00:00Z' })),
      expect: 'nothing',
    },
    {
      name: 'an application that owns in Azure',
      account: null,
      settings,
      directory: owners(owner({ type: 'servicePrincipal' })),
      expect: 'nothing',
    },
    { name: 'the policy sets no pattern', directory: noOwners, expect: 'unknown' },
    {
      name: 'a right name, and Azure could not be read',
      account: { userPrincipalName: 'adm-ada@example.com' },
      settings,
      expect: 'unknown',
    },
    {
      name: 'only its display name is known',
      account: { userPrincipalName: undefined },
      settings,
      directory: noOwners,
      expect: 'unknown',
    },
    {
      name: 'an owner in Azure without a name',
      account: null,
      settings,
      directory: owners(owner({ name: null })),
      expect: 'unknown',
    },
  ],
});

function administrators(context: PostureContext<'posture-admin-naming'>): Administrator[] {
  const { watchlist, now } = context;
  return privilegedUsers(context)
    .filter((account) => !isExternal(account))
    .map((account) => {
      const subject = partyOf(account);
      const roles = watchlist.rolesOf(subject, now);
      return { subject, roles, what: rolesInWords(roles) };
    });
}

/** People who rule over Azure's resources and hold no role of the directory; each once. */
function azureOwners({ watchlist, snapshot, now }: PostureContext<'posture-admin-naming'>) {
  const found = new Map<string, Administrator>();
  for (const assignment of snapshot.azure?.assignments ?? []) {
    const { type, id, name = null } = assignment.principal;
    const subject = { type, id, name };
    const isOver = (parseTime(assignment.until) ?? Infinity) <= now;
    if (type !== 'user' || isOver || watchlist.rolesOf(subject, now).length > 0) continue;
    if (assignment.isExternal || name?.toLowerCase().includes('#ext#')) continue;
    const account = watchlist.account(subject);
    if (account && (!isEnabled(account) || isExternal(account))) continue;
    found.set(id, { subject, roles: [], what: 'rules over resources in Azure' });
  }
  return found.values();
}
