import type { TenantPolicy } from '../../policy.ts';
import type { Severity } from '../../severity.ts';
import { defineDetection } from '../detection.ts';
import {
  activity,
  declaring,
  group,
  own,
  refused,
  started,
  subscription,
} from '../examples/activity.ts';
import { people } from '../examples/tenant.ts';
import { changeElsewhere, changeMatch, deletes, deletesGroup } from '../rows/azure-changes.ts';
import { declaresResources, holdsOwn, isOwnResource } from '../rows/own-resources.ts';

/** What makes alerts, carries them to people, or holds them back. */
const channels =
  /^microsoft\.(insights\/(actiongroups|activitylogalerts|scheduledqueryrules|alertrules|metricalerts)|alertsmanagement\/actionrules|security\/alertssuppressionrules|securityinsights\/(alertrules|onboardingstates)|operationalinsights\/workspaces)\/(write|delete)$/;
/** Rules that hold alerts back: these silence when they are written, the rest when it is deleted. */
const holdBack = /\/(actionrules|alertssuppressionrules)\//;
/** Part of many a working day where the alerts are of machines and not of people. */
const everyday = /\/(metricalerts|actionrules)\//;

const change = (operation: string, resourceId: string = elsewhere) =>
  activity(people.ada, operation, resourceId);
const elsewhere = `${subscription}/resourceGroups/shop/providers/Microsoft.Insights/actionGroups/shop`;
const tenant = declaring(own.alerts);
const deleted = 'Microsoft.Insights/actionGroups/delete';
const groupDeleted = change('Microsoft.Resources/subscriptions/resourceGroups/delete', group);

const thing = 'alerts';

export default defineDetection({
  id: 'alert-channel-tampered',
  title: 'Way of an alert cut',
  reads: ['activity'],
  lookFor: 'every record',
  severity: 'high',
  severityVaries:
    'Where the policy names our own resources, medium elsewhere. Low for metric alerts and alert processing rules that are not our own, and for a refused attempt on our own.',
  categories: ['Administrative'],
  techniques: ['T1685'],
  source: 'https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-overview',
  why: 'An alarm that reaches nobody is none. Whoever wants to stay unseen cuts the way first.',
  triage: [
    'Find out which alerts went that way, and who hears of them now.',
    'Ask whoever did it. If nobody planned it: put it back, and look for what was not told meanwhile.',
  ],
  falsePositives: [
    'An application retired with its alerts.',
    'A false alarm that is suppressed on purpose: read the rule.',
  ],

  detect(event, { tenant }) {
    if (deletesGroup(event) && holdsOwn(event.resourceId, '/microsoft.insights/', tenant))
      return changeMatch(event, 'high', 'resource group');
    if (!channels.test(event.operation)) return;
    if (isOwnResource(event.resourceId, tenant)) return changeMatch(event, 'high', thing);
    if (holdBack.test(event.operation) === deletes(event)) return;
    return changeElsewhere(event, severityElsewhere(event.operation, tenant), thing);
  },

  examples: () => [
    {
      name: 'an action group of ours deleted, start and end',
      tenant,
      records: [started(change(deleted, own.alerts)), change(deleted, own.alerts)],
      expect: 'high',
    },
    {
      name: 'an action group of ours changed',
      tenant,
      records: [change('Microsoft.Insights/actionGroups/write', own.alerts)],
      expect: 'high',
    },
    {
      name: 'ours, refused',
      tenant,
      records: [refused(change(deleted, own.alerts))],
      expect: 'low',
    },
    { name: 'its resource group deleted', tenant, records: [groupDeleted], expect: 'high' },
    {
      name: 'a group that holds something else of ours',
      tenant: declaring(own.hub),
      records: [groupDeleted],
      expect: 'nothing',
    },
    {
      name: 'a tag set on its group',
      tenant,
      records: [change('Microsoft.Resources/subscriptions/resourceGroups/write', group)],
      expect: 'nothing',
    },
    {
      name: 'an action group, where nobody said what is ours',
      records: [change(deleted)],
      expect: 'high',
    },
    { name: 'an action group elsewhere', tenant, records: [change(deleted)], expect: 'medium' },
    { name: 'elsewhere, refused', tenant, records: [refused(change(deleted))], expect: 'nothing' },
    {
      name: 'an action group written elsewhere',
      tenant,
      records: [change('Microsoft.Insights/actionGroups/write')],
      expect: 'nothing',
    },
    {
      name: 'an alert of the activity log',
      records: [change('Microsoft.Insights/activityLogAlerts/delete')],
      expect: 'high',
    },
    {
      name: 'an alert on a query',
      records: [change('Microsoft.Insights/scheduledQueryRules/delete')],
      expect: 'high',
    },
    {
      name: 'an alert of the old kind',
      records: [change('Microsoft.Insights/alertRules/delete')],
      expect: 'high',
    },
    {
      name: 'a rule of Sentinel',
      records: [change('Microsoft.SecurityInsights/alertRules/delete')],
      expect: 'high',
    },
    {
      name: 'Sentinel taken off a workspace',
      records: [change('Microsoft.SecurityInsights/onboardingStates/delete')],
      expect: 'high',
    },
    {
      name: 'a workspace',
      records: [change('Microsoft.OperationalInsights/workspaces/delete')],
      expect: 'high',
    },
    {
      name: 'alerts of Defender held back',
      records: [change('Microsoft.Security/alertsSuppressionRules/write')],
      expect: 'high',
    },
    {
      name: 'alerts of Defender no longer held back',
      records: [change('Microsoft.Security/alertsSuppressionRules/delete')],
      expect: 'nothing',
    },
    {
      name: 'alerts processed by a rule',
      records: [change('Microsoft.AlertsManagement/actionRules/write')],
      expect: 'low',
    },
    {
      name: 'an alert on a measure',
      records: [change('Microsoft.Insights/metricAlerts/delete')],
      expect: 'low',
    },
    {
      name: 'a table of a workspace',
      records: [change('Microsoft.OperationalInsights/workspaces/tables/delete')],
      expect: 'nothing',
    },
  ],
});

function severityElsewhere(operation: string, tenant: TenantPolicy): Severity {
  if (everyday.test(operation)) return 'low';
  return declaresResources(tenant) ? 'medium' : 'high';
}
