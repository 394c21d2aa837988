import { cleanLine } from '../../clean-text.ts';
import type { Severity } from '../../severity.ts';
import { defineDetection } from '../detection.ts';
import {
  activity,
  asApi,
  asRow,
  claimsOf,
  group,
  own,
  refused,
  started,
  subscription,
} from '../examples/activity.ts';
import { people, workloads } from '../examples/tenant.ts';
import { requestedResource } from '../notes/azure-requests.ts';
import { carriedOut } from '../past/azure-requests-done.ts';
import { countsOf } from '../past/told-from-traces.ts';
import { requestOf } from '../rows/azure-requests.ts';
import { contributor, isWide, nameOfScope, rulingRoles } from '../rows/azure-roles.ts';
import { nameOf } from '../wording.ts';

const owner = '8e3af657-a8ff-443c-a75c-2fe8c4bcb635';
const userAccess = '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9';
const rbacAdministrator = 'f58310d9-a9f6-439a-9e8d-f62e7b41a168';
const reader = 'acdd72a7-3385-48ef-bd42-f606fba81ae7';
const pimAppId = '01fc33a7-78ba-4d2f-a4b7-768e336e890e';
const managementGroup = '/providers/Microsoft.Management/managementGroups/platform';

/** An assignment of which the row shows so much. */
const row = (properties: object, scope = subscription, fields: object = {}) => {
  const name = '/providers/Microsoft.Authorization/roleAssignments/0000000000b1';
  const operation = 'Microsoft.Authorization/roleAssignments/write';
  return activity(people.ada, operation, `${scope}${name}`, fields, properties);
};
const bodyOf = (roleId: string, scope?: string) => ({
  Id: '0000000000b1',
  Properties: {
    PrincipalId: people.dan.id,
    PrincipalType: 'User',
    RoleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${roleId}`,
    Scope: scope,
  },
});
const assigned = (roleId: string, scope = subscription) =>
  row({ requestbody: JSON.stringify(bodyOf(roleId, scope)) }, scope);
const start = started(assigned(owner));
const end = row({});
const byPim = { identity: { claims: claimsOf(workloads.pim, pimAppId) } };

export default defineDetection({
  id: 'rbac-privileged-assigned',
  title: 'Ruling role over Azure resources assigned',
  reads: ['activity'],
  lookFor: 'every record',
  severity: 'high',
  severityVaries:
    'Medium for Owner, User Access Administrator and Role Based Access Control Administrator of less than a subscription; Contributor of less is not told.',
  categories: ['Administrative'],
  techniques: ['T1098.003'],
  source: 'https://learn.microsoft.com/azure/role-based-access-control/role-assignments-alert',
  why: 'Whoever rules a subscription, or gives its roles, rules all that is in it: machines, keys, data, and the export of its logs.',
  triage: [
    'Ask whoever assigned it. An elevation of access just before is the worse sign.',
    'If nobody planned it: remove the assignment, then those that its holder has made since.',
  ],
  falsePositives: [
    'A deployment that sets up a subscription, or writes again what is there already.',
    'What PIM assigns on behalf of somebody is left out: the audit log names the person.',
  ],

  detect(event, { past, watchlist }) {
    // Only requests for ruling roles are remembered here.
    const traces = past.all('roleRequest', requestedResource(event));
    const request = carriedOut(traces).find(({ id }) => id === requestOf(event));
    if (!request) return;
    const { id, end, shown, recordIds } = request;
    return shown.flatMap(({ principal, roleId, scope }) => {
      const severity = severityOf(roleId, scope);
      if (!severity) return [];
      const nameless = { ...principal, name: null };
      const subject = { ...nameless, name: watchlist.account(nameless)?.name ?? null };
      const role = rulingRoles.get(roleId) ?? roleId;
      const where = nameOf({ id: null, name: nameOfScope(scope) });
      return {
        key: [event.resourceId, subject.id, roleId, id],
        title: `${nameOf(end.by)} > ${nameOf(subject)}: ${role} of ${where}`,
        summary: `${nameOf(end.by)} gave ${nameOf(subject)} the role ${role} over Azure resources: ${where}.`,
        severity,
        subject,
        actor: end.by,
        roles: [{ templateId: roleId, name: role, scope }],
        matter: ['azure-role', roleId, scope],
        precedence: countsOf(traces.length),
        at: end.at,
        recordIds,
        details: { role, scope: cleanLine(scope, 300) },
      };
    });
  },

  examples: () => [
    { name: 'Owner of a subscription', records: [assigned(owner)], expect: 'high' },
    { name: 'Contributor of a subscription', records: [assigned(contributor)], expect: 'high' },
    {
      name: 'of a management group',
      records: [assigned(contributor, managementGroup)],
      expect: 'high',
    },
    { name: 'of everything', records: [assigned(contributor, '')], expect: 'high' },
    { name: 'of a resource group', records: [assigned(userAccess, group)], expect: 'medium' },
    { name: 'of a resource', records: [assigned(rbacAdministrator, own.hub)], expect: 'medium' },
    {
      name: 'Contributor of a resource group',
      records: [assigned(contributor, group)],
      expect: 'nothing',
    },
    { name: 'a lesser role, by an Owner', records: [assigned(reader)], expect: 'nothing' },
    {
      name: 'the body as an object, names in another case',
      records: [
        row({
          requestBody: { properties: { roledefinitionid: owner, principalid: people.dan.id } },
        }),
      ],
      expect: 'high',
    },
    {
      name: 'only the answer shows it',
      records: [row({ responseBody: JSON.stringify(bodyOf(owner)) })],
      expect: 'high',
    },
    { name: 'the start shows it, the end comes later', records: [start, end], expect: 'high' },
    { name: 'the end comes first', records: [end, start], expect: 'high' },
    { name: 'both show it', records: [start, assigned(owner)], expect: 'high' },
    { name: 'only started', records: [start], expect: 'nothing' },
    { name: 'started, then refused', records: [start, refused(end)], expect: 'nothing' },
    { name: 'nothing shows the role', records: [end], expect: 'nothing' },
    {
      name: 'the start of another request',
      records: [start, { ...end, correlationId: 'another' }],
      expect: 'nothing',
    },
    {
      name: 'two in one deployment, one of them a lesser role',
      records: [
        row({ requestbody: bodyOf(reader) }, subscription, { time: '2026-11-20T11:59:00Z' }),
        assigned(owner),
      ],
      expect: 'high',
    },
    {
      name: 'PIM, on behalf of somebody',
      records: [row({ requestbody: bodyOf(owner) }, subscription, byPim)],
      expect: 'nothing',
    },
    { name: 'as the API gives it', records: [asApi(assigned(owner))], expect: 'high' },
    { name: 'as a workspace holds it', records: [asRow(assigned(owner))], expect: 'high' },
    {
      name: 'an assignment removed',
      records: [
        activity(
          people.ada,
          'Microsoft.Authorization/roleAssignments/delete',
          subscription,
          {},
          {
            responseBody: JSON.stringify(bodyOf(owner)),
          },
        ),
      ],
      expect: 'nothing',
    },
  ],
});

/** Without the right to give roles, a part of a subscription is somebody's daily work. */
function severityOf(roleId: string, scope: string): Severity | undefined {
  if (isWide(scope)) return 'high';
  return roleId === contributor ? undefined : 'medium';
}
