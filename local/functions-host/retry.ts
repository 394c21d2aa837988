import { setTimeout as delay } from 'node:timers/promises';
import type { RetryContext, RetryOptions } from './core-types.ts';

/** `stopped`: the host ends before the work came to an end; nothing may be counted as done. */
export type RetryOutcome = 'succeeded' | 'failed' | 'stopped';

/**
 * Runs an attempt, and again under the function's retry policy.
 *
 * The retry context is there on every attempt if and only if there is a policy, as on the platform.
 */
export async function runWithRetries(
  policy: RetryOptions | undefined,
  stopping: AbortSignal,
  attempt: (retryContext: RetryContext | undefined) => Promise<void>,
  onFailure: (error: unknown) => void,
): Promise<RetryOutcome> {
  const maxRetryCount = policy?.maxRetryCount ?? 0;
  let exception: RetryContext['exception'];
  for (let retryCount = 0; ; retryCount++) {
    const context = policy && { retryCount, maxRetryCount, ...(exception && { exception }) };
    try {
      await attempt(context);
      return 'succeeded';
    } catch (error) {
      onFailure(error);
      exception = toException(error);
    }
    if (stopping.aborted) return 'stopped';
    if (!policy || (maxRetryCount !== -1 && retryCount >= maxRetryCount)) return 'failed';
    await delay(delayMs(policy, retryCount), undefined, { signal: stopping }).catch(() => {});
    if (stopping.aborted) return 'stopped';
  }
}

function delayMs(policy: RetryOptions, retryCount: number): number {
  if (policy.retryStrategy === 'fixedDelay') return 1000 * (policy.delayInterval?.seconds ?? 0);
  const least = 1000 * (policy.minimumInterval?.seconds ?? 0);
  const most = 1000 * (policy.maximumInterval?.seconds ?? 0);
  return Math.min(most, least * 2 ** retryCount);
}

function toException(error: unknown): NonNullable<RetryContext['exception']> {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return { message, source: '', stackTrace: stack ?? '' };
}
