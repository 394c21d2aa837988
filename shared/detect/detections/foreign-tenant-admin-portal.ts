import { dayOf } from '../../time.ts';
import { defineDetection } from '../detection.ts';
import { refresh, signIn } from '../examples/records.ts';
import { exampleTenant, exampleTenantId, people } from '../examples/tenant.ts';
import { adminAppOf, adminApps } from '../rows/admin-apps.ts';
import { foreignHomeOf, severityOfCrossing } from '../rows/tenant-crossings.ts';
import { fromWhere, nameOf, signInDetails } from '../wording.ts';

const theirs = '0a0b0c0d-1111-4111-8111-000000000001';
const [portal, azure] = adminApps;
const visit = (fields: object = {}) => ({
  userType: 'Guest',
  homeTenantId: theirs,
  resourceTenantId: exampleTenantId,
  crossTenantAccessType: 'b2bCollaboration',
  appId: portal,
  appDisplayName: 'Azure Portal',
  ...fields,
});

export default defineDetection({
  id: 'foreign-tenant-admin-portal',
  title: 'Administration tool opened from another tenant',
  reads: ['signIn'],
  lookFor: { words: adminApps },
  severity: 'medium',
  severityVaries: 'Low between a partner and its customer (GDAP).',
  categories: ['SignInLogs'],
  techniques: ['T1078.004', 'T1199'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-user-accounts',
  why: 'Somebody at home in another tenant works with the tools of administrators here. Whoever breaks into that tenant comes along.',
  triage: [
    'Whose tenant is it, and what may the account do here?',
    'Expected: name the account in `accounts.external` of the policy, and nothing is told of it any more.',
    'Not expected: block the sign-in of the guest, take its roles, and see what it did.',
  ],
  falsePositives: [
    'Consultants and partners that the policy does not name yet. Guests who opened the portal of the wrong tenant.',
  ],

  detect(event, { watchlist }) {
    if (event.flow !== 'user' || event.errorCode !== 0) return;
    const [tenant, adminApp] = [foreignHomeOf(event), adminAppOf(event)];
    if (!tenant || !adminApp || watchlist.is('external', event.account)) return;
    const tool = nameOf(adminApp);
    return {
      // They work here all day: one finding a day.
      key: [event.account.id ?? event.account.name, tenant, dayOf(event.at)],
      gathered: { addresses: [event.ip], tools: [adminApp.name ?? adminApp.id] },
      title: `${nameOf(event.account)} of another tenant opened ${tool}${fromWhere(event)}`,
      summary: `${nameOf(event.account)}, at home in the tenant ${tenant}, signed in to ${tool}${fromWhere(event)}.`,
      severity: severityOfCrossing(event),
      subject: event.account,
      roles: watchlist.rolesOf(event.account, event.at),
      matter: ['sign-in'],
      details: { ...signInDetails(event), homeTenant: tenant, access: event.crossTenantAccess },
    };
  },

  examples: () => [
    { name: 'the portal', records: [signIn(people.gil, visit())], expect: 'medium' },
    {
      name: 'Azure, by another application',
      records: [signIn(people.gil, visit({ appId: theirs, resourceId: azure }))],
      expect: 'medium',
    },
    {
      name: 'the record does not say which tenant it is to',
      records: [signIn(people.gil, visit({ resourceTenantId: undefined }))],
      expect: 'medium',
    },
    {
      name: 'twice a day',
      records: [signIn(people.gil, visit()), signIn(people.gil, visit({ id: 'sign-in-2' }))],
      expect: 'medium',
    },
    {
      name: 'a partner',
      records: [signIn(people.gil, visit({ crossTenantAccessType: 'serviceProvider' }))],
      expect: 'low',
    },
    {
      name: 'somebody the policy names',
      records: [signIn(people.gil, visit())],
      tenant: { accounts: { ...exampleTenant.accounts, external: [people.gil.id] } },
      expect: 'nothing',
    },
    {
      name: 'one of our own, in capital letters',
      records: [signIn(people.dan, visit({ homeTenantId: exampleTenantId.toUpperCase() }))],
      expect: 'nothing',
    },
    {
      name: 'the record does not say where they are at home',
      records: [signIn(people.gil, visit({ homeTenantId: null }))],
      expect: 'nothing',
    },
    {
      name: 'on the way to a third tenant',
      records: [signIn(people.gil, visit({ resourceTenantId: people.dan.id }))],
      expect: 'nothing',
    },
    {
      name: 'another application',
      records: [signIn(people.gil, visit({ appId: theirs }))],
      expect: 'nothing',
    },
    { name: 'a renewed token', records: [refresh(people.gil, visit())], expect: 'nothing' },
    {
      name: 'refused',
      records: [signIn(people.gil, visit({ status: { errorCode: 50105 } }))],
      expect: 'nothing',
    },
  ],
});
