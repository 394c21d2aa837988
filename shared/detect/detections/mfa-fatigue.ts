import { defineDetection } from '../detection.ts';
import {
  attempt,
  byProgram,
  failedPrompt,
  type Person,
  prompted,
  times,
} from '../examples/guesses.ts';
import { people } from '../examples/tenant.ts';
import { promptBursts } from '../past/mfa-prompts.ts';
import { fromAddresses, roundedDown, toldOfBurst, whoOf } from '../past/told-from-traces.ts';
import { nameOf } from '../wording.ts';

const prompts = (count: number, minutes = 1, who: Person = people.ada, fields: object = {}) =>
  times(count, (n) => attempt(who, failedPrompt, n * minutes, fields));

export default defineDetection({
  id: 'mfa-fatigue',
  title: 'Administrator worn down with MFA prompts',
  reads: ['signIn'],
  lookFor: 'watched accounts',
  severity: 'high',
  categories: ['SignInLogs', 'NonInteractiveUserSignInLogs'],
  techniques: ['T1621'],
  source: 'https://learn.microsoft.com/entra/identity/authentication/how-to-mfa-number-match',
  why: 'Somebody has the password and sends prompt after prompt, until one is approved to have peace, or by mistake.',
  triage: [
    'Call the administrator: approve nothing. Is it their own sign-in that fails?',
    'It is not: reset the password and revoke the sessions, at once.',
    'See that prompts show a number to type, or better, move the account to a passkey.',
  ],
  falsePositives: ['A telephone without a connection, and a person who tries again and again.'],

  detect(event, context) {
    const { denials: least, windowMinutes } = context.settings;
    const who = whoOf(event, context.watchlist);
    return promptBursts(event, context, least, windowMinutes).map((burst) => {
      const many = `${roundedDown(burst.traces.length, least)} or more MFA prompts`;
      const where = fromAddresses(burst.traces);
      return {
        ...toldOfBurst(burst, who, context.watchlist),
        title: `${nameOf(who)}: ${many} denied or not answered${where}`,
        summary: `${nameOf(who)} was sent ${many} that failed, ${least} of them within ${windowMinutes} minutes${where}.`,
      };
    });
  },

  examples: () => [
    { name: 'five in four minutes', records: prompts(5), expect: 'high' },
    { name: 'as the window ends', records: prompts(5, 2.5), expect: 'high' },
    { name: 'by a program', records: prompts(5).map(byProgram), expect: 'high' },
    {
      name: 'as few as the policy says',
      records: prompts(2, 12),
      settings: { denials: 2, windowMinutes: 12 },
      expect: 'high',
    },
    {
      name: 'under the code of the interrupt, which says that it was not answered',
      records: times(5, (n) =>
        attempt(people.ada, 50074, n, {
          status: {
            errorCode: 50074,
            additionalDetails: 'MFA denied; user did not respond to mobile app notification',
          },
        }),
      ),
      expect: 'high',
    },
    {
      name: 'as one of many flows, interrupted first',
      records: times(10, (n) => attempt(people.ada, n % 2 ? failedPrompt : 50074, n)),
      expect: 'high',
    },
    { name: 'four', records: prompts(4), expect: 'nothing' },
    { name: 'four, told twice', records: [...prompts(4), ...prompts(4)], expect: 'nothing' },
    { name: 'five in twelve minutes', records: prompts(5, 3), expect: 'nothing' },
    {
      name: 'prompts that wait for an answer',
      records: times(5, (n) => attempt(people.ada, 50074, n)),
      expect: 'nothing',
    },
    {
      name: 'four, and one that was approved in the end',
      records: [
        ...prompts(4),
        attempt(people.ada, failedPrompt, 4, { id: 'row' }),
        attempt(people.ada, 0, 4.5, { id: 'row' }),
      ],
      expect: 'nothing',
    },
    {
      name: 'four, and one that was declined first and approved then',
      records: [
        ...prompts(4),
        prompted(people.ada, 5, {
          status: {
            errorCode: 0,
            additionalDetails: 'MFA denied; user declined the authentication',
          },
        }),
      ],
      expect: 'nothing',
    },
    { name: 'not an administrator', records: prompts(5, 1, people.dan), expect: 'nothing' },
  ],
});
