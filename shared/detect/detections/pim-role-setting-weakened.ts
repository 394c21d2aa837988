import type { AuditEvent } from '../../read/event.ts';
import { globalAdministrator } from '../../roles.ts';
import type { Severity } from '../../severity.ts';
import { defineDetection } from '../detection.ts';
import { directoryReaders, pimForAzure, pimForGroups } from '../examples/pim.ts';
import { audit, partyTarget } from '../examples/records.ts';
import { groups, people } from '../examples/tenant.ts';
import { governedBy } from '../rows/pim-controls.ts';
import { settingChanges } from '../rows/pim-settings.ts';
import { auditDetails, listOf, nameOf } from '../wording.ts';

const update = 'Update role setting in PIM';
const weaker = {
  resultReason: 'Setting changes in this session: MFA on activation requirement disabled.',
};
const setting = (fields: object = {}, templateId = globalAdministrator, operation = update) =>
  audit(operation, {
    id: 'PIM_setting',
    loggedByService: 'PIM',
    targetResources: [
      partyTarget('Role', { id: templateId, name: 'Role' }, { TemplateId: templateId }),
    ],
    ...fields,
  });
const said = (resultReason: string) => setting({ resultReason });

export default defineDetection({
  id: 'pim-role-setting-weakened',
  title: 'PIM asks for less before a role is activated',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'high',
  severityVaries:
    'Medium if only notifications or the limits of eligibility were loosened, if an authentication context took the place of MFA, or if the row does not tell what was changed. Informational for other changes, such as asking for more. Low at most for roles and groups without watched privilege.',
  categories: ['AuditLogs'],
  techniques: ['T1556', 'T1098.003'],
  source:
    'https://learn.microsoft.com/entra/architecture/security-operations-privileged-identity-management',
  why: 'MFA, approval, a reason and a short time are what stands between a stolen account and its roles. Taking one away comes just before using them.',
  triage: [
    'Ask whoever saved the settings, by another way than mail.',
    'If it was not planned: put the settings back, then look at every activation and assignment since.',
    'An authentication context instead of MFA: see that a Conditional Access policy asks for something in it.',
  ],
  falsePositives: [
    'A change of the rules that was agreed. PIM tells most durations without the one before.',
  ],

  detect(event, context) {
    if (event.result !== 'success' || !changesSettings.test(event.operation)) return;
    const { subject, roles, isHarmless } = governedBy(event, context);
    const { severity, what } = judged(event);
    return {
      key: [event.id],
      title: `${nameOf(event.actor)} > PIM settings of ${nameOf(subject)}: ${what[0] ?? 'changed'}`,
      summary: `${nameOf(event.actor)} changed what PIM asks for ${nameOf(subject)}: ${listOf(what) || 'the record does not tell what'}.`,
      severity: isHarmless && severity !== 'informational' ? 'low' : severity,
      subject,
      roles,
      matter: ['pim-control'],
      details: { ...auditDetails(event), changes: what.slice(0, 20) },
    };
  },

  examples: () => [
    { name: 'MFA no longer asked for', records: [setting(weaker)], expect: 'high' },
    {
      name: 'weaker in one thing, stricter in another',
      records: [said('Approval disabled. MFA on activation requirement enabled.')],
      expect: 'high',
    },
    {
      name: 'fewer people are told',
      records: [said('Approver settings - Default recipients settings disabled.')],
      expect: 'medium',
    },
    {
      name: 'fewer people are told, and MFA is asked for',
      records: [
        said(
          'Requestor settings - Default recipients settings disabled. MFA on activation requirement enabled.',
        ),
      ],
      expect: 'medium',
    },
    { name: 'nothing is told', records: [setting()], expect: 'medium' },
    {
      name: 'stricter',
      records: [said('Setting changes in this session: MFA on activation requirement enabled.')],
      expect: 'informational',
    },
    {
      name: 'told by values before and after',
      records: [
        setting({
          targetResources: [
            {
              ...partyTarget('Role', { id: globalAdministrator, name: 'Global Administrator' }),
              modifiedProperties: [
                { displayName: 'ApprovalRequired', oldValue: '"true"', newValue: '"false"' },
              ],
            },
          ],
        }),
      ],
      expect: 'high',
    },
    {
      name: 'all settings removed',
      records: [setting({}, globalAdministrator, 'PIM policy removed')],
      expect: 'high',
    },
    {
      name: 'of a role without privilege',
      records: [setting(weaker, directoryReaders)],
      expect: 'low',
    },
    {
      name: 'stricter, of a role without privilege',
      records: [setting({ resultReason: 'Approval enabled.' }, directoryReaders)],
      expect: 'informational',
    },
    {
      name: 'of a role of their own, which may hold anything',
      records: [setting(weaker, '00000000-0000-4000-8000-000000000051')],
      expect: 'high',
    },
    {
      name: 'of a role that the row does not name',
      records: [setting({ ...weaker, targetResources: [] })],
      expect: 'high',
    },
    {
      name: 'of a group that carries a role',
      records: [pimForGroups(update, people.ada, groups.operators, weaker)],
      expect: 'high',
    },
    {
      name: 'of a group without roles',
      records: [pimForGroups(update, people.ada, groups.readers, weaker)],
      expect: 'low',
    },
    {
      name: "of a ruling role over Azure's resources",
      records: [pimForAzure(update, people.ada, undefined, weaker)],
      expect: 'high',
    },
    {
      name: "of another role over Azure's resources",
      records: [pimForAzure(update, people.ada, { id: 'reader', name: 'Reader' }, weaker)],
      expect: 'low',
    },
    { name: 'refused', records: [setting({ ...weaker, result: 'failure' })], expect: 'nothing' },
    {
      name: 'something else in PIM',
      records: [setting(weaker, globalAdministrator, 'Resolve PIM alert')],
      expect: 'nothing',
    },
  ],
});

const removal = 'pim policy removed';
const changesSettings = new RegExp(`^(update role setting in pim|${removal})$`);

/** @returns what tells the most, first. */
function judged(event: AuditEvent): { severity: Severity; what: string[] } {
  if (event.operation === removal) return { severity: 'high', what: ['all removed'] };
  const { weakened, eased, other } = settingChanges(event);
  const what = [...weakened, ...eased, ...other];
  if (weakened.length > 0) return { severity: 'high', what };
  return { severity: other.length > 0 && eased.length === 0 ? 'informational' : 'medium', what };
}
