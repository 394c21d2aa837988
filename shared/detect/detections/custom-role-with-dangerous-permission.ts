import type { AuditEvent } from '../../read/event.ts';
import { defineDetection } from '../detection.ts';
import { audit } from '../examples/records.ts';
import { oneClick } from '../rows/role-grants.ts';
import { auditDetails, listOf, nameOf } from '../wording.ts';

/** Permissions of Entra roles that lead to more privilege. Reading alone is none of them. */
const action = /microsoft\.directory\/[a-z0-9./_-]+/gi;
const dangerous =
  /\/(roleassignments|roledefinitions|rolemanagement|roleeligibilit\w*|conditionalaccesspolicies|authenticationmethods|authentication|credentials|password|approleassign\w*|oauth2permissiongrants)\b/;
const wide =
  /microsoft\.directory\/(serviceprincipals|applications|users|groupsassignabletoroles|domains|entitlementmanagement)\/(allproperties|alltasks|allentities)\b/;
const readsOnly = /\/(read|standard\/read|allproperties\/read|basic\/read)$/;

const definition = (
  operationName: string,
  before: readonly string[],
  after: readonly string[],
  fields = {},
) =>
  audit(operationName, {
    targetResources: [
      {
        id: '00000000-0000-4000-8000-000000000050',
        type: 'Role',
        displayName: 'Desk lead',
        modifiedProperties: [
          {
            displayName: 'RolePermissions',
            oldValue: permissions(before),
            newValue: permissions(after),
          },
        ],
      },
    ],
    ...fields,
  });
const permissions = (allowed: readonly string[]) =>
  JSON.stringify([{ resourceActions: { allowedResourceActions: allowed } }]);
const assigns = 'microsoft.directory/roleAssignments/allProperties/allTasks';
const reads = 'microsoft.directory/roleAssignments/standard/read';

export default defineDetection({
  id: 'custom-role-with-dangerous-permission',
  title: 'Custom role with a dangerous permission',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'high',
  categories: ['AuditLogs'],
  techniques: ['T1098.003'],
  source: 'https://learn.microsoft.com/entra/identity/role-based-access-control/custom-overview',
  why: "A role of one's own with the right to give roles, credentials or exceptions is a Global Administrator by another name.",
  triage: [
    'Read the permissions that were added and who holds the role.',
    "If nobody planned it: take the permission out again and add the role to the policy's privileged roles until it is gone.",
  ],
  falsePositives: ['A platform team shaping its own roles.'],

  detect(event) {
    if (event.result !== 'success' || !/^(add|update) role definition$/.test(event.operation))
      return;
    const added = dangerousPermissionsAdded(event);
    if (added.length === 0) return;
    const role = event.targets.find(({ kind }) => kind === 'role') ?? event.targets[0];
    const subject = { ...(role?.party ?? { id: null, name: null }), type: 'role' as const };
    const { key, gathered } = oneClick(event);
    return {
      key: [subject.id ?? subject.name, key],
      title: `${nameOf(event.actor)} > custom role ${nameOf(subject)}: ${added[0]}`,
      summary: `${nameOf(event.actor)} gave the custom role ${nameOf(subject)} ${listOf(added)}.`,
      subject,
      matter: ['role-definition'],
      gathered,
      details: { ...auditDetails(event), permissions: added.slice(0, 20) },
    };
  },

  examples: () => [
    {
      name: 'created with it',
      records: [definition('Add role definition', [], [assigns])],
      expect: 'high',
    },
    {
      name: 'added to it',
      records: [definition('Update role definition', [reads], [reads, assigns])],
      expect: 'high',
    },
    {
      name: 'all properties of every application',
      records: [
        definition(
          'Add role definition',
          [],
          ['microsoft.directory/applications/allProperties/update'],
        ),
      ],
      expect: 'high',
    },
    {
      name: 'a harmless permission',
      records: [
        definition('Add role definition', [], ['microsoft.directory/groups/members/update']),
      ],
      expect: 'nothing',
    },
    {
      name: 'another operation that names it',
      records: [definition('Delete role definition', [], [assigns])],
      expect: 'nothing',
    },
    {
      name: 'had it before',
      records: [definition('Update role definition', [assigns], [assigns, reads])],
      expect: 'nothing',
    },
    {
      name: 'taken away',
      records: [definition('Update role definition', [assigns], [])],
      expect: 'nothing',
    },
    {
      name: 'reads only',
      records: [definition('Add role definition', [], [reads])],
      expect: 'nothing',
    },
    {
      name: 'refused',
      records: [definition('Add role definition', [], [assigns], { result: 'failure' })],
      expect: 'nothing',
    },
  ],
});

function dangerousPermissionsAdded({ targets }: AuditEvent): string[] {
  const found = { before: new Set<string>(), after: new Set<string>() };
  for (const { changes } of targets) {
    for (const { before, after } of changes.values()) {
      for (const one of actionsIn(before)) found.before.add(one);
      for (const one of actionsIn(after)) found.after.add(one);
    }
  }
  return [...found.after].filter((one) => !found.before.has(one)).sort();
}

function actionsIn(value: unknown): string[] {
  const text = JSON.stringify(value ?? '');
  const actions = (text.match(action) ?? []).map((one) => one.toLowerCase());
  return actions.filter((one) => !readsOnly.test(one) && (dangerous.test(one) || wide.test(one)));
}
