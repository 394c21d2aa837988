import { defineDetection } from '../detection.ts';
import { activity, refused, started } from '../examples/activity.ts';
import { people } from '../examples/tenant.ts';
import { changeElsewhere } from '../rows/azure-changes.ts';

const changes =
  /^microsoft\.adhybridhealthservice\/services\/(servicemembers\/(action|delete)|delete)$/;
/** The kind of service that a resource names: federation, synchronisation, domain controllers. */
const serviceKind = /\/services\/([a-z]+)/;

const service =
  '/providers/Microsoft.ADHybridHealthService/services/AdFederationService-sts.example.com';
const member = `${service}/serviceMembers/00000000-0000-4000-8000-0000000000d1`;
const row = (operation: string, resourceId: string) =>
  activity(people.ada, `Microsoft.ADHybridHealthService/services/${operation}`, resourceId);
const added = row('serviceMembers/action', member);

const thing = 'AD FS health';

export default defineDetection({
  id: 'adfs-health-tampered',
  title: 'AD FS server added to, or removed from, hybrid health',
  reads: ['activity'],
  lookFor: 'every record',
  severity: 'medium',
  categories: ['Administrative'],
  techniques: ['T1556.007', 'T1685'],
  source:
    'https://learn.microsoft.com/entra/identity/hybrid/connect/how-to-connect-health-operations',
  why: "A made-up AD FS server feeds made-up sign-ins into Entra's logs; a removed one takes the real ones out.",
  triage: [
    'Ask whoever runs AD FS whether a server was set up or taken down that day.',
    'If not: remove the server, and trust no AD FS sign-in it reported.',
  ],
  falsePositives: ['A federation server installed, replaced or retired.'],

  detect(event) {
    if (!changes.test(event.operation)) return;
    const kind = serviceKind.exec(event.resourceId)?.[1];
    if (kind !== undefined && kind !== 'adfederationservice') return;
    const match = changeElsewhere(event, 'medium', thing);
    return match && { ...match, matter: ['tenant-policy'] };
  },

  examples: () => [
    { name: 'a server added', records: [started(added), added], expect: 'medium' },
    {
      name: 'a server removed',
      records: [row('serviceMembers/delete', member)],
      expect: 'medium',
    },
    { name: 'the service removed', records: [row('delete', service)], expect: 'medium' },
    {
      name: 'the record names no resource',
      records: [{ ...added, resourceId: '', properties: {} }],
      expect: 'medium',
    },
    { name: 'refused', records: [refused(added)], expect: 'nothing' },
    {
      name: 'a server that synchronises',
      records: [row('serviceMembers/action', service.replace('AdFederation', 'AadSync'))],
      expect: 'nothing',
    },
    { name: 'a report read', records: [row('reports/details/read', service)], expect: 'nothing' },
  ],
});
