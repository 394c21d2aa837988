import { globalAdministrator } from '../../roles.ts';
import { defineDetection } from '../detection.ts';
import { byPim, directRole, pimRow } from '../examples/records.ts';
import { people } from '../examples/tenant.ts';
import { attemptedRoleGrant, grantMatch } from '../rows/role-grants.ts';

const noticed = 'Add member to role outside of PIM (permanent)';
const platform = { user: { displayName: 'Azure AD PIM' } };
const notice = (fields: object = {}) =>
  pimRow(noticed, people.dan, globalAdministrator, { initiatedBy: platform, ...fields });

export default defineDetection({
  id: 'privileged-role-assigned-outside-pim',
  title: 'Privileged role assigned outside PIM',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'high',
  categories: ['AuditLogs'],
  techniques: ['T1098.003'],
  source:
    'https://learn.microsoft.com/entra/id-governance/privileged-identity-management/pim-how-to-configure-security-alerts',
  why: 'Where roles are managed in PIM, a direct assignment steps around its approval, its MFA and its end.',
  triage: [
    'Find who made the assignment and why they did not use PIM.',
    'Remove it, or replace it by an eligible one.',
    'Look for what the holder did since.',
  ],
  falsePositives: [
    'Break-glass accounts hold their role outside PIM by design: PIM notices them, Glasswatch does not tell.',
    'PIM repeats what it noticed every two hours or so: that is one finding, not twelve a day.',
  ],

  detect(event, context) {
    const grant = attemptedRoleGrant(event, context);
    if (!grant || event.result !== 'success') return;
    if (context.watchlist.isBreakGlass(grant.holder)) return;
    const { way, tier } = grant.change;
    const isNotice = way === 'pim-notice';
    const isDirect = way === 'core' && tier === 'active';
    if (!isNotice && !(isDirect && context.tenant.usesPim)) return;
    const { role, holder } = grant;
    return {
      ...grantMatch(event, grant, ', outside PIM'),
      // The condition, not the row: PIM writes it again with fresh ids as long as it lasts.
      key: [holder.id ?? holder.name, role.templateId, role.scope],
      gathered: {},
      // The row of the assignment itself names who made it; PIM's notice does not.
      precedence: isNotice ? '0' : '1',
      severity: 'high',
    };
  },

  examples: () => [
    { name: 'PIM noticed it', records: [notice()], expect: 'high' },
    { name: 'PIM noticed it again', records: [notice(), notice({ id: 'PIM_2' })], expect: 'high' },
    {
      name: 'written to the directory',
      records: [directRole(people.dan, globalAdministrator)],
      expect: 'high',
    },
    {
      name: 'both rows of it',
      records: [directRole(people.dan, globalAdministrator), notice()],
      expect: 'high',
    },
    {
      name: 'the second row of an assignment in PIM',
      records: [directRole(people.dan, globalAdministrator, { initiatedBy: byPim })],
      expect: 'nothing',
    },
    {
      name: 'refused',
      records: [directRole(people.dan, globalAdministrator, { result: 'failure' })],
      expect: 'nothing',
    },
    {
      name: 'an eligibility, which has a detection of its own',
      records: [
        {
          ...directRole(people.dan, globalAdministrator),
          operationName: 'Add eligible member to role',
        },
      ],
      expect: 'nothing',
    },
    {
      name: 'written to the directory of a tenant that does not use PIM',
      records: [directRole(people.dan, globalAdministrator)],
      tenant: { usesPim: false },
      expect: 'nothing',
    },
    {
      name: 'a break-glass account, as it should be',
      records: [pimRow(noticed, people.glass, globalAdministrator, { initiatedBy: platform })],
      expect: 'nothing',
    },
    {
      name: 'in PIM',
      records: [
        pimRow('Add member to role in PIM completed (permanent)', people.dan, globalAdministrator),
      ],
      expect: 'nothing',
    },
  ],
});
