import { privilegeOperation } from '../../read/privilege-operations.ts';
import { defineDetection } from '../detection.ts';
import { azureOwner, details, pimForAzure, subscription } from '../examples/pim.ts';
import { partyTarget, target } from '../examples/records.ts';
import { groups, people } from '../examples/tenant.ts';
import { azurePrivilege } from '../rows/pim-azure.ts';
import { oneClick } from '../rows/role-grants.ts';
import { auditDetails, nameOf } from '../wording.ts';

const permanent = 'Add member to role in PIM completed (permanent)';
const timebound = 'Add member to role in PIM completed (timebound)';
const eligible = 'Add eligible member to role in PIM completed (permanent)';
const requested = 'Add member to role in PIM requested (permanent)';
const owner = { id: azureOwner, name: 'Owner' };
const userAccess = {
  id: '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9',
  name: 'User Access Administrator',
};
const rbac = {
  id: 'f58310d9-a9f6-439a-9e8d-f62e7b41a168',
  name: 'Role Based Access Control Administrator',
};
const contributor = { id: 'b24988ac-6180-42a0-ab88-20f7382dd24c', name: 'Contributor' };
const group = partyTarget('Group', groups.readers);
const named = (name: string, ...rest: object[]) => ({
  targetResources: [{ id: 'role-of-pim', type: 'Role', displayName: name }, ...rest],
});

export default defineDetection({
  id: 'pim-azure-resource-assigned',
  title: "Ruling role over Azure's resources assigned in PIM",
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'high',
  categories: ['AuditLogs'],
  techniques: ['T1098.003'],
  source:
    'https://learn.microsoft.com/entra/architecture/security-operations-privileged-identity-management',
  why: 'Whoever is Owner or User Access Administrator, or may become it, gives any right over the resources to anybody.',
  triage: [
    'Ask for the reason and who approved it; compare with the end of the assignment.',
    'If nobody claims it: remove the assignment, and look for roles and resources that its holder has given or made since.',
  ],
  falsePositives: ['A platform team that hands out subscriptions.'],

  detect(event) {
    const operation = privilegeOperation(event.operation);
    if (event.result !== 'success' || operation?.effect !== 'grant') return;
    if (operation.stage !== 'done') return;
    // An activation or a renewal gives nothing new; a direct assignment has a detection of its own.
    if (operation.way !== 'pim-permanent' && operation.way !== 'pim-timebound') return;
    const given = azurePrivilege(event);
    if (!given) return;
    const { holder, roles, name, matter } = given;
    const how = operation.tier === 'eligible' ? ', eligible' : '';
    const { key, gathered } = oneClick(event);
    return {
      key: [holder.id ?? holder.name, ...matter, operation.tier, key],
      gathered,
      title: `${nameOf(event.actor)} > ${nameOf(holder)}: ${name}${how}`,
      summary: `${nameOf(event.actor)} gave ${nameOf(holder)} the role ${name}${how} (${event.activity}).`,
      subject: holder,
      roles,
      matter,
      details: { ...auditDetails(event), scope: roles[0]?.scope },
    };
  },

  examples: () => [
    { name: 'permanent', records: [pimForAzure(permanent, people.dan)], expect: 'high' },
    { name: 'time-bound', records: [pimForAzure(timebound, people.dan)], expect: 'high' },
    { name: 'eligible', records: [pimForAzure(eligible, people.dan)], expect: 'high' },
    {
      name: 'User Access Administrator',
      records: [pimForAzure(permanent, people.dan, userAccess)],
      expect: 'high',
    },
    {
      name: 'Role Based Access Control Administrator',
      records: [pimForAzure(permanent, people.dan, rbac)],
      expect: 'high',
    },
    {
      name: 'the role told as a path, in the details',
      records: [
        pimForAzure(permanent, people.dan, owner, {
          ...named('Eigentümer', target(people.dan)),
          additionalDetails: details({
            RoleDefinitionOriginId: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${azureOwner}`,
          }),
        }),
      ],
      expect: 'high',
    },
    {
      name: 'the role told by its name alone',
      records: [pimForAzure(permanent, people.dan, owner, named('Owner', target(people.dan)))],
      expect: 'high',
    },
    {
      name: 'a group',
      records: [
        pimForAzure(
          permanent,
          people.dan,
          owner,
          named('Owner', group, { id: subscription, type: 'Other' }),
        ),
      ],
      expect: 'high',
    },
    {
      name: 'Owner of a group, in an old row of PIM for Groups',
      records: [
        pimForAzure(permanent, people.dan, owner, named('Owner', target(people.dan), group)),
      ],
      expect: 'nothing',
    },
    {
      name: 'Contributor',
      records: [pimForAzure(permanent, people.dan, contributor)],
      expect: 'nothing',
    },
    {
      name: 'in another plane',
      records: [pimForAzure(permanent, people.dan, owner, { category: 'RoleManagement' })],
      expect: 'nothing',
    },
    {
      name: 'for nobody that the row names',
      records: [pimForAzure(permanent, people.dan, owner, named('Owner'))],
      expect: 'nothing',
    },
    { name: 'only requested', records: [pimForAzure(requested, people.dan)], expect: 'nothing' },
    {
      name: 'removed',
      records: [pimForAzure('Remove member from role in PIM completed (permanent)', people.dan)],
      expect: 'nothing',
    },
    {
      name: 'renewed',
      records: [pimForAzure('Add eligible member to role in PIM completed (renew)', people.dan)],
      expect: 'nothing',
    },
    {
      name: 'activated',
      records: [pimForAzure('Add member to role completed (PIM activation)', people.dan)],
      expect: 'nothing',
    },
    {
      name: 'refused',
      records: [pimForAzure(permanent, people.dan, owner, { result: 'failure' })],
      expect: 'nothing',
    },
  ],
});
