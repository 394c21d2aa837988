import type { ActivityEvent } from '../../read/event.ts';
import type { Severity } from '../../severity.ts';
import { defineDetection } from '../detection.ts';
import {
  accepted,
  activity,
  asRow,
  claimsOf,
  declaring,
  group,
  own,
  refused,
  started,
  subscription,
} from '../examples/activity.ts';
import { people, workloads } from '../examples/tenant.ts';
import { changeElsewhere, changeMatch, deletes, deletesGroup } from '../rows/azure-changes.ts';
import { declaresResources, holdsOwn, isOwnResource } from '../rows/own-resources.ts';

const changes = /^microsoft\.eventhub\/(.*\/)?(write|delete|(listkeys|regeneratekeys)\/action)$/;
/** Without these, whatever went through the hub stops. */
const endsHub = /^microsoft\.eventhub\/namespaces\/((eventhubs|authorizationrules)\/)?delete$/;

const change = (
  operation: string,
  resourceId: string = own.hub,
  who: { id: string; upn: string } = people.ada,
) => activity(who, `Microsoft.EventHub/namespaces/${operation}`, resourceId);
const rule = `${own.namespace}/authorizationRules/send`;
const tenant = declaring(own.hub);
const otherNamespace = `${group}/providers/Microsoft.EventHub/namespaces/soc-logs-2`;
const groupDeleted = activity(
  people.ada,
  'Microsoft.Resources/subscriptions/resourceGroups/delete',
  group,
);

const thing = 'Event Hub';

export default defineDetection({
  id: 'eventhub-tampered',
  title: 'Event Hub of the logs tampered with',
  reads: ['activity'],
  lookFor: 'every record',
  severity: 'high',
  severityVaries:
    'Critical for a deletion, medium where an application reads the keys, low for an attempt that was refused. Where the policy names no resources of our own, the deletion of any namespace, hub or access rule is medium.',
  categories: ['Administrative'],
  techniques: ['T1685.002', 'T1552'],
  source: 'https://learn.microsoft.com/azure/event-hubs/monitor-event-hubs-reference',
  why: 'All that is watched comes through this hub: without it nothing is seen, and with its keys anyone may read the logs or write false ones.',
  triage: [
    'Check that logs still arrive.',
    'Ask whoever did it. If nobody planned it: put it back, replace the keys, and look at what the person did since.',
  ],
  falsePositives: [
    'A deployment of this very service, or of what holds its hub: exclude the account that deploys.',
    'Azure Monitor reads the keys when a diagnostic setting is saved.',
  ],

  detect(event, { tenant }) {
    if (deletesGroup(event) && holdsOwn(event.resourceId, '/microsoft.eventhub/', tenant))
      return changeMatch(event, 'critical', 'resource group');
    if (!changes.test(event.operation)) return;
    if (isOwnResource(event.resourceId, tenant))
      return changeMatch(event, severityOf(event), thing);
    if (declaresResources(tenant) || !endsHub.test(event.operation)) return;
    return changeElsewhere(event, 'medium', thing);
  },

  examples: () => [
    {
      name: 'the hub deleted: start, acceptance and end',
      tenant,
      records: [
        started(change('eventhubs/delete')),
        accepted(change('eventhubs/delete')),
        change('eventhubs/delete'),
      ],
      expect: 'critical',
    },
    {
      name: 'its namespace deleted',
      tenant,
      records: [change('delete', own.namespace)],
      expect: 'critical',
    },
    { name: 'its resource group deleted', tenant, records: [groupDeleted], expect: 'critical' },
    {
      name: 'another resource group deleted',
      tenant,
      records: [{ ...groupDeleted, resourceId: `${subscription}/resourceGroups/so` }],
      expect: 'nothing',
    },
    {
      name: 'a resource group that holds no hub of ours',
      tenant: declaring(own.site),
      records: [groupDeleted],
      expect: 'nothing',
    },
    {
      name: 'a consumer group deleted',
      tenant,
      records: [change('eventhubs/consumergroups/delete', `${own.hub}/consumergroups/glasswatch`)],
      expect: 'critical',
    },
    {
      name: 'an access rule written',
      tenant: declaring(own.namespace),
      records: [change('authorizationRules/write', rule)],
      expect: 'high',
    },
    {
      name: 'the network opened',
      tenant: declaring(`${own.namespace.toUpperCase()}/`),
      records: [change('networkRuleSets/write', `${own.namespace}/networkRuleSets/default`)],
      expect: 'high',
    },
    {
      name: 'the namespace changed',
      tenant,
      records: [change('write', own.namespace)],
      expect: 'high',
    },
    {
      name: 'keys read by a person',
      tenant: declaring(own.namespace),
      records: [change('authorizationRules/listKeys/action', rule)],
      expect: 'high',
    },
    {
      name: 'keys read by an application',
      tenant: declaring(own.namespace),
      records: [
        {
          ...change('authorizationRules/listKeys/action', rule),
          identity: { claims: claimsOf(workloads.deployer) },
        },
      ],
      expect: 'medium',
    },
    {
      name: 'keys replaced by an application',
      tenant: declaring(own.namespace),
      records: [
        {
          ...change('authorizationRules/regenerateKeys/action', rule),
          identity: { claims: claimsOf(workloads.deployer) },
        },
      ],
      expect: 'high',
    },
    {
      name: 'refused',
      tenant,
      records: [refused(change('eventhubs/delete'))],
      expect: 'low',
    },
    {
      name: 'as a workspace holds it',
      tenant,
      records: [asRow(change('eventhubs/delete'))],
      expect: 'critical',
    },
    {
      name: 'a neighbour deleted',
      tenant,
      records: [change('delete', otherNamespace)],
      expect: 'nothing',
    },
    {
      name: 'looked at',
      tenant,
      records: [change('eventhubs/read')],
      expect: 'nothing',
    },
    {
      name: 'a record without a resource',
      tenant,
      records: [{ ...change('eventhubs/delete'), resourceId: '', properties: {} }],
      expect: 'nothing',
    },
    {
      name: 'any hub, where nobody said what is ours',
      records: [change('eventhubs/delete')],
      expect: 'medium',
    },
    {
      name: 'any namespace, where nobody said what is ours',
      records: [change('delete', otherNamespace)],
      expect: 'medium',
    },
    {
      name: 'any access rule, where nobody said what is ours',
      records: [change('authorizationRules/delete', rule)],
      expect: 'medium',
    },
    {
      name: 'any hub, refused',
      records: [refused(change('eventhubs/delete'))],
      expect: 'nothing',
    },
    {
      name: 'a consumer group of any hub',
      records: [change('eventhubs/consumergroups/delete')],
      expect: 'nothing',
    },
  ],
});

function severityOf(event: ActivityEvent): Severity {
  if (deletes(event)) return 'critical';
  const readsKeys = event.operation.endsWith('/listkeys/action');
  return readsKeys && event.actor?.type === 'servicePrincipal' ? 'medium' : 'high';
}
