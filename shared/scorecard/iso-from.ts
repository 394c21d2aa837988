import { isoOf, parseTime } from '../time.ts';

/** A time as anybody may have written it, in UTC ISO 8601; null where there is none. */
export function isoFrom(time: string | null | undefined): string | null {
  const at = parseTime(time);
  return at === undefined ? null : isoOf(at);
}
