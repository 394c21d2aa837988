import { cleanLine } from '../../clean-text.ts';
import type { AskedExport } from '../../memory/trace.ts';
import type { TenantPolicy } from '../../policy.ts';
import type { ActivityEvent } from '../../read/event.ts';
import type { Severity } from '../../severity.ts';
import { type Context, defineDetection, type Match } from '../detection.ts';
import { activity, asApi, declaring, own, refused, started } from '../examples/activity.ts';
import { exampleTenantId, people } from '../examples/tenant.ts';
import { requestedResource } from '../notes/azure-requests.ts';
import { carriedOut } from '../past/azure-requests-done.ts';
import { countsOf } from '../past/told-from-traces.ts';
import { changeMatch, resourceOf } from '../rows/azure-changes.ts';
import { requestOf } from '../rows/azure-requests.ts';
import { changesExport, lostLogs, nameOfLog, writesExport } from '../rows/entra-exports.ts';
import { declaresResources, isOwnResource, isOwnSetting } from '../rows/own-resources.ts';
import { listOf, nameOf } from '../wording.ts';

/** The start of a request, which shows what it asked for, may come after its end. */
const settleMs = 10 * 60_000;

const setting = (name: string) =>
  `/tenants/${exampleTenantId}/providers/microsoft.aadiam/diagnosticSettings/${name}`;
const row = (deed: string, properties: object = {}, fields: object = {}, name = 'to-soc-hub') =>
  activity(
    people.ada,
    `microsoft.aadiam/diagnosticSettings/${deed}`,
    setting(name),
    fields,
    properties,
  );
const everyLog = ['AuditLogs', 'SignInLogs', 'NonInteractiveUserSignInLogs', 'RiskyUsers'];
const bodyOf = (on: readonly string[], off: readonly string[] = [], more: object = {}) => ({
  properties: {
    eventHubAuthorizationRuleId: `${own.namespace}/authorizationRules/send`,
    logs: [
      ...on.map((category) => ({ category, enabled: true })),
      ...off.map((category) => ({ category, enabled: false })),
    ],
    ...more,
  },
});
const written = (
  on: readonly string[],
  off: readonly string[] = [],
  fields: object = {},
  name = 'to-soc-hub',
) => row('write', { requestbody: JSON.stringify(bodyOf(on, off)) }, fields, name);
const tenant = declaring(own.hub);

const thing = "Entra's log export";

