import { dayOf } from '../../time.ts';
import { defineDetection } from '../detection.ts';
import { signIn } from '../examples/records.ts';
import { people } from '../examples/tenant.ts';
import { breakGlassAccount } from '../rows/break-glass.ts';
import { fromWhere, nameOf, signInDetails } from '../wording.ts';

const wrongPassword = 50126;
const refused = (errorCode: number, fields: object = {}) =>
  signIn(people.glass, { status: { errorCode }, authenticationDetails: [], ...fields });
const nobody = { userId: '', userPrincipalName: '' };

export default defineDetection({
  id: 'breakglass-signin-attempt',
  title: 'Attempt to use a break-glass account',
  reads: ['signIn'],
  lookFor: 'watched accounts',
  severity: 'high',
  severityVaries: 'Medium for one wrong password in a day.',
  categories: ['SignInLogs', 'NonInteractiveUserSignInLogs'],
  techniques: ['T1078.004'],
  source:
    'https://learn.microsoft.com/entra/identity/role-based-access-control/security-emergency-access',
  why: 'Only its custodians should know that the account exists. Someone who tries it knows more than they should, or has a day you should hear of.',
  triage: [
    'Ask the custodians whether they tried.',
    'The password was right and something else stopped it (MFA, Conditional Access): replace the credential.',
    'Look for the same address at other accounts.',
  ],
  falsePositives: ['A custodian who mistyped the password in a drill.'],

  detect(event, context) {
    if (event.errorCode === 0) return;
    const account = breakGlassAccount(event, context);
    if (!account) return;
    const isTypo = event.errorCode === wrongPassword;
    const reason = event.failureReason ? `: ${event.failureReason}` : '';
    return {
      key: [context.watchlist.idOf(account) ?? account.name, dayOf(event.at)],
      precedence: isTypo ? '0' : '1',
      gathered: { addresses: [event.ip] },
      severity: isTypo ? 'medium' : 'high',
      severityWhenRepeated: 'high',
      title: `Break-glass attempt: ${nameOf(account)}${fromWhere(event)}`,
      summary: `${nameOf(account)} was stopped with error ${event.errorCode}${nameOf({ id: null, name: reason })}${fromWhere(event)}.`,
      subject: account,
      matter: ['break-glass'],
      details: signInDetails(event),
    };
  },

  examples: () => [
    { name: 'one wrong password', records: [refused(wrongPassword)], expect: 'medium' },
    {
      name: 'two wrong passwords',
      records: [refused(wrongPassword), refused(wrongPassword, { id: 'sign-in-2' })],
      expect: 'high',
    },
    {
      name: 'the same record twice',
      records: [refused(wrongPassword), refused(wrongPassword)],
      expect: 'medium',
    },
    { name: 'stopped by Conditional Access', records: [refused(53003)], expect: 'high' },
    {
      name: 'its name typed, no id in the record',
      records: [refused(50034, { ...nobody, signInIdentifier: people.glass.upn.toUpperCase() })],
      expect: 'high',
    },
    { name: 'signed in', records: [signIn(people.glass)], expect: 'nothing' },
    {
      name: 'somebody else',
      records: [signIn(people.ada, { status: { errorCode: 53003 } })],
      expect: 'nothing',
    },
  ],
});
