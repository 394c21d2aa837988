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
import { changeElsewhere, changeMatch } from '../rows/azure-changes.ts';
import { declaresResources, holderOf, isOwnResource } from '../rows/own-resources.ts';

const removed = (scope: string, operation = 'Microsoft.Authorization/locks/delete') =>
  activity(people.ada, operation, `${scope}/providers/Microsoft.Authorization/locks/keep`);
const tenant = declaring(own.hub);
const elsewhere = `${subscription}/resourceGroups/shop`;

const thing = 'lock of';

export default defineDetection({
  id: 'resource-lock-removed',
  title: 'Lock of a monitoring resource removed',
  reads: ['activity'],
  lookFor: 'every record',
  severity: 'medium',
  severityVaries:
    'Low for other resources, where the policy names our own; an attempt that was refused on our own is low too.',
  categories: ['Administrative'],
  techniques: ['T1685'],
  source: 'https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources',
  why: 'The lock is what stands between a stolen administrator and the deletion of the logs.',
  triage: [
    'Look for what was deleted or changed right after, by the same person.',
    'Put the lock back.',
  ],
  falsePositives: ['A planned change that the lock stood in the way of.'],

  detect(event, { tenant }) {
    if (event.operation !== 'microsoft.authorization/locks/delete') return;
    if (isOwnResource(holderOf(event.resourceId), tenant))
      return changeMatch(event, 'medium', thing);
    const severity: Severity = declaresResources(tenant) ? 'low' : 'medium';
    return changeElsewhere(event, severity, thing);
  },

  examples: () => [
    { name: 'of our hub', tenant, records: [removed(own.hub)], expect: 'medium' },
    {
      name: 'of the group that holds it, start and end',
      tenant,
      records: [started(removed(group)), removed(group)],
      expect: 'medium',
    },
    { name: 'refused', tenant, records: [refused(removed(own.hub))], expect: 'low' },
    { name: 'of something else', tenant, records: [removed(elsewhere)], expect: 'low' },
    {
      name: 'of something else, refused',
      tenant,
      records: [refused(removed(elsewhere))],
      expect: 'nothing',
    },
    { name: 'nobody said what is ours', records: [removed(elsewhere)], expect: 'medium' },
    {
      name: 'a lock set',
      tenant,
      records: [removed(own.hub, 'Microsoft.Authorization/locks/write')],
      expect: 'nothing',
    },
  ],
});
