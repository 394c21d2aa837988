import { dayOf } from '../../time.ts';
import { defineDetection } from '../detection.ts';
import { refresh, signIn } from '../examples/records.ts';
import { exampleTenantId, people } from '../examples/tenant.ts';
import { foreignResourceOf, severityOfCrossing } from '../rows/tenant-crossings.ts';
import { fromWhere, nameOf, signInDetails } from '../wording.ts';

const theirs = '0a0b0c0d-1111-4111-8111-000000000001';
const abroad = (fields: object = {}) => ({
  resourceTenantId: theirs,
  crossTenantAccessType: 'b2bCollaboration',
  ...fields,
});

export default defineDetection({
  id: 'admin-cross-tenant-signin',
  title: 'Administrator signed in to another tenant',
  reads: ['signIn'],
  lookFor: 'watched accounts',
  severity: 'medium',
  severityVaries: 'Low between a partner and its customer (GDAP).',
  categories: ['SignInLogs'],
  techniques: ['T1078.004', 'T1199'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-privileged-accounts',
  why: 'An administrator of this tenant is a guest in another, whose administrators decide what is asked of them there and see what they do.',
  triage: [
    'Ask the administrator what they do in that tenant. Find out whose it is.',
    'Nobody knows it: look for a phished consent or a stolen session.',
    'Known: they should go there with an account that holds no role here.',
  ],
  falsePositives: [
    'Administrators who work for a partner or a sister company. Shared Teams channels and the tenants of Microsoft itself are left out.',
  ],

  detect(event, { watchlist }) {
    if (event.flow !== 'user' || event.errorCode !== 0) return;
    const tenant = foreignResourceOf(event);
    if (!tenant || !watchlist.isPrivileged(event.account, event.at)) return;
    return {
      // They work there all day: one finding a day and tenant.
      key: [watchlist.idOf(event.account) ?? event.account.name, tenant, dayOf(event.at)],
      gathered: { addresses: [event.ip], apps: [event.app.name ?? event.app.id] },
      title: `${nameOf(event.account)} signed in to another tenant (${tenant})${fromWhere(event)}`,
      summary: `${nameOf(event.account)} signed in to ${nameOf(event.app)} of the tenant ${tenant}${fromWhere(event)}.`,
      severity: severityOfCrossing(event),
      subject: event.account,
      roles: watchlist.rolesOf(event.account, event.at),
      matter: ['sign-in'],
      details: { ...signInDetails(event), resourceTenant: tenant, access: event.crossTenantAccess },
    };
  },

  examples: () => [
    { name: 'as a guest', records: [signIn(people.ada, abroad())], expect: 'medium' },
    {
      name: 'the record does not say where they are at home',
      records: [signIn(people.ada, abroad({ homeTenantId: '' }))],
      expect: 'medium',
    },
    {
      name: 'twice a day',
      records: [signIn(people.ada, abroad()), signIn(people.ada, abroad({ id: 'sign-in-2' }))],
      expect: 'medium',
    },
    {
      name: 'for a customer',
      records: [signIn(people.ada, abroad({ crossTenantAccessType: 'serviceProvider' }))],
      expect: 'low',
    },
    {
      name: 'a shared Teams channel',
      records: [signIn(people.ada, abroad({ crossTenantAccessType: 'b2bDirectConnect' }))],
      expect: 'nothing',
    },
    {
      name: 'handed through',
      records: [signIn(people.ada, abroad({ crossTenantAccessType: 'passthrough' }))],
      expect: 'nothing',
    },
    ...['72F988BF-86F1-41AF-91AB-2D7CD011DB47', 'f8cdef31-a31e-4b4a-93e4-5f571e91255a'].map(
      (resourceTenantId) => ({
        name: `to Microsoft (${resourceTenantId})`,
        records: [signIn(people.ada, abroad({ resourceTenantId }))],
        expect: 'nothing' as const,
      }),
    ),
    {
      name: 'at home, in capital letters',
      records: [signIn(people.ada, { resourceTenantId: exampleTenantId.toUpperCase() })],
      expect: 'nothing',
    },
    { name: 'no tenant is told', records: [signIn(people.ada)], expect: 'nothing' },
    {
      name: 'a guest of ours, in the tenant of others',
      records: [signIn(people.ada, abroad({ homeTenantId: theirs }))],
      expect: 'nothing',
    },
    { name: 'a renewed token', records: [refresh(people.ada, abroad())], expect: 'nothing' },
    {
      name: 'refused',
      records: [signIn(people.ada, abroad({ status: { errorCode: 53003 } }))],
      expect: 'nothing',
    },
    { name: 'not an administrator', records: [signIn(people.dan, abroad())], expect: 'nothing' },
  ],
});
