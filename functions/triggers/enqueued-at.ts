/**
 * When the event hub took each message of a batch, epoch milliseconds; those of which it is not known are
 * left out.
 *
 * @param metadata - of the trigger. The host writes these times in UTC, and says so by no zone.
 */
export function enqueuedAt(metadata: unknown): number[] {
  const times = (metadata as { enqueuedTimeUtcArray?: unknown } | undefined)?.enqueuedTimeUtcArray;
  if (!Array.isArray(times)) return [];
  return times.flatMap((time) => {
    const at = typeof time === 'string' ? Date.parse(hasZone.test(time) ? time : `${time}Z`) : NaN;
    return Number.isNaN(at) ? [] : [at];
  });
}

const hasZone = /(?:Z|[+-]\d\d:\d\d)$/;
