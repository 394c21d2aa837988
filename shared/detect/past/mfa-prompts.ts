import { accountSubject } from '../../memory/subject.ts';
import type { SignInTrace } from '../../memory/trace.ts';
import type { SignInEvent } from '../../read/event.ts';
import { minuteMs } from '../../time.ts';
import type { Context } from '../detection.ts';
import { secondFactorFailed, secondFactorMissing } from '../rows/error-codes.ts';
import { type AccountBurst, accountBursts } from './bursts.ts';
import { knowledgeOf } from './told-from-traces.ts';
import { crowded } from './windows.ts';

/** The person said no to a prompt, in one way or the other: that is told by itself. */
export const wasDeclined = ({ said }: SignInTrace) => /\bdeclined\b|\bfraud/.test(said ?? '');

/**
 * A prompt that came to its end without an approval. The codes of an interrupt only say that one was
 * sent, as each sign-in with a second factor does, unless the words beside them tell more.
 */
const isFailedPrompt = (trace: SignInTrace) =>
  trace.errorCode === secondFactorFailed ||
  (secondFactorMissing.has(trace.errorCode) && /\bmfa denied\b/.test(trace.said ?? ''));

/** A prompt was answered just now; not a claim that an earlier one had left. */
const wasApproved = ({ mfa, said }: SignInTrace) =>
  mfa === 'yes' && !/mfa requirement satisfied by claim in the token/.test(said ?? '');

/** The bursts of failed prompts that a sign-in of a watched account is a part of. */
export const promptBursts = (
  event: SignInEvent,
  context: Context,
  least: number,
  windowMinutes: number,
): AccountBurst[] =>
  accountBursts('prompts', event, context, {
    counts: isFailedPrompt,
    by: ({ id }) => id,
    least,
    windowMinutes,
  });

export type Approval = {
  success: SignInTrace;
  /** The failed prompts before it; none where it turned out to be no approval, or not after a burst. */
  prompts: readonly SignInTrace[];
  precedence: string;
};

type Fatigue = { denials: number; windowMinutes: number; successWithinMinutes: number };

/**
 * The approvals that came soon after a burst of failed prompts, and those that a sign-in may have
 * shown to be none: a row was mended later.
 */
export function approvalsAfterBursts(
  event: SignInEvent,
  { watchlist, past }: Context,
  { denials, windowMinutes, successWithinMinutes }: Fatigue,
): Approval[] {
  if (!watchlist.isPrivileged(event.account, event.at)) return [];
  const traces = past.all('signIn', accountSubject(event.account, watchlist));
  const own = traces.find(({ id }) => id === event.id);
  if (!own) return [];
  const [windowMs, withinMs] = [windowMinutes * minuteMs, successWithinMinutes * minuteMs];
  const burstBefore = (success: SignInTrace, isPrompt: (trace: SignInTrace) => boolean) => {
    const before = traces.filter(
      ({ at }) => at < success.at && success.at - at <= withinMs + windowMs,
    );
    const prompts = crowded(before.filter(isPrompt), {
      windowMs,
      least: denials,
      by: ({ id }) => id,
    });
    return (prompts.at(-1)?.at ?? 0) >= success.at - withinMs ? prompts : [];
  };
  return traces
    .filter(({ at }) => at >= own.at && at - own.at <= withinMs + windowMs)
    .filter((one) => wasApproved(one) || (one === own && one.isCorrected))
    .flatMap((success) => {
      const wide = burstBefore(success, (one) => one === own || isFailedPrompt(one));
      if (wide.length === 0) return [];
      const prompts = wasApproved(success) ? burstBefore(success, isFailedPrompt) : [];
      const known = traces.filter(({ at }) => Math.abs(success.at - at) <= withinMs + windowMs);
      return { success, prompts, precedence: knowledgeOf(known) };
    });
}
