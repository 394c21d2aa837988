import { accountSubject } from '../../memory/subject.ts';
import type { SignInTrace } from '../../memory/trace.ts';
import type { SignInEvent } from '../../read/event.ts';
import { dayOf } from '../../time.ts';
import type { Context } from '../detection.ts';
import { secondFactorMissing, stoppedAfterPassword } from '../rows/error-codes.ts';
import { around } from './bursts.ts';
import { wasDeclined } from './mfa-prompts.ts';
import { flowOf, isCompleted, isOneFlow } from './sign-in-flows.ts';
import { knowledgeOf } from './told-from-traces.ts';

/** One sign-in, on one UTC day: its client may use the name of the flow again later. */
export type MfaFlow = {
  flow: string;
  day: string;
  /** The rows that ask for a second factor which never came; none where it came, or somebody said no. */
  unfinished: readonly SignInTrace[];
  precedence: string;
};

/** The sign-ins of a watched person that a row tells of: how it went on, or how it ended. */
export function mfaFlows(event: SignInEvent, { watchlist, past }: Context): MfaFlow[] {
  if (!watchlist.isPrivileged(event.account, event.at)) return [];
  const rows = past
    .all('signIn', accountSubject(event.account, watchlist))
    .filter((one) => one.flow === 'user');
  const own = rows.find(({ id }) => id === event.id);
  // A wrong password never came so far.
  if (!own || !(own.errorCode === 0 || stoppedAfterPassword.has(own.errorCode))) return [];
  const flow = flowOf(own);
  const inFlow = rows.filter((one) => flowOf(one) === flow);
  const days = new Set(inFlow.filter((one) => isOneFlow(one, own)).map(({ at }) => dayOf(at)));
  return [...days].flatMap((day) => {
    const asking = inFlow.filter((row) => dayOf(row.at) === day && asksForMore(row));
    // Of a sign-in that nothing ever interrupted there is nothing to tell, and nothing to take back.
    if (asking.length === 0 && !own.isCorrected) return [];
    const unfinished = asking.filter((row) => !isExplained(row, inFlow));
    return { flow, day, unfinished, precedence: knowledgeOf(around(inFlow, day)) };
  });
}

const asksForMore = ({ errorCode }: SignInTrace) => secondFactorMissing.has(errorCode);

const isExplained = (row: SignInTrace, rows: readonly SignInTrace[]) =>
  isCompleted(row, rows) || rows.some((other) => wasDeclined(other) && isOneFlow(row, other));
