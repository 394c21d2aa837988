import { defineDetection } from '../detection.ts';
import { attempt, byProgram, somebody, times, wrongPassword } from '../examples/guesses.ts';
import { people } from '../examples/tenant.ts';
import { sourceBursts } from '../past/source-bursts.ts';
import { accountDisabled } from '../rows/error-codes.ts';
import { nameOf } from '../wording.ts';

const disabled = new Set([accountDisabled]);
const sweep = (count: number, minutes = 10) =>
  times(count, (n) => attempt(somebody(n), accountDisabled, n * minutes));

export default defineDetection({
  id: 'disabled-account-sweep',
  title: 'One source tries many disabled accounts',
  reads: ['signIn'],
  lookFor: { errorCodes: [accountDisabled] },
  severity: 'medium',
  categories: ['SignInLogs', 'NonInteractiveUserSignInLogs'],
  techniques: ['T1110', 'T1078.004'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-user-accounts',
  why: 'Somebody goes through an old list of the people here, and knows some of their passwords or hopes to.',
  triage: [
    'Look for any sign-in from the address that went well.',
    'See whether the accounts have something in common: a department, a year, a leak.',
    'Block the address.',
  ],
  falsePositives: [
    'Devices of people who left, behind the one address of an office that is not among the known networks.',
  ],

  detect(event, context) {
    return sourceBursts('disabled-account-sweep', event, context, disabled, context.settings).map(
      ({ source, accounts, match }) => ({
        ...match,
        title: `${nameOf(source)} tries disabled accounts: ${accounts} or more`,
        summary: `${nameOf(source)} tried to sign in to ${accounts} or more disabled accounts within ${context.settings.windowMinutes} minutes.`,
      }),
    );
  },

  examples: () => [
    { name: 'five accounts', records: sweep(5), expect: 'medium' },
    { name: 'by programs', records: sweep(5).map(byProgram), expect: 'medium' },
    {
      name: 'as few as the policy says',
      records: sweep(2, 1),
      settings: { distinctUsers: 2, windowMinutes: 1 },
      expect: 'medium',
    },
    { name: 'four accounts', records: sweep(4), expect: 'nothing' },
    { name: 'over more than an hour', records: sweep(5, 16), expect: 'nothing' },
    {
      name: 'four, and a wrong password',
      records: [...sweep(4), attempt(people.dan, wrongPassword, 45)],
      expect: 'nothing',
    },
  ],
});
