import { defineDetection } from '../detection.ts';
import { approvedPrompt, password, signIn } from '../example-records.ts';
import { people } from '../example-tenant.ts';
import { mfaUse } from '../mfa.ts';
import { rowOfSignIn } from '../sign-in-rows.ts';
import { fromWhere, nameOf, signInDetails } from '../wording.ts';

const adminApps = [
  'c44b4083-3bb0-49c1-b47d-974e53cbdf3c', // Azure Portal, also Entra and Intune admin centers
  '797f4846-ba00-4fd7-ba43-dac1f8f63013', // Azure Resource Manager
  '04b07795-8ddb-461a-bbee-02f9e1bf7b46', // Azure CLI
  '1950a258-227b-4e31-a9cf-717495945fc2', // Azure PowerShell
  '14d82eec-204b-4c2f-b7e8-296a70dab67e', // Microsoft Graph PowerShell
  '1b730954-1685-4b74-9bfd-dac224a7b894', // Azure AD PowerShell
  '00000006-0000-0ff1-ce00-000000000000', // Microsoft 365 admin center
];
const isAdminApp = new Set(adminApps);
const portal = { appId: adminApps[0], appDisplayName: 'Azure Portal' };

export default defineDetection({
  id: 'admin-portal-single-factor',
  title: 'Administration tool opened with a single factor',
  reads: ['signIn'],
  lookFor: { words: adminApps },
  severity: 'medium',
  categories: ['SignInLogs'],
  techniques: ['T1078.004'],
  source:
    'https://learn.microsoft.com/entra/identity/authentication/concept-mandatory-multifactor-authentication',
  why: 'Whoever opens the tools of administrators should have shown a second factor, with or without a role.',
  triage: [
    'See what the account may do, and why Conditional Access let it in with a password.',
    'Ask the person whether it was them.',
  ],
  falsePositives: ['Accounts without any right in Azure who looked in by chance.'],

  detect(event, { watchlist }) {
    if (event.flow !== 'user' || event.errorCode !== 0) return;
    const isAdmin = isAdminApp.has(event.app.id ?? '') || isAdminApp.has(event.resource.id ?? '');
    if (!isAdmin) return;
    const mfa = mfaUse(event);
    if (mfa === 'unknown') return;
    const tool = nameOf(isAdminApp.has(event.app.id ?? '') ? event.app : event.resource);
    return {
      ...rowOfSignIn(event, mfa === 'yes'),
      title: `${nameOf(event.account)} opened ${tool} with a single factor${fromWhere(event)}`,
      summary: `${nameOf(event.account)} signed in to ${tool} with one factor${fromWhere(event)}.`,
      roles: watchlist.rolesOf(event.account, event.at),
      details: { ...signInDetails(event), mfa },
    };
  },

  examples: [
    { name: 'the portal', records: [signIn(people.dan, portal)], expect: 'medium' },
    {
      name: 'Azure as the resource',
      records: [signIn(people.dan, { resourceId: adminApps[1] })],
      expect: 'medium',
    },
    {
      name: 'prompt approved',
      records: [
        signIn(people.dan, { ...portal, authenticationDetails: [password, approvedPrompt] }),
      ],
      expect: 'nothing',
    },
    { name: 'another application', records: [signIn(people.dan)], expect: 'nothing' },
    {
      name: 'refused',
      records: [signIn(people.dan, { ...portal, status: { errorCode: 50126 } })],
      expect: 'nothing',
    },
  ],
});
