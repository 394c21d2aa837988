import { cleanLine } from '../../clean-text.ts';
import { parseTime } from '../../time.ts';
import type { Snapshot } from '../../watch/directory.ts';
import { people, workloads } from '../examples/tenant.ts';
import { partyOfReference } from '../posture/references.ts';
import { definePostureCheck, type PostureMatch, type Unknown, unread } from '../posture-check.ts';
import { nameOfScope } from '../rows/azure-roles.ts';
import { nameOf } from '../wording.ts';

const ada = { type: 'user', id: people.ada.id, name: people.ada.upn };
const job = { type: 'servicePrincipal', ...workloads.sync };
const given = (fields: object = {}) => ({
  scope: '/',
  roleName: 'User Access Administrator',
  principal: ada,
  isExternal: false,
  isEligible: false,
  since: '2026-10-01T00:00:00Z',
  until: null,
  ...fields,
});
const azure = (assignments: readonly object[], fields: object = {}) => ({
  azure: { subscriptions: [], assignments, seesRoot: true, ...fields },
});
const management = '/providers/Microsoft.Management/managementGroups/contoso';

export default definePostureCheck({
  id: 'posture-rbac-root',
  title: 'Rights over all of Azure left on',
  severity: 'high',
  severityVaries: 'Medium for service principals.',
  categories: ['Graph'],
  techniques: ['T1548.005', 'T1098.003'],
  source: 'https://learn.microsoft.com/azure/role-based-access-control/elevate-access-global-admin',
  why: 'A Global Administrator can take these rights with one switch, for an hour of work. Left on, whoever steals the account has every subscription, now and in time to come.',
  triage: [
    'Ask whoever holds it whether the work is done; then take it away (Entra, Properties, Access management for Azure resources; or by removing the assignment at /).',
    'Still needed: make it eligible in PIM for Azure, at the lowest management group that will do.',
    'Look at the activity log of the subscriptions since the day it was given.',
  ],
  falsePositives: [
    'Activated in PIM for Azure by way of a group that is eligible: it goes again when that ends.',
    'A deployment pipeline that makes subscriptions: give it a role of its own, at one management group.',
    'Assignments at a management group for a landing zone that was designed so: exclude them, with the reason.',
  ],

  check({ snapshot }) {
    const { azure: seen } = snapshot;
    const wide = seen?.assignments.filter(({ scope }) => isAboveSubscriptions.test(scope));
    const answers = wide?.flatMap((assignment): (PostureMatch | Unknown)[] => {
      const { scope, roleName, principal, isEligible, since, until } = assignment;
      const subject = partyOfReference(principal);
      // Active beside eligible it was activated, and ends by itself.
      const isSame = (one: Assignment) => keyOf(one).join() === keyOf(assignment).join();
      if (wide.some((one) => one.isEligible && isSame(one))) return [];
      if (until) return [];
      if (isEligible !== false || until !== null) {
        return [{ ...unread(snapshot, 'azure'), about: subject }];
      }
      const at = parseTime(since);
      const place = nameOfScope(scope.toLowerCase());
      return [
        {
          key: keyOf(assignment),
          ...(at !== undefined && { at }),
          title: `${nameOf(subject)}: ${cleanLine(roleName, 40)} over ${place}, for good`,
          summary: `${nameOf(subject)} is ${cleanLine(roleName, 40)} over ${place}, always and without an end.`,
          severity: principal.type === 'servicePrincipal' ? 'medium' : 'high',
          subject,
          matter: ['azure-role', scope.toLowerCase()],
          details: { grant: roleName, scope },
        },
      ];
    });
    const unseen = {
      unknown: 'Who has rights at the root of Azure can not be seen without Reader on /.',
    };
    const isSeen = seen?.seesRoot ?? !seen;
    return [...(answers ?? [unread(snapshot, 'azure')]), ...(isSeen ? [] : [unseen])];
  },

  examples: () => [
    { name: 'elevated access left on', directory: azure([given()]), expect: 'high' },
    {
      name: 'by a group',
      directory: azure([given({ principal: { ...ada, type: 'group' } })]),
      expect: 'high',
    },
    { name: 'an application', directory: azure([given({ principal: job })]), expect: 'medium' },
    {
      name: 'at a management group',
      directory: azure([given({ scope: management, roleName: 'Owner' })]),
      expect: 'high',
    },
    {
      name: 'nobody knows since when',
      directory: azure([given({ since: undefined })]),
      expect: 'high',
    },
    {
      name: 'the root can not be seen, but a management group can',
      directory: azure([given({ scope: management })], { seesRoot: false }),
      expect: 'high',
    },
    {
      name: 'for good, and eligible for something else',
      directory: azure([given(), given({ isEligible: true, roleName: 'Owner' })]),
      expect: 'high',
    },
    {
      name: 'for good, and somebody else is eligible for it',
      directory: azure([given(), given({ isEligible: true, principal: job })]),
      expect: 'high',
    },
    {
      name: 'a break-glass account',
      declared: 'emergency',
      directory: azure([given()]),
      expect: 'high',
    },
    { name: 'nobody', directory: azure([]), expect: 'nothing' },
    { name: 'eligible', directory: azure([given({ isEligible: true })]), expect: 'nothing' },
    {
      name: 'eligible, nobody knows until when',
      directory: azure([given({ isEligible: true, until: undefined })]),
      expect: 'nothing',
    },
    {
      name: 'activated, beside what makes it so',
      directory: azure([
        given(),
        given({ isEligible: true, scope: '/', roleName: 'user access administrator' }),
      ]),
      expect: 'nothing',
    },
    {
      name: 'for an hour',
      directory: azure([given({ until: '2026-11-20T13:00:00Z' })]),
      expect: 'nothing',
    },
    {
      name: 'for an hour, nobody knows whether it is active',
      directory: azure([given({ until: '2026-11-20T13:00:00Z', isEligible: null })]),
      expect: 'nothing',
    },
    {
      name: 'of a subscription',
      directory: azure([given({ scope: '/subscriptions/1' })]),
      expect: 'nothing',
    },
    {
      name: 'of something in a subscription that is called like it',
      directory: azure([
        given({ scope: '/subscriptions/1/providers/Microsoft.Management/managementGroups/x' }),
      ]),
      expect: 'nothing',
    },
    { name: 'Azure was not read', expect: 'unknown' },
    {
      name: 'the root can not be seen',
      directory: azure([], { seesRoot: false }),
      expect: 'unknown',
    },
    {
      name: 'nobody says whether the root can be seen',
      directory: azure([], { seesRoot: null }),
      expect: 'unknown',
    },
    {
      name: 'nobody knows whether it is eligible',
      directory: azure([given({ isEligible: undefined })]),
      expect: 'unknown',
    },
    {
      name: 'nobody knows whether it ends',
      directory: azure([given({ until: undefined })]),
      expect: 'unknown',
    },
  ],
});

const isAboveSubscriptions = /^\/(providers\/microsoft\.management\/managementgroups\/[^/]+\/?)?$/i;

type Assignment = NonNullable<Snapshot['azure']>['assignments'][number];

const keyOf = ({ principal, scope, roleName }: Assignment): string[] => [
  principal.id,
  scope.toLowerCase(),
  roleName.toLowerCase(),
];
