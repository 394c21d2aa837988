import { minuteMs } from '../../time.ts';
import { defineDetection, type Match } from '../detection.ts';
import { attempt, byProgram, failedPrompt, prompted, stoppedByMfa } from '../examples/guesses.ts';
import { people } from '../examples/tenant.ts';
import { wasTheirs } from '../past/familiarity.ts';
import { mfaFlows } from '../past/mfa-flows.ts';
import { detailsOf, placeOf, whoOf, withAddress } from '../past/told-from-traces.ts';
import { nameOf } from '../wording.ts';

const flow = { correlationId: 'flow-1' };
const row = { ...flow, id: 'row' };
const day = 24 * 60;
const laptop = { deviceDetail: { deviceId: 'laptop-1', operatingSystem: 'Windows 11' } };
const declined = {
  ...flow,
  status: {
    errorCode: failedPrompt,
    additionalDetails: 'MFA denied; user declined the authentication',
  },
};

export default defineDetection({
  id: 'admin-mfa-failed',
  title: 'Administrator did not complete MFA',
  reads: ['signIn'],
  lookFor: 'watched accounts',
  severity: 'medium',
  severityVaries: 'Low on a registered device that was theirs a day before.',
  categories: ['SignInLogs'],
  techniques: ['T1078.004', 'T1621'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-privileged-accounts',
  why: 'The password was right and the second factor never came: a telephone out of reach, or somebody who has the password and nothing else.',
  triage: [
    'Ask the administrator whether it was them, and what went wrong.',
    'It was not: reset the password, and look for the same address at other accounts.',
  ],
  falsePositives: [
    'A prompt that was left to time out, or a window that was closed. What goes well within the same sign-in is taken back.',
  ],

  detect(event, context) {
    const { watchlist } = context;
    const who = whoOf(event, watchlist);
    const name = nameOf(who);
    return mfaFlows(event, context).map(({ flow, day, unfinished, precedence }): Match => {
      const [first] = unfinished;
      const isTheirs = unfinished.every((row) => wasTheirs(row, event.account, context));
      const where = first ? placeOf(first) : '';
      return {
        key: [who.id ?? who.name, flow, day],
        precedence,
        title: `${name} did not complete MFA${where}`,
        summary: `${name} gave the right password for ${nameOf({ id: null, name: first?.app ?? null })} and not the second factor${where}.`,
        severity: isTheirs ? 'low' : 'medium',
        ...(!first && { isWithdrawn: true as const }),
        // The rest of the sign-in may still be on its way.
        settleMs: 10 * minuteMs,
        subject: who,
        actor: first ? withAddress(who, first) : null,
        roles: watchlist.rolesOf(who, event.at),
        matter: ['sign-in'],
        at: first?.at ?? event.at,
        recordIds: unfinished.map(({ id }) => id),
        details: { ...detailsOf(unfinished), error: first?.errorCode },
      };
    });
  },

  examples: () => [
    {
      name: 'a prompt that failed',
      records: [attempt(people.ada, failedPrompt, 0)],
      expect: 'medium',
    },
    {
      name: 'left at the prompt, on the laptop that was theirs before',
      records: [
        prompted(people.ada, -2 * day, laptop),
        attempt(people.ada, stoppedByMfa, 0, laptop),
      ],
      expect: 'low',
    },
    {
      name: 'left at the prompt, on their laptop and on another device',
      records: [
        prompted(people.ada, -2 * day, laptop),
        attempt(people.ada, stoppedByMfa, 0, { ...flow, ...laptop }),
        attempt(people.ada, failedPrompt, 1, flow),
      ],
      expect: 'medium',
    },
    {
      name: 'left at the prompt, on a laptop that is new',
      records: [prompted(people.ada, -60, laptop), attempt(people.ada, stoppedByMfa, 0, laptop)],
      expect: 'medium',
    },
    {
      name: 'left at the prompt',
      records: [attempt(people.ada, stoppedByMfa, 0)],
      expect: 'medium',
    },
    {
      name: 'one of another provider',
      records: [attempt(people.ben, 50158, 0)],
      expect: 'medium',
    },
    {
      name: 'several rows of one sign-in',
      records: [
        attempt(people.ada, stoppedByMfa, 0, flow),
        attempt(people.ada, failedPrompt, 1, flow),
        attempt(people.ada, failedPrompt, 2, flow),
      ],
      expect: 'medium',
    },
    {
      name: 'another sign-in went well',
      records: [attempt(people.ada, failedPrompt, 0), prompted(people.ada, 1)],
      expect: 'medium',
    },
    {
      name: 'somebody else was well in the same flow',
      records: [attempt(people.ada, failedPrompt, 0, flow), prompted(people.ben, 1, flow)],
      expect: 'medium',
    },
    {
      name: 'well before it, under the same correlation id',
      records: [prompted(people.ada, 0, flow), attempt(people.ada, failedPrompt, 1, flow)],
      expect: 'medium',
    },
    {
      name: 'well two hours later, under the same correlation id',
      records: [attempt(people.ada, failedPrompt, 0, flow), prompted(people.ada, 120, flow)],
      expect: 'medium',
    },
    {
      name: 'well, and then again not',
      records: [
        attempt(people.ada, stoppedByMfa, 0, flow),
        prompted(people.ada, 1, flow),
        attempt(people.ada, failedPrompt, 3, flow),
      ],
      expect: 'medium',
    },
    {
      name: 'declined an hour ago in a flow of the same name',
      records: [
        attempt(people.ada, failedPrompt, -61, declined),
        attempt(people.ada, stoppedByMfa, 0, flow),
      ],
      expect: 'medium',
    },
    {
      name: 'and stopped by a policy after midnight',
      records: [
        attempt(people.ada, failedPrompt, 719, flow),
        attempt(people.ada, 53003, 721, flow),
      ],
      expect: 'medium',
    },
    {
      name: 'interrupted, then in',
      records: [
        attempt(people.ada, stoppedByMfa, 0, flow),
        attempt(people.ada, 50140, 1, flow),
        prompted(people.ada, 2, flow),
      ],
      expect: 'nothing',
    },
    {
      name: 'in, and the interrupt comes later',
      records: [prompted(people.ada, 2, flow), attempt(people.ada, stoppedByMfa, 0, flow)],
      expect: 'nothing',
    },
    {
      name: 'two rows of one id',
      records: [attempt(people.ada, stoppedByMfa, 0, row), prompted(people.ada, 1, row)],
      expect: 'nothing',
    },
    {
      name: 'and around midnight',
      records: [attempt(people.ada, stoppedByMfa, 719, flow), prompted(people.ada, 721, flow)],
      expect: 'nothing',
    },
    {
      name: 'declined: that is told by itself',
      records: [
        attempt(people.ada, stoppedByMfa, 0, flow),
        attempt(people.ada, failedPrompt, 1, declined),
      ],
      expect: 'nothing',
    },
    {
      name: 'an ordinary interrupt',
      records: [attempt(people.ada, 50140, 0), attempt(people.ada, 50126, 1)],
      expect: 'nothing',
    },
    {
      name: 'stopped by a policy',
      records: [attempt(people.ada, 53003, 0)],
      expect: 'nothing',
    },
    {
      name: 'a program',
      records: [byProgram(attempt(people.ada, stoppedByMfa, 0))],
      expect: 'nothing',
    },
    {
      name: 'not an administrator',
      records: [attempt(people.dan, failedPrompt, 0)],
      expect: 'nothing',
    },
  ],
});
