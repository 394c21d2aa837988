import { defineDetection } from '../detection.ts';
import { refresh, signIn } from '../examples/records.ts';
import { people } from '../examples/tenant.ts';
import { breakGlassAccount, useOf } from '../rows/break-glass.ts';
import { mfaUse } from '../rows/mfa.ts';
import { fromWhere, nameOf, signInDetails } from '../wording.ts';

export default defineDetection({
  id: 'breakglass-signin-success',
  title: 'Break-glass account used',
  reads: ['signIn'],
  lookFor: 'watched accounts',
  severity: 'critical',
  categories: ['SignInLogs', 'NonInteractiveUserSignInLogs', 'ServicePrincipalSignInLogs'],
  techniques: ['T1078.004'],
  source:
    'https://learn.microsoft.com/entra/identity/role-based-access-control/security-emergency-access',
  why: 'The account is kept for the day when nobody else can sign in. A use is an emergency, a drill or an intruder.',
  triage: [
    'Call the custodians of the account, by telephone. Is it an emergency, a drill, or nobody?',
    'Nobody: revoke its sessions, replace its credential, and look at everything it did since.',
    'Emergency: find out what locks the others out, and stay with the person who has the account.',
  ],
  falsePositives: ['A drill that was announced. It is told all the same: that is what it proves.'],

  detect(event, context) {
    if (event.errorCode !== 0) return;
    const account = breakGlassAccount(event, context);
    if (!account) return;
    const isRefresh = event.flow === 'refresh';
    const app = nameOf(event.app);
    return {
      // Tokens are renewed all day: one use is one finding, and each new address of it is news.
      key: [context.watchlist.idOf(account) ?? account.name, useOf(event)],
      precedence: isRefresh ? '0' : '1',
      gathered: { addresses: [event.ip] },
      title: `Break-glass USED: ${nameOf(account)}${fromWhere(event)}`,
      summary: `${nameOf(account)} ${isRefresh ? 'renewed a token for' : 'signed in to'} ${app}${fromWhere(event)}.`,
      subject: account,
      matter: ['break-glass'],
      details: { ...signInDetails(event), mfa: mfaUse(event) },
    };
  },

  examples: () => [
    { name: 'signed in', records: [signIn(people.glass)], expect: 'critical' },
    { name: 'renewed a token only', records: [refresh(people.glass)], expect: 'critical' },
    {
      name: 'renewed its tokens in the same session',
      records: [
        signIn(people.glass, { sessionId: 's-1' }),
        refresh(people.glass, { id: 'r-1', sessionId: 's-1' }),
        refresh(people.glass, { id: 'r-2', sessionId: 's-1' }),
      ],
      expect: 'critical',
    },
    {
      name: 'wrong password',
      records: [signIn(people.glass, { status: { errorCode: 50126 } })],
      expect: 'nothing',
    },
    { name: 'somebody else', records: [signIn(people.ada)], expect: 'nothing' },
    {
      name: 'another account that was given its name',
      records: [signIn({ ...people.dan, upn: people.glass.upn })],
      expect: 'nothing',
    },
  ],
});
