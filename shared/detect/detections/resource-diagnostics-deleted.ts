import { defineDetection } from '../detection.ts';
import {
  activity,
  asApi,
  declaring,
  own,
  refused,
  started,
  subscription,
} from '../examples/activity.ts';
import { people } from '../examples/tenant.ts';
import { changeElsewhere, changeMatch } from '../rows/azure-changes.ts';
import { holderOf, isOwnResource, isOwnSetting } from '../rows/own-resources.ts';

/** Some providers write their own name before it. */
const isDeletion = /(^|\/)microsoft\.insights\/diagnosticsettings\/delete$/;
/** The setting of a subscription, or of a group of them, exports its activity log. */
const ofSubscription =
  /^(\/subscriptions|\/providers\/microsoft\.management\/managementgroups)\/[^/]+$/;

const vault = `${subscription}/resourceGroups/shop/providers/Microsoft.KeyVault/vaults/shop`;
const deleted = (
  scope: string,
  name = 'audit',
  operation = 'Microsoft.Insights/diagnosticSettings/delete',
) =>
  activity(
    people.ada,
    operation,
    `${scope}/providers/Microsoft.Insights/diagnosticSettings/${name}`,
  );
const tenant = declaring(own.hub);

const thing = 'diagnostic setting of';

export default defineDetection({
  id: 'resource-diagnostics-deleted',
  title: 'Diagnostic setting of an Azure resource deleted',
  reads: ['activity'],
  lookFor: 'every record',
  severity: 'medium',
  severityVaries:
    'High on our own resources, for a setting that the policy names, and for the activity log of a whole subscription; low for a refused attempt on those.',
  categories: ['Administrative'],
  techniques: ['T1685.002'],
  source: 'https://learn.microsoft.com/azure/azure-monitor/platform/diagnostic-settings',
  why: 'From then on the resource tells nobody what is done to it.',
  triage: [
    'See whether the resource itself was taken down: then the setting went with it.',
    'If not: ask whoever deleted it, put it back, and look at the resource for the time in between.',
  ],
  falsePositives: ['An environment taken down, setting by setting.', 'A setting replaced.'],

  detect(event, { tenant }) {
    if (!isDeletion.test(event.operation)) return;
    const holder = holderOf(event.resourceId);
    const isOurs =
      ofSubscription.test(holder) ||
      isOwnSetting(event.resourceId, tenant) ||
      isOwnResource(holder, tenant);
    return isOurs ? changeMatch(event, 'high', thing) : changeElsewhere(event, 'medium', thing);
  },

  examples: () => [
    {
      name: 'of a vault, start and end',
      records: [started(deleted(vault)), deleted(vault)],
      expect: 'medium',
    },
    { name: 'of a vault, refused', records: [refused(deleted(vault))], expect: 'nothing' },
    { name: 'as the API gives it', records: [asApi(deleted(vault))], expect: 'medium' },
    {
      name: 'with the provider of the resource before it',
      records: [
        deleted(
          vault,
          'audit',
          'Microsoft.KeyVault/vaults/providers/Microsoft.Insights/diagnosticSettings/delete',
        ),
      ],
      expect: 'medium',
    },
    { name: 'of the hub of the logs', tenant, records: [deleted(own.hub)], expect: 'high' },
    {
      name: 'of the namespace that holds it',
      tenant,
      records: [deleted(own.namespace)],
      expect: 'high',
    },
    {
      name: 'that sends logs here',
      tenant,
      records: [deleted(vault, 'to-soc-hub')],
      expect: 'high',
    },
    { name: 'of the activity log', records: [deleted(subscription)], expect: 'high' },
    {
      name: 'of the activity log of a management group',
      records: [deleted('/providers/Microsoft.Management/managementGroups/platform')],
      expect: 'high',
    },
    {
      name: 'of the activity log, refused',
      records: [refused(deleted(subscription))],
      expect: 'low',
    },
    {
      name: 'a setting written',
      records: [deleted(vault, 'audit', 'Microsoft.Insights/diagnosticSettings/write')],
      expect: 'nothing',
    },
  ],
});
