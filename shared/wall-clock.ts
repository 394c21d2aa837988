const written: Intl.DateTimeFormatOptions = {
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
};

const clocks = new Map<string, Intl.DateTimeFormat>();

/**
 * What calendar and clock show in a time zone. Making a format is slow, so each is made once.
 *
 * @param at - epoch milliseconds.
 * @returns `2026-11-20` and `23:40`.
 */
export function wallClock(at: number, timeZone: string): { day: string; time: string } {
  const clock = clocks.get(timeZone) ?? new Intl.DateTimeFormat('en-GB', { ...written, timeZone });
  clocks.set(timeZone, clock);
  const shown = new Map(clock.formatToParts(at).map(({ type, value }) => [type, value]));
  return {
    day: `${shown.get('year')}-${shown.get('month')}-${shown.get('day')}`,
    time: `${shown.get('hour')}:${shown.get('minute')}`,
  };
}
