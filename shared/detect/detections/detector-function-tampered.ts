import { defineDetection } from '../detection.ts';
import { activity, declaring, group, own, refused, started } from '../examples/activity.ts';
import { people } from '../examples/tenant.ts';
import { changeElsewhere, changeMatch, deletesGroup } from '../rows/azure-changes.ts';
import { declaresResources, holdsOwn, isOwnResource } from '../rows/own-resources.ts';

/** The application, the plan it runs on, and who it is. */
const changes =
  /^microsoft\.(web\/(sites|serverfarms)|managedidentity\/userassignedidentities)\/(.*\/)?(write|delete|(stop|slotsswap)\/action)$/;

const plan = `${group}/providers/Microsoft.Web/serverfarms/glasswatch`;
const identity = `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/glasswatch`;
const change = (operation: string, resourceId: string = own.site) =>
  activity(people.ada, operation, resourceId);
const tenant = declaring(own.site);
const groupDeleted = change('Microsoft.Resources/subscriptions/resourceGroups/delete', group);

const thing = 'function app';

export default defineDetection({
  id: 'detector-function-tampered',
  title: 'This service stopped, changed or deleted',
  reads: ['activity'],
  lookFor: 'every record',
  severity: 'high',
  severityVaries:
    'Low for an attempt that was refused, and for the deletion of any web application where the policy names no resources of our own.',
  categories: ['Administrative'],
  techniques: ['T1685'],
  source: 'https://learn.microsoft.com/azure/role-based-access-control/permissions/web-and-mobile',
  why: 'Nobody is warned by a detector that stands still, or that has been told to look away.',
  triage: [
    'Check that it runs, with the code and settings that were deployed.',
    'Ask whoever did it. If nobody planned it: deploy it anew, and look at what else the person touched.',
  ],
  falsePositives: ['A deployment of this service: exclude the account that deploys.'],

  detect(event, { tenant }) {
    if (deletesGroup(event) && holdsOwn(event.resourceId, '/microsoft.web/', tenant))
      return changeMatch(event, 'high', 'resource group');
    if (!changes.test(event.operation)) return;
    if (isOwnResource(event.resourceId, tenant)) return changeMatch(event, 'high', thing);
    if (declaresResources(tenant) || event.operation !== 'microsoft.web/sites/delete') return;
    return changeElsewhere(event, 'low', thing);
  },

  examples: () => [
    {
      name: 'stopped, start and end',
      tenant,
      records: [
        started(change('Microsoft.Web/sites/stop/action')),
        change('Microsoft.Web/sites/stop/action'),
      ],
      expect: 'high',
    },
    { name: 'deleted', tenant, records: [change('Microsoft.Web/sites/delete')], expect: 'high' },
    {
      name: 'its settings changed',
      tenant,
      records: [change('Microsoft.Web/sites/config/write', `${own.site}/config/appsettings`)],
      expect: 'high',
    },
    {
      name: 'its identity changed',
      tenant,
      records: [change('Microsoft.Web/sites/write')],
      expect: 'high',
    },
    {
      name: 'other code swapped in',
      tenant,
      records: [change('Microsoft.Web/sites/slots/slotsswap/action', `${own.site}/slots/next`)],
      expect: 'high',
    },
    {
      name: 'its plan deleted',
      tenant: declaring(plan),
      records: [change('Microsoft.Web/serverfarms/delete', plan)],
      expect: 'high',
    },
    {
      name: 'somebody else may act as its identity',
      tenant: declaring(identity),
      records: [
        change(
          'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/write',
          `${identity}/federatedIdentityCredentials/other`,
        ),
      ],
      expect: 'high',
    },
    { name: 'its resource group deleted', tenant, records: [groupDeleted], expect: 'high' },
    {
      name: 'the group that the policy names deleted',
      tenant: declaring(group),
      records: [groupDeleted],
      expect: 'high',
    },
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
      name: 'refused',
      tenant,
      records: [refused(change('Microsoft.Web/sites/delete'))],
      expect: 'low',
    },
    {
      name: 'restarted',
      tenant,
      records: [change('Microsoft.Web/sites/restart/action')],
      expect: 'nothing',
    },
    {
      name: 'another application',
      tenant,
      records: [change('Microsoft.Web/sites/delete', `${own.site}-shop`)],
      expect: 'nothing',
    },
    {
      name: 'any application, where nobody said what is ours',
      records: [change('Microsoft.Web/sites/delete')],
      expect: 'low',
    },
    {
      name: 'any application stopped, where nobody said what is ours',
      records: [change('Microsoft.Web/sites/stop/action')],
      expect: 'nothing',
    },
  ],
});
