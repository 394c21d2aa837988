import { defineDetection } from '../detection.ts';
import { activity, declaring, group, own, refused, started } from '../examples/activity.ts';
import { people } from '../examples/tenant.ts';
import { changeElsewhere, changeMatch, deletesGroup } from '../rows/azure-changes.ts';
import { declaresResources, holdsOwn, isOwnResource } from '../rows/own-resources.ts';

const changes = /^microsoft\.storage\/storageaccounts\/(.*\/)?(delete|regeneratekey\/action)$/;

const change = (operation: string, resourceId: string = own.storage) =>
  activity(people.ada, `Microsoft.Storage/storageAccounts/${operation}`, resourceId);
const tenant = declaring(own.storage);
const groupDeleted = activity(
  people.ada,
  'Microsoft.Resources/subscriptions/resourceGroups/delete',
  group,
);

const thing = 'storage';

export default defineDetection({
  id: 'state-store-tampered',
  title: 'Storage of this service deleted, or its keys replaced',
  reads: ['activity'],
  lookFor: 'every record',
  severity: 'high',
  severityVaries:
    'Low for an attempt that was refused, and for the deletion of any storage account where the policy names no resources of our own.',
  categories: ['Administrative'],
  techniques: ['T1685'],
  source: 'https://learn.microsoft.com/azure/role-based-access-control/permissions/storage',
  why: 'It holds the findings, what is still to be told, and what the detections remember.',
  triage: [
    'Check that findings are still saved and told.',
    'Restore what can be restored; ask whoever did it.',
  ],
  falsePositives: ['A planned rotation of the keys.'],

  detect(event, { tenant }) {
    if (deletesGroup(event) && holdsOwn(event.resourceId, '/microsoft.storage/', tenant))
      return changeMatch(event, 'high', 'resource group');
    if (!changes.test(event.operation)) return;
    if (isOwnResource(event.resourceId, tenant)) return changeMatch(event, 'high', thing);
    const isAccount = event.operation === 'microsoft.storage/storageaccounts/delete';
    return declaresResources(tenant) || !isAccount
      ? undefined
      : changeElsewhere(event, 'low', thing);
  },

  examples: () => [
    {
      name: 'deleted, start and end',
      tenant,
      records: [started(change('delete')), change('delete')],
      expect: 'high',
    },
    {
      name: 'a table deleted',
      tenant,
      records: [
        change('tableServices/tables/delete', `${own.storage}/tableServices/default/tables/cases`),
      ],
      expect: 'high',
    },
    { name: 'keys replaced', tenant, records: [change('regenerateKey/action')], expect: 'high' },
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
      records: [
        activity(people.ada, 'Microsoft.Resources/subscriptions/resourceGroups/write', group),
      ],
      expect: 'nothing',
    },
    { name: 'refused', tenant, records: [refused(change('delete'))], expect: 'low' },
    { name: 'keys read', tenant, records: [change('listKeys/action')], expect: 'nothing' },
    {
      name: 'another account',
      tenant,
      records: [change('delete', `${own.storage}2`)],
      expect: 'nothing',
    },
    {
      name: 'any account, where nobody said what is ours',
      records: [change('delete')],
      expect: 'low',
    },
    {
      name: 'keys of any account, where nobody said what is ours',
      records: [change('regenerateKey/action')],
      expect: 'nothing',
    },
  ],
});
