import { defineDetection } from '../detection.ts';
import { approvedPrompt, password, refresh, signIn } from '../examples/records.ts';
import { people } from '../examples/tenant.ts';
import { withoutMfa } from '../past/sign-in-rows.ts';
import { adminAppOf, adminApps } from '../rows/admin-apps.ts';
import { fromWhere, nameOf, signInDetails } from '../wording.ts';

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

  detect(event, context) {
    const { watchlist } = context;
    if (event.flow !== 'user') return;
    const adminApp = adminAppOf(event);
    if (!adminApp) return;
    const row = withoutMfa(event, context);
    if (!row) return;
    const tool = nameOf(adminApp);
    return {
      ...row,
      title: `${nameOf(event.account)} opened ${tool} with a single factor${fromWhere(event)}`,
      summary: `${nameOf(event.account)} signed in to ${tool} with one factor${fromWhere(event)}.`,
      roles: watchlist.rolesOf(event.account, event.at),
      details: { ...signInDetails(event), mfa: 'no' },
    };
  },

  examples: () => [
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
      name: 'no step is told',
      records: [signIn(people.dan, { ...portal, authenticationDetails: [] })],
      expect: 'nothing',
    },
    {
      name: 'a handed-over password, which is a finding of its own',
      records: [refresh(people.dan, { ...portal, authenticationProtocol: 'ropc' })],
      expect: 'nothing',
    },
    {
      name: 'refused',
      records: [signIn(people.dan, { ...portal, status: { errorCode: 50126 } })],
      expect: 'nothing',
    },
  ],
});