export default defineDetection({
  id: 'entra-diagnostics-changed',
  title: 'Export of the logs of Entra deleted or cut',
  reads: ['activity'],
  lookFor: 'every record',
  severity: 'critical',
  severityVaries:
    'High if no record shows what a setting was changed to. Informational if it exports all that it did; low if it exports less, but the policy names our settings and this is none of them; low for a deletion that was refused.',
  categories: ['Administrative'],
  techniques: ['T1685.002'],
  source:
    'https://learn.microsoft.com/entra/identity/monitoring-health/howto-configure-diagnostic-settings',
  why: 'Without the export nothing of the directory is seen any more, by this service or any other.',
  triage: [
    'Look at the diagnostic settings of Entra at once, and put back what is gone.',
    'Ask whoever changed it. If nobody planned it: treat the account as taken over, and read the logs of the meantime in Entra itself.',
  ],
  falsePositives: [
    'A setting of another team, for other logs: name ours in tenants[].ownResources.diagnosticSettings.',
    'A log given up on purpose.',
  ],

  detect(event, context) {
    if (!changesExport(event)) return;
    return writesExport(event)
      ? changedExports(event, context)
      : changeMatch(event, 'critical', thing);
  },

  examples: () => [
    {
      name: 'deleted, start and end',
      records: [started(row('delete')), row('delete')],
      expect: 'critical',
    },
    { name: 'deleted, as the API gives it', records: [asApi(row('delete'))], expect: 'critical' },
    { name: 'the deletion refused', records: [refused(row('delete'))], expect: 'low' },
    { name: 'read', records: [row('read')], expect: 'nothing' },
    { name: 'all is exported', records: [written(everyLog)], expect: 'informational' },
    {
      name: 'the group of all logs is exported',
      records: [
        row('write', { requestbody: { logs: [{ categoryGroup: 'allLogs', enabled: 'true' }] } }),
      ],
      expect: 'informational',
    },
    {
      name: 'a log switched off',
      records: [written(['AuditLogs', 'SignInLogs'], ['RiskyUsers'])],
      expect: 'critical',
    },
    {
      name: 'a log that few have is off',
      records: [written(everyLog, ['ADFSSignInLogs'])],
      expect: 'informational',
    },
    { name: 'the sign-ins left out', records: [written(['AuditLogs'])], expect: 'critical' },
    { name: 'the audit log left out', records: [written(['SignInLogs'])], expect: 'critical' },
    {
      name: 'only the start shows what',
      records: [started(written(everyLog)), row('write')],
      expect: 'informational',
    },
    {
      name: 'the start comes after the end',
      records: [row('write'), started(written(everyLog))],
      expect: 'informational',
    },
    { name: 'nothing shows what', records: [row('write')], expect: 'high' },
    { name: 'only started', records: [started(written([]))], expect: 'nothing' },
    { name: 'the change refused', records: [refused(written([]))], expect: 'nothing' },
    {
      name: 'ours, and a log is off',
      tenant,
      records: [written(['AuditLogs', 'SignInLogs'], ['UserRiskEvents'])],
      expect: 'critical',
    },
    {
      name: "another team's, and a log is off",
      tenant,
      records: [written(['AuditLogs'], [], {}, 'to-archive')],
      expect: 'low',
    },
    {
      name: "another team's, complete",
      tenant,
      records: [
        row(
          'write',
          { requestbody: bodyOf(everyLog, [], { eventHubAuthorizationRuleId: own.storage }) },
          {},
          'to-archive',
        ),
      ],
      expect: 'informational',
    },
    {
      name: 'ours, sent elsewhere',
      tenant,
      records: [
        row('write', {
          requestbody: bodyOf(everyLog, [], { eventHubAuthorizationRuleId: own.storage }),
        }),
      ],
      expect: 'critical',
    },
    {
      name: 'ours, nobody said where it leads',
      tenant: declaring(),
      records: [written(everyLog)],
      expect: 'informational',
    },
    {
      name: 'ours, still sent here',
      tenant,
      records: [written(everyLog)],
      expect: 'informational',
    },
  ],
});

/** What a setting exports after a change, and after the next one: that is compared with this. */
function changedExports(event: ActivityEvent, { past, tenant }: Context): Match[] {
  const traces = past.all('exportRequest', requestedResource(event));
  const requests = carriedOut(traces);
  const subject = resourceOf(event.resourceId);
  const changes = requests
    .map((request, index) => ({ ...request, earlier: requests.slice(0, index) }))
    .filter(({ id, earlier }) => [id, earlier.at(-1)?.id].includes(requestOf(event)));
  return changes.map(({ id, end, shown, recordIds, earlier }) => {
    const [now] = shown;
    const before = earlier.flatMap((one) => one.shown.slice(0, 1)).at(-1);
    const verdict = now ? judge(event.resourceId, now, before, tenant) : unknown;
    return {
      key: ['write', event.resourceId, id],
      title: `${nameOf(end.by)} > ${thing} ${nameOf(subject)}: ${verdict.what}`,
      summary: `${nameOf(end.by)} changed the diagnostic setting ${nameOf(subject)} of Entra: ${verdict.what}.`,
      severity: verdict.severity,
      subject,
      actor: end.by,
      matter: ['the-watch'],
      precedence: countsOf(traces.length),
      at: end.at,
      recordIds,
      ...(!now && { settleMs }),
      details: {
        setting: cleanLine(event.resourceId, 300),
        ...(now && { exported: now.on.slice(0, 40), off: now.off.slice(0, 40) }),
      },
    };
  });
}

type Verdict = { severity: Severity; what: string };
const unknown: Verdict = { severity: 'high', what: 'changed, nothing shows how' };

function judge(
  resourceId: string,
  now: AskedExport,
  before: AskedExport | undefined,
  tenant: TenantPolicy,
): Verdict {
  const isNamed = isOwnSetting(resourceId, tenant);
  const isElsewhere = !now.to.some((id) => isOwnResource(id, tenant));
  if (isNamed && declaresResources(tenant) && isElsewhere)
    return { severity: 'critical', what: 'sent elsewhere' };
  const lost = lostLogs(now, before);
  if (lost.length === 0) return { severity: 'informational', what: 'changed, no log less' };
  const isOurs = isNamed || tenant.ownResources.diagnosticSettings.length === 0;
  return { severity: isOurs ? 'critical' : 'low', what: `without ${listOf(lost.map(nameOfLog))}` };
}
