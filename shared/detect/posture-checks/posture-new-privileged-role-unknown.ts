import { isBuiltInRole, privilegedRoles } from '../../roles.ts';
import { helpdeskAdministrator } from '../examples/tenant.ts';
import { definePostureCheck, partyOf, unread } from '../posture-check.ts';
import { nameOf } from '../wording.ts';

const shipped = privilegedRoles();
const mostListed = 50;

const newcomer = '11111111-2222-4333-8444-555555555555';
const reportsReader = '4a5d8f65-41da-4de4-8968-e035b65339cf';
const roles = (fields: object = {}) => ({
  roleDefinitions: [
    {
      templateId: newcomer,
      name: 'Orbit Administrator',
      isBuiltIn: true,
      isPrivileged: true,
      ...fields,
    },
  ],
});

export default definePostureCheck({
  id: 'posture-new-privileged-role-unknown',
  title: 'Microsoft calls a role privileged that is not watched',
  severity: 'low',
  categories: ['Graph'],
  techniques: ['T1098.003'],
  source:
    'https://learn.microsoft.com/entra/identity/role-based-access-control/privileged-roles-permissions',
  why: 'Microsoft adds privileged roles a few times a year. Until Glasswatch knows one, nobody who holds it is watched.',
  triage: [
    'Add the id of the role in the policy, under `privilegedRoles.add`: from then on its holders are watched.',
    'Look who holds it already.',
    'Update Glasswatch: a later version may know the role by itself.',
  ],
  falsePositives: [
    'Roles of the tenant itself are left out: custom-role-with-dangerous-permission tells of them.',
  ],

  check({ snapshot, watchlist }) {
    const answers = snapshot.roleDefinitions?.flatMap(
      ({ templateId, name, isBuiltIn, isPrivileged }) => {
        if (shipped.has(templateId) || watchlist.roles.has(templateId)) return [];
        const isKnown = isBuiltInRole(templateId);
        if (isBuiltIn === false || isPrivileged === false) return [];
        const subject = { type: 'role' as const, id: templateId, name: name ?? null };
        const isMicrosofts = isBuiltIn || isKnown;
        if (isMicrosofts && isPrivileged) {
          const holders = [...watchlist.state.accounts.values()].filter(({ snapshot: known }) =>
            known?.assignments?.some(({ roleTemplateId }) => roleTemplateId === templateId),
          );
          return {
            key: [templateId],
            title: `Role not watched: ${nameOf(subject)}`,
            summary: `Microsoft calls ${nameOf(subject)} privileged, and the list of Glasswatch does not. Who gets it or holds it is not watched.`,
            subject,
            roles: [{ templateId, name: nameOf(subject), scope: '/' }],
            matter: ['the-watch'] as const,
            details: {
              accounts: holders.slice(0, mostListed).map((account) => nameOf(partyOf(account))),
            },
          };
        }
        // The shipped list says of a role that it knows whether it is privileged.
        return isKnown ? [] : { ...unread(snapshot, 'roleFlags'), about: subject };
      },
    );
    return answers ?? [unread(snapshot, 'roles')];
  },

  examples: () => [
    { name: 'a new role', directory: roles(), expect: 'low' },
    {
      name: 'a role that is known, and privileged only of late',
      directory: roles({ templateId: reportsReader }),
      expect: 'low',
    },
    {
      name: 'a role that is known, whoever made it',
      directory: roles({ templateId: reportsReader, isBuiltIn: undefined }),
      expect: 'low',
    },
    {
      name: 'a role that is known to be privileged',
      directory: roles({ templateId: helpdeskAdministrator }),
      expect: 'nothing',
    },
    {
      name: 'one that the policy does not want watched',
      directory: roles({ templateId: helpdeskAdministrator }),
      tenant: { privilegedRoles: { add: [], remove: ['Helpdesk Administrator'] } },
      expect: 'nothing',
    },
    {
      name: 'a new role that the policy has added',
      directory: roles(),
      tenant: { privilegedRoles: { add: [newcomer], remove: [] } },
      expect: 'nothing',
    },
    { name: 'a role of the tenant', directory: roles({ isBuiltIn: false }), expect: 'nothing' },
    {
      name: 'a new role without privilege',
      directory: roles({ isPrivileged: false }),
      expect: 'nothing',
    },
    {
      name: 'nobody tells whether a new role is privileged',
      directory: roles({ isPrivileged: undefined }),
      expect: 'unknown',
    },
    {
      name: 'nobody tells whether a known role is privileged',
      directory: roles({ templateId: reportsReader, isPrivileged: undefined }),
      expect: 'nothing',
    },
    {
      name: 'nobody tells whose role it is',
      directory: roles({ isBuiltIn: undefined }),
      expect: 'unknown',
    },
    { name: 'no such role', directory: { roleDefinitions: [] }, expect: 'nothing' },
    { name: 'roles were not read', expect: 'unknown' },
  ],
});
