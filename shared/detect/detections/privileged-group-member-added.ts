import { defineDetection } from '../detection.ts';
import { audit, byPim, joinsGroup, partyTarget } from '../example-records.ts';
import { exampleTenantId, groups, people } from '../example-tenant.ts';
import { oneClick } from '../role-grants.ts';
import { auditDetails, nameOf, rolesInWords } from '../wording.ts';

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

  detect(event, { watchlist }) {
    const change = event.privilege;
    if (event.result !== 'success' || event.isPimTwin || !change || change.stage !== 'done') return;
    // An activation is a member's daily business; a renewal adds nobody.
    const isNew = change.way !== 'pim-activation' && change.way !== 'pim-extended';
    if (change.effect !== 'grant' || change.of.kind !== 'group' || !isNew) return;
    const group = { type: 'group' as const, id: change.of.id, name: change.of.name };
    const roles = watchlist.rolesOf(group, event.at);
    if (roles.length === 0) return;
    const { key, gathered } = oneClick(event);
    const groupName = nameOf({
      ...group,
      name: group.name ?? watchlist.account(group)?.name ?? null,
    });
    const how =
      change.of.as === 'owner' ? 'now owns' : change.tier === 'eligible' ? 'may join' : 'joined';
    const who = nameOf(change.holder);
    return {
      key: [change.holder.id ?? change.holder.name, group.id, change.of.as, key],
      title: `${nameOf(event.actor)} > ${who}: ${how} ${groupName} (${rolesInWords(roles)})`,
      summary: `${who} ${how} the group ${groupName}, which carries ${rolesInWords(roles)}. ${nameOf(event.actor)} did it.`,
      subject: change.holder,
      roles,
      matter: ['role', group.id],
      gathered,
      details: { ...auditDetails(event), group: groupName },
    };
  },

  examples: [
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
