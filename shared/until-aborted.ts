/**
 * Rejects once the signal does: what one waits for beside it need not listen to signals.
 *
 * @param reason - what it rejects with; left out: what the signal says.
 */
export function untilAborted(
  signal: AbortSignal,
  reason: () => unknown = () => signal.reason,
): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(reason());
    signal.addEventListener('abort', () => reject(reason()), { once: true });
  });
}
