import { defineDetection } from '../detection.ts';
import {
  attempt,
  byProgram,
  failedPrompt,
  type Person,
  prompted,
  times,
} from '../examples/guesses.ts';
import { password } from '../examples/records.ts';
import { people } from '../examples/tenant.ts';
import { approvalsAfterBursts } from '../past/mfa-prompts.ts';
import { detailsOf, placeOf, roundedDown, whoOf, withAddress } from '../past/told-from-traces.ts';
import { nameOf } from '../wording.ts';

const prompts = (count: number, from = 0, who: Person = people.ada) =>
  times(count, (n) => attempt(who, failedPrompt, from + n));
const byClaim = {
  authenticationMethod: 'Previously satisfied',
  succeeded: true,
  authenticationStepResultDetail: 'MFA requirement satisfied by claim in the token',
  authenticationStepRequirement: 'Multi-factor authentication',
};

export default defineDetection({
  id: 'mfa-fatigue-success',
  title: 'MFA prompt approved after many were not',
  reads: ['signIn'],
  lookFor: 'watched accounts',
  severity: 'critical',
  categories: ['SignInLogs'],
  techniques: ['T1621', 'T1078.004'],
  source: 'https://learn.microsoft.com/entra/identity/authentication/how-to-mfa-number-match',
  why: 'Prompt after prompt was refused, and then one was approved: whoever sent them is in, with all the rights of the account.',
  triage: [
    'Call the administrator now: did they approve their own sign-in?',
    'Not their own, or no answer: revoke the sessions, reset the password, disable the account until it is clear.',
    'Go through everything the account has done since, new authentication methods first.',
  ],
  falsePositives: ['A person whose telephone did not work at first.'],

  detect(event, context) {
    const fatigue = context.settingsOf('mfa-fatigue');
    const who = whoOf(event, context.watchlist);
    const name = nameOf(who);
    return approvalsAfterBursts(event, context, fatigue).map(({ success, prompts, precedence }) => {
      const many = roundedDown(prompts.length, fatigue.denials);
      return {
        key: [who.id ?? who.name, success.id],
        precedence,
        title: `${name} approved an MFA prompt after ${many} or more failed${placeOf(success)}`,
        summary: `${name} was sent ${many} or more MFA prompts that failed, and then signed in to ${nameOf({ id: null, name: success.app })} with one${placeOf(success)}.`,
        ...(prompts.length === 0 && { isWithdrawn: true as const }),
        subject: who,
        actor: withAddress(who, success),
        roles: context.watchlist.rolesOf(who, success.at),
        matter: ['guessing'],
        at: success.at,
        recordIds: [success, ...prompts].map(({ id }) => id),
        details: detailsOf([success, ...prompts]),
      };
    });
  },

  examples: () => [
    {
      name: 'five, then in',
      records: [...prompts(5), prompted(people.ada, 6)],
      expect: 'critical',
    },
    {
      name: 'and the success comes first, the prompts in any order',
      records: [prompted(people.ada, 6), ...prompts(5).toReversed()],
      expect: 'critical',
    },
    {
      name: 'half an hour later',
      records: [...prompts(5), prompted(people.ada, 34)],
      expect: 'critical',
    },
    {
      name: 'more prompts before them, too far apart',
      records: [attempt(people.ada, failedPrompt, -20), ...prompts(5), prompted(people.ada, 6)],
      expect: 'critical',
    },
    { name: 'four, then in', records: [...prompts(4), prompted(people.ada, 6)], expect: 'nothing' },
    {
      name: 'too long after the last one',
      records: [...prompts(5), prompted(people.ada, 35)],
      expect: 'nothing',
    },
    {
      name: 'two bursts of three',
      records: [...prompts(3), ...prompts(3, 20), prompted(people.ada, 25)],
      expect: 'nothing',
    },
    {
      name: 'in before the prompts',
      records: [prompted(people.ada, -1), ...prompts(5)],
      expect: 'nothing',
    },
    {
      name: 'in before the prompts, told the other way round',
      records: [...prompts(5), prompted(people.ada, -1)],
      expect: 'nothing',
    },
    {
      name: 'in among them',
      records: [...prompts(4), prompted(people.ada, 3.5), ...prompts(2, 5)],
      expect: 'nothing',
    },
    {
      name: 'in with the password alone',
      records: [...prompts(5), attempt(people.ada, 0, 6)],
      expect: 'nothing',
    },
    {
      name: 'the first row said that MFA was used, the last one did not',
      records: [
        ...prompts(5),
        prompted(people.ada, 6, { id: 'row' }),
        attempt(people.ada, 0, 7, { id: 'row' }),
      ],
      expect: 'nothing',
    },
    {
      name: 'one of the prompts was approved in the end',
      records: [
        ...prompts(4),
        attempt(people.ada, failedPrompt, 4, { id: 'row' }),
        prompted(people.ada, 6),
        attempt(people.ada, 50140, 4, { id: 'row' }),
      ].map((record, n) => ({ ...record, time: `2026-11-20T12:1${n}:00Z` })),
      expect: 'nothing',
    },
    {
      name: 'in with what an earlier prompt has left',
      records: [
        ...prompts(5),
        prompted(people.ada, 6, { authenticationDetails: [password, byClaim] }),
      ],
      expect: 'nothing',
    },
    {
      name: 'a program renews its token',
      records: [...prompts(5), byProgram(prompted(people.ada, 6))],
      expect: 'nothing',
    },
    {
      name: 'somebody else gets in',
      records: [...prompts(5), prompted(people.ben, 6)],
      expect: 'nothing',
    },
    {
      name: 'not an administrator',
      records: [...prompts(5, 0, people.dan), prompted(people.dan, 6)],
      expect: 'nothing',
    },
  ],
});
