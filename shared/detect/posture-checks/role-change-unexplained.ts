import { hourMs, isoOf, minuteMs } from '../../time.ts';
import { directRole } from '../examples/records.ts';
import { helpdeskAdministrator, people } from '../examples/tenant.ts';
import { unexplainedChanges } from '../posture/unexplained-changes.ts';
import { definePostureCheck, partyOf } from '../posture-check.ts';
import { nameOf, nameOfRole } from '../wording.ts';

const helpdesk = [{ roleTemplateId: helpdeskAdministrator, state: 'active', scope: '/' }];
const nobody = { account: { assignments: [] } };

const granted = (time: string) =>
  directRole(people.ada, helpdeskAdministrator, { activityDateTime: time });

export default definePostureCheck({
  id: 'role-change-unexplained',
  title: 'A role changed and the log did not say so',
  severity: 'high',
  severityVaries: 'Medium for a role that was lost.',
  categories: ['Graph', 'AuditLogs'],
  techniques: ['T1098.003', 'T1562.008'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-privileged-accounts',
  why: 'Every change of a role leaves a record. One without means that records do not arrive here: the export was switched off for a while, or a category is missing.',
  triage: [
    'Look for the change in the audit log of the Entra admin center: who made it, and is it right?',
    'It is there: records were lost on their way. Look at the diagnostic setting and the event hub.',
    'It is not there: treat it as an intrusion.',
  ],
  falsePositives: [
    'Roles carried by Azure Lighthouse, partners or dynamic groups change without a row in AuditLogs.',
    'Records that take longer than settleMinutes: the finding closes itself once they arrive.',
  ],

  check({ watchlist, settings, now }) {
    const { accounts } = watchlist.state;
    const settleMs = settings.settleMinutes * minuteMs;
    return [...accounts.values()].flatMap((account) =>
      unexplainedChanges(account, accounts, now, settleMs)
        .filter(({ holding }) => watchlist.roles.has(holding.role.templateId))
        .map(({ holding: { role, tier, via }, effect, before, seen }) => {
          const subject = partyOf(account);
          const what = `${nameOfRole(role)}${tier === 'eligible' ? ', eligible' : ''}`;
          const verb = effect === 'grant' ? 'got' : 'lost';
          return {
            key: [account.id, role.templateId, role.scope, tier, via, effect, String(seen)],
            at: seen,
            title: `${nameOf(subject)} ${verb} ${what}, and no log says so`,
            summary: `Between ${isoOf(before)} and ${isoOf(seen)} ${nameOf(subject)} ${verb} ${what}. No record of it has arrived in ${Math.floor((seen - before + settleMs) / hourMs)} hours.`,
            severity: effect === 'grant' ? ('high' as const) : ('medium' as const),
            subject,
            roles: [role],
            matter: ['role', role.templateId] as const,
            details: { before: isoOf(before), seen: isoOf(seen), ...(via && { group: via }) },
          };
        }),
    );
  },

  examples: () => [
    {
      name: 'a role that came from nowhere',
      account: { assignments: helpdesk },
      earlier: nobody,
      expect: 'high',
    },
    {
      name: 'an eligible one',
      account: { assignments: [{ ...helpdesk[0], state: 'eligible' }] },
      earlier: nobody,
      expect: 'high',
    },
    {
      name: 'a role that went away',
      account: { assignments: [] },
      earlier: { account: { assignments: helpdesk } },
      expect: 'medium',
    },
    {
      name: 'a record before both readings explains nothing',
      account: { assignments: helpdesk },
      earlier: nobody,
      records: [granted('2026-11-17T20:00:00Z')],
      expect: 'high',
    },
    {
      name: 'the log tells of it',
      account: { assignments: helpdesk },
      earlier: nobody,
      records: [granted('2026-11-18T09:00:00Z')],
      expect: 'nothing',
    },
    {
      name: 'it happened while the directory was read',
      account: { assignments: helpdesk },
      earlier: nobody,
      records: [granted('2026-11-19T00:04:00Z')],
      expect: 'nothing',
    },
    {
      name: 'the record may still come',
      account: { assignments: helpdesk },
      earlier: nobody,
      now: '2026-11-19T02:59:59Z',
      expect: 'nothing',
    },
    {
      name: 'three hours later',
      account: { assignments: helpdesk },
      earlier: nobody,
      now: '2026-11-19T03:00:00Z',
      expect: 'high',
    },
    {
      name: 'an activation ran out',
      account: { assignments: [] },
      earlier: {
        account: {
          assignments: [{ ...helpdesk[0], state: 'activated', until: '2026-11-18T08:00:00Z' }],
        },
      },
      expect: 'nothing',
    },
    {
      name: 'roles could not be read the day before',
      account: { assignments: helpdesk },
      earlier: { ...nobody, gaps: [{ part: 'roles', why: 'failed', detail: 'x' }] },
      expect: 'nothing',
    },
    {
      name: 'a role that nobody watches',
      account: {
        assignments: [{ roleTemplateId: '88d8e3e3-8f55-4a1e-953a-9b9898b8876b', scope: '/' }],
      },
      earlier: nobody,
      expect: 'nothing',
    },
    { name: 'the first reading', account: { assignments: helpdesk }, expect: 'nothing' },
    { name: 'nothing changed', earlier: {}, expect: 'nothing' },
  ],
});
