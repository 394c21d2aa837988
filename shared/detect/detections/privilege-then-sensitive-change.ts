import { cleanLine } from '../../clean-text.ts';
import { globalAdministrator } from '../../roles.ts';
import { dayOf, minuteMs } from '../../time.ts';
import { defineDetection } from '../detection.ts';
import { activity } from '../examples/activity.ts';
import { controlRow, hour, later, type Person, roleTaken } from '../examples/history.ts';
import { activates } from '../examples/pim.ts';
import { accessPolicy, policyRow } from '../examples/policies.ts';
import { by, directRole } from '../examples/records.ts';
import { helpdeskAdministrator, people } from '../examples/tenant.ts';
import {
  episodes,
  followedBy,
  historiesOf,
  receiverOf,
  roleChanges,
  toldFrom,
} from '../past/change-history.ts';
import { listOf, nameOf, nameOfRole } from '../wording.ts';

const { ada, ben, dan } = people;
const deleteSettings = 'microsoft.aadiam/diagnosticSettings/delete';
const policyOff = 'Update conditional access policy';
const change = (minute: number, operationName = policyOff, who: Person = dan) =>
  later(minute, controlRow(operationName, who));
/** dan changes a policy, half an hour after he was given a role. */
const edit = (deed: string, before: unknown, after: unknown) =>
  later(30, policyRow(`${deed} conditional access policy`, { policy: [before, after] }, byDan));
const savesLocation = (before: object, after: object) =>
  later(30, policyRow('Update named location', { namedLocation: [before, after] }, byDan));
const byDan = { initiatedBy: by(dan) };
const reporting = accessPolicy({ state: 'enabledForReportingButNotEnforced' });
const weaker = { grantControls: null };
const given = (minute = 0) => later(minute, directRole(dan, globalAdministrator));

export default defineDetection({
  id: 'privilege-then-sensitive-change',
  title: 'New privilege used on the tenant’s defences at once',
  reads: ['audit', 'activity'],
  lookFor: 'every record',
  severity: 'high',
  categories: ['AuditLogs', 'Administrative'],
  techniques: ['T1098.003', 'T1556', 'T1562.008'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-privileged-accounts',
  why: 'Whoever takes over an administrator first makes sure to stay: Conditional Access, federation, credentials of applications, the export of the logs.',
  triage: [
    'Look at what was changed, and put it back if nobody can say why.',
    'Ask the person, by another way than mail, whether both the privilege and the change were theirs.',
    'If not: take the role, revoke their sessions, and look at everything they did since.',
  ],
  falsePositives: [
    'A planned change: an administrator activates the role that it needs and makes it. Announce it.',
    'Work at a policy that is report-only, or that protects as before, is not told.',
  ],

  detect(event, context) {
    return historiesOf(event, context).flatMap((history) => {
      const { account, changes: all } = history;
      const gains = roleChanges(history, 'granted', 'activated').filter(({ of }) => of === account);
      const controls = all.filter(({ what }) => what === 'control');
      const withinMs = context.settings.withinMinutes * minuteMs;
      const uses = followedBy(gains, controls, withinMs);
      return episodes(uses, ({ at }) => [dayOf(at)]).map(({ key, first, changes }) => {
        const who = receiverOf(first);
        const done = changes.filter(({ what }) => what === 'control');
        const words = listOf(done.map(({ operation }) => cleanLine(operation, 80)));
        return {
          ...toldFrom(changes),
          key: [account, ...key],
          title: `${nameOf(who)}, newly ${nameOfRole(first.role)}: ${words}`,
          summary: `${nameOf(who)} gained ${nameOfRole(first.role)} and within ${context.settings.withinMinutes} minutes changed what protects the tenant: ${words}.`,
          subject: who,
          actor: { ...who, ip: done.at(-1)?.ip ?? null },
          matter: ['role', 'used', ...key],
        } as const;
      });
    });
  },

  examples: () => [
    { name: 'given a role, then a policy', records: [given(), change(30)], expect: 'high' },
    { name: 'at the end of the hour', records: [given(), change(hour)], expect: 'high' },
    {
      name: 'several changes',
      records: [given(), change(30), change(31, 'Set domain authentication')],
      expect: 'high',
    },
    {
      name: 'activated a role',
      records: [later(0, activates(ben, helpdeskAdministrator)), change(30, policyOff, ben)],
      expect: 'high',
    },
    {
      name: 'the export of the logs deleted in Azure',
      records: [given(), later(30, activity(dan, deleteSettings, '/providers/microsoft.aadiam'))],
      expect: 'high',
    },
    { name: 'more than an hour later', records: [given(), change(hour + 1)], expect: 'nothing' },
    { name: 'before the role was given', records: [given(), change(-1)], expect: 'nothing' },
    {
      name: 'by whoever gave the role',
      records: [given(), change(30, policyOff, ada)],
      expect: 'nothing',
    },
    {
      name: 'the role was taken away',
      records: [later(0, roleTaken(dan, globalAdministrator)), change(30)],
      expect: 'nothing',
    },
    {
      name: 'a policy weakened',
      records: [given(), edit('Update', accessPolicy(), accessPolicy(weaker))],
      expect: 'high',
    },
    {
      name: 'a policy renamed',
      records: [given(), edit('Update', accessPolicy(), accessPolicy({ displayName: 'MFA' }))],
      expect: 'nothing',
    },
    {
      name: 'a break-glass account excluded, as it should be',
      records: [
        given(),
        edit(
          'Update',
          accessPolicy(),
          accessPolicy({}, { users: { includeUsers: ['All'], excludeUsers: [people.glass.id] } }),
        ),
      ],
      expect: 'nothing',
    },
    {
      name: 'a policy of which only the end is told',
      records: [given(), edit('Update', null, accessPolicy())],
      expect: 'high',
    },
    {
      name: 'a policy of which only the beginning is told',
      records: [given(), edit('Update', accessPolicy(), null)],
      expect: 'high',
    },
    {
      name: 'a report-only policy weakened',
      records: [given(), edit('Update', reporting, { ...reporting, ...weaker })],
      expect: 'nothing',
    },
    {
      name: 'a report-only policy put in force',
      records: [given(), edit('Update', reporting, accessPolicy())],
      expect: 'high',
    },
    { name: 'a new policy', records: [given(), edit('Add', null, accessPolicy())], expect: 'high' },
    {
      name: 'a new policy that is report-only',
      records: [given(), edit('Add', null, reporting)],
      expect: 'nothing',
    },
    {
      name: 'a policy deleted',
      records: [given(), edit('Delete', accessPolicy(), null)],
      expect: 'high',
    },
    {
      name: 'a report-only policy deleted',
      records: [given(), edit('Delete', reporting, null)],
      expect: 'nothing',
    },
    {
      name: 'a location trusted',
      records: [given(), savesLocation({ isTrusted: false }, { isTrusted: true })],
      expect: 'high',
    },
    {
      name: 'a location saved as it was',
      records: [given(), savesLocation({ isTrusted: true }, { isTrusted: true })],
      expect: 'nothing',
    },
    {
      name: 'something of no weight',
      records: [given(), change(30, 'Update group')],
      expect: 'nothing',
    },
  ],
});
