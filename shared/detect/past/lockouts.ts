import { lockoutsSubject } from '../../memory/subject.ts';
import type { FailureTrace } from '../../memory/trace.ts';
import type { SignInEvent } from '../../read/event.ts';
import type { Context } from '../detection.ts';
import { lockedOut } from '../rows/error-codes.ts';
import {
  type AccountBurst,
  accountBursts,
  around,
  type Burst,
  burstsOf,
  isAround,
} from './bursts.ts';
import { knowledgeOf } from './told-from-traces.ts';

const hour = 60;

/** The lock-outs of a watched account on the day of one of them. */
export function lockoutsOfAccount(event: SignInEvent, context: Context): AccountBurst[] {
  if (event.errorCode !== lockedOut) return [];
  return accountBursts('lock-outs', event, context, {
    counts: ({ errorCode }) => errorCode === lockedOut,
    by: ({ id }) => id,
    least: 1,
    windowMinutes: hour,
  });
}

/** So many different accounts locked out within an hour, around one of them. */
export function lockoutsOfMany(
  event: SignInEvent,
  { past }: Context,
  least: number,
): (Burst<FailureTrace> & { precedence: string })[] {
  if (event.errorCode !== lockedOut) return [];
  const crowd = {
    counts: () => true,
    by: ({ account }: FailureTrace) => account,
    least,
    windowMinutes: hour,
  };
  return past
    .once(`lock-outs of ${least}`, () => {
      const lockouts = past.all('failure', lockoutsSubject);
      return burstsOf(lockouts, crowd).map((burst) => ({
        ...burst,
        precedence: knowledgeOf(around(lockouts, burst.day)),
      }));
    })
    .filter((burst) => isAround(burst, event.at, crowd));
}
