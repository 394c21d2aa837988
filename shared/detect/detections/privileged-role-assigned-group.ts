import { saysTrue } from '../../read/raw.ts';
import { defineDetection } from '../detection.ts';
import { added, audit, directRole, partyTarget, pimRow, roleChanges } from '../examples/records.ts';
import { groups, people, userAdministrator } from '../examples/tenant.ts';
import { grantMatch, isAssignment, oneClick, roleGrant } from '../rows/role-grants.ts';
import { auditDetails, nameOf } from '../wording.ts';

const toGroup = (operationName: string) =>
  audit(operationName, {
    targetResources: [partyTarget('Group', groups.readers, roleChanges(userAdministrator))],
  });
const created = (value: unknown, fields: object = {}) =>
  audit('Add group', {
    category: 'GroupManagement',
    targetResources: [
      {
        id: groups.readers.id,
        type: 'Group',
        modifiedProperties: added({ IsAssignableToRole: value }),
      },
    ],
    ...fields,
  });

export default defineDetection({
  id: 'privileged-role-assigned-group',
  title: 'Privileged role given to a group, or a group made for roles',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'high',
  categories: ['AuditLogs'],
  techniques: ['T1098.003'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-privileged-accounts',
  why: 'From then on whoever joins the group, or owns it, is an administrator, and no role row will say so.',
  triage: [
    'List the members and owners of the group; each of them has the role now.',
    'Ask who wanted it. PIM for Groups is the usual good reason.',
  ],
  falsePositives: ['PIM for Groups being set up.'],

  detect(event, context) {
    const grant = roleGrant(event, context);
    if (
      grant?.holder.type === 'group' &&
      isAssignment(grant) &&
      grant.change.way !== 'core-scoped'
    ) {
      return { ...grantMatch(event, grant, ', to a group'), severity: 'high' };
    }
    if (event.operation !== 'add group' || event.result !== 'success') return;
    const group = event.targets.find(({ changes }) =>
      saysTrue(changes.get('isassignabletorole')?.after),
    );
    if (!group) return;
    const { key, gathered } = oneClick(event);
    return {
      key: [group.party.id ?? group.party.name, key],
      title: `${nameOf(event.actor)} created ${nameOf(group.party)}, a group that can hold roles`,
      summary: `${nameOf(event.actor)} created the role-assignable group ${nameOf(group.party)}.`,
      subject: { ...group.party, type: 'group' },
      matter: ['role', group.party.id ?? ''],
      gathered,
      details: auditDetails(event),
    };
  },

  examples: () => [
    { name: 'a group gets a role', records: [toGroup('Add member to role')], expect: 'high' },
    { name: 'a group made for roles', records: [created([true])], expect: 'high' },
    { name: 'a group made for roles, as text', records: [created('true')], expect: 'high' },
    {
      name: 'what a group has is renewed',
      records: [
        pimRow('Add member to role in PIM completed (renew)', people.dan, userAdministrator, {
          targetResources: [
            partyTarget('Role', { id: userAdministrator, name: 'User Administrator' }),
            partyTarget('Group', groups.readers),
          ],
        }),
      ],
      expect: 'nothing',
    },
    {
      name: 'over an administrative unit, which has a detection of its own',
      records: [toGroup('Add scoped member to role')],
      expect: 'nothing',
    },
    {
      name: 'a group for roles that could not be made',
      records: [created([true], { result: 'failure' })],
      expect: 'nothing',
    },
    {
      name: 'a group for roles that is only changed',
      records: [{ ...created([true]), operationName: 'Update group' }],
      expect: 'nothing',
    },
    { name: 'an ordinary group', records: [created([false])], expect: 'nothing' },
    { name: 'a person', records: [directRole(people.dan, userAdministrator)], expect: 'nothing' },
  ],
});
