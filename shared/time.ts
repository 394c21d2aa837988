/** Entra writes times in many ways; everything inside is epoch milliseconds, everything outside UTC ISO 8601. */

// Year first, `T` or blank, hours of one or two digits, any number of fraction digits, zone or none (then UTC).
const isoTime =
  /^\s*(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?\s*(Z|[+-]\d{2}:?\d{2})?)?\s*$/i;
// Risk records and some regions write US times: `11/14/2025 1:48:53 AM`, in UTC.
const usTime =
  /^\s*(\d{1,2})\/(\d{1,2})\/(\d{4})[ ,T]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?\s*(AM|PM)?\s*(Z|[+-]\d{2}:?\d{2})?\s*$/i;

// Twenty-four hundred AD is far enough; anything beyond is not a time of a log.
const latest = Date.UTC(2400, 0, 1);

/**
 * Reads any of the time formats that Entra logs are known to use.
 *
 * @returns Epoch milliseconds (fractions below are cut), or undefined if this is no time.
 */
export function parseTime(value: unknown): number | undefined {
  if (typeof value === 'number') return plausible(value < 1e11 ? value * 1000 : value);
  if (typeof value !== 'string' || value.length > 64) return undefined;
  const usual = usualTime(value);
  if (usual !== undefined) return usual;
  const iso = isoTime.exec(value);
  if (iso) {
    const [, year, month, day, hour, minute, second, fraction, zone] = iso;
    return assemble({ year, month, day, hour, minute, second, fraction, zone });
  }
  const us = usTime.exec(value);
  if (!us) return undefined;
  const [, month, day, year, hour, minute, second, fraction, half, zone] = us;
  const hour24 = half ? String((Number(hour) % 12) + (half.toUpperCase() === 'PM' ? 12 : 0)) : hour;
  return assemble({ year, month, day, hour: hour24, minute, second, fraction, zone });
}

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

export const isoOf = (at: number) => new Date(at).toISOString();

/** The UTC day, `2026-11-20`. */
export const dayOf = (at: number) => isoOf(at).slice(0, 10);

/** Whether the last day (UTC) that something holds for is over. */
export const isPast = (lastDay: string, at: number): boolean =>
  dayOf(at) > lastDay.slice(0, 'YYYY-MM-DD'.length);

/** The UTC hour, `2026-11-20T12Z`. */
export const hourOf = (at: number) => `${isoOf(at).slice(0, 13)}Z`;

/** When that day began, epoch milliseconds. */
export const startOfDay = (at: number) => Math.floor(at / dayMs) * dayMs;

/** `2026-11-20T08:01:02.3456789Z`, or with `+00:00`: nearly all times, read without a pattern. */
function usualTime(text: string): number | undefined {
  const isUtc = text.endsWith('Z') || text.endsWith('+00:00');
  if (!isUtc || text[4] !== '-' || text[10] !== 'T' || text[13] !== ':' || text[16] !== ':')
    return undefined;
  // Three digits are what Date.parse promises to understand; the rest is below a millisecond.
  const at = Date.parse(
    `${text.slice(0, 19)}${text[19] === '.' ? text.slice(19, 23).replace(/[Z+]/, '') : ''}Z`,
  );
  return Number.isNaN(at) ? undefined : plausible(at);
}

type Parts = Record<
  'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'fraction' | 'zone',
  string | undefined
>;

function assemble(parts: Parts): number | undefined {
  const { year, month, day, hour, minute, second, fraction, zone } = parts;
  const [y, m, d] = [Number(year), Number(month), Number(day)];
  const [h, min, s] = [Number(hour ?? 0), Number(minute ?? 0), Number(second ?? 0)];
  if (m < 1 || m > 12 || d < 1 || d > 31 || h > 24 || min > 59 || s > 60) return undefined;
  const milliseconds = Number((fraction ?? '').slice(0, 3).padEnd(3, '0'));
  return plausible(Date.UTC(y, m - 1, d, h, min, s, milliseconds) - zoneOffsetMs(zone));
}

function zoneOffsetMs(zone: string | undefined): number {
  if (!zone || /^z$/i.test(zone)) return 0;
  const sign = zone.startsWith('-') ? -1 : 1;
  const digits = zone.replace(/[^0-9]/g, '');
  return sign * (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2, 4))) * 60_000;
}

function plausible(at: number): number | undefined {
  // .NET's DateTime.MinValue (year 1) stands for "no time" in some fields.
  return Number.isFinite(at) && at > 0 && at < latest ? at : undefined;
}
