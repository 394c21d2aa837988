import { defineDetection } from '../detection.ts';
import { audit, byPim, directRole, joinsGroup, partyTarget } from '../examples/records.ts';
import { exampleTenantId, groups, people, userAdministrator } from '../examples/tenant.ts';
import { oneClick } from '../rows/role-grants.ts';
import { watchedPrivilege } from '../rows/watched-privilege.ts';
import { auditDetails, nameOf } from '../wording.ts';

const pimForGroups = (operationName: string) =>
  audit(operationName, {
    category: 'GroupManagement',
    loggedByService: 'PIM',
    targetResources: [
      { id: 'member-role', type: 'Role', displayName: 'Member' },
      { id: people.dan.id, type: 'User', displayName: 'Dan' },
      partyTarget('Group', groups.operators),
      { id: exampleTenantId, type: 'Directory' },
    ],
  });

export default defineDetection({
  id: 'privileged-group-member-added',
  title: 'Somebody joined or now owns a group that carries a privileged role',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'high',
  categories: ['AuditLogs'],
  techniques: ['T1098.003'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-user-accounts',
  why: 'The new member is an administrator now, and no role row says so. An owner can add members without any role.',
  triage: [
    'Ask who added the member; compare with a request or an access package.',
    'If nobody claims it: remove the member and look for what the account did since.',
  ],
  falsePositives: ['Access packages and joiner processes.'],

  detect(event, context) {
    const change = event.privilege;
    if (event.result !== 'success' || event.isPimTwin) return;
    if (change?.effect !== 'grant' || change.stage !== 'done' || change.of.kind !== 'group') return;
    // An activation is a member's daily business; a renewal adds nobody.
    if (change.way === 'pim-activation' || change.way === 'pim-extended') return;
    const group = watchedPrivilege(change, event.at, context);
    if (!group) return;
    const { key, gathered } = oneClick(event);
    const { id, as } = change.of;
    const how = as === 'owner' ? 'now owns' : change.tier === 'eligible' ? 'may join' : 'joined';
    const who = nameOf(group.holder);
    return {
      key: [group.holder.id ?? group.holder.name, id, as, key],
      title: `${nameOf(event.actor)} > ${who}: ${how} ${group.name}`,
      summary: `${who} ${how} the group ${group.name}, and has its privilege. ${nameOf(event.actor)} did it.`,
      subject: group.holder,
      roles: group.roles,
      matter: group.matter,
      gathered,
      details: { ...auditDetails(event), group: group.name },
    };
  },

  examples: () => [
    { name: 'a member', records: [joinsGroup(people.dan, groups.operators)], expect: 'high' },
    {
      name: 'an owner',
      records: [joinsGroup(people.dan, groups.operators, 'Add owner to group')],
      expect: 'high',
    },
    {
      name: 'a member of a nested group',
      records: [joinsGroup(people.dan, groups.nested)],
      expect: 'high',
    },
    {
      name: 'in PIM for Groups',
      records: [pimForGroups('Add member to role in PIM completed (permanent)')],
      expect: 'high',
    },
    {
      name: 'an activation in PIM for Groups',
      records: [pimForGroups('Add member to role completed (PIM activation)')],
      expect: 'nothing',
    },
    {
      name: 'a renewal in PIM for Groups',
      records: [pimForGroups('Add member to role in PIM completed (renew)')],
      expect: 'nothing',
    },
    {
      name: 'only requested in PIM for Groups',
      records: [pimForGroups('Add member to role in PIM requested (permanent)')],
      expect: 'nothing',
    },
    {
      name: 'somebody leaves the group',
      records: [joinsGroup(people.dan, groups.operators, 'Remove member from group')],
      expect: 'nothing',
    },
    {
      name: 'the role itself, which has a detection of its own',
      records: [directRole(people.dan, userAdministrator)],
      expect: 'nothing',
    },
    {
      name: 'the second row, by PIM itself',
      records: [
        joinsGroup(people.dan, groups.operators, 'Add member to group', { initiatedBy: byPim }),
      ],
      expect: 'nothing',
    },
    {
      name: 'a group without roles',
      records: [joinsGroup(people.dan, groups.readers)],
      expect: 'nothing',
    },
    {
      name: 'refused',
      records: [
        joinsGroup(people.dan, groups.operators, 'Add member to group', { result: 'failure' }),
      ],
      expect: 'nothing',
    },
  ],
});
