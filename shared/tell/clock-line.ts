import { cleanLine } from '../clean-text.ts';
import type { Alert } from './alert.ts';

const dayFormat = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' });

/**
 * The clocks as one line, so that a late log export is not taken for a late alert:
 * `happened 09:12:07 · arrived 09:14:31 · detected 09:14:36 UTC, 20 Nov 2026 (2 min 29 s later)`.
 */
export function clockLine({ happenedAt, arrivedAt, detectedAt }: Alert['clocks']): string {
  const day = detectedAt.slice(0, 10);
  const clocks = [
    `happened ${clock(happenedAt, day)}`,
    // One that came before it happened is that of another record, which the finding rests on as well.
    ...(arrivedAt === null || arrivedAt < happenedAt ? [] : [`arrived ${clock(arrivedAt, day)}`]),
    `detected ${clock(detectedAt, day)} UTC`,
  ];
  const at = Date.parse(detectedAt);
  const delayMs = at - Date.parse(happenedAt);
  const delay = delayMs >= 1000 ? ` (${durationText(delayMs)} later)` : '';
  return `${clocks.join(' · ')}${Number.isNaN(at) ? '' : `, ${dayFormat.format(at)}`}${delay}`;
}

/** `2026-11-20 09:12:07`, or without the day if that is told anyway. */
export function clock(time: string, day = ''): string {
  const match = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)/.exec(time);
  if (!match) return cleanLine(time, 40);
  return match[1] === day ? `${match[2]}` : `${match[1]} ${match[2]}`;
}

const units = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
] as const;

/** The two largest units: `2 min 29 s`, `3 h 5 min`. */
export function durationText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const first = units.findIndex(([, size]) => seconds >= size);
  return units
    .slice(first, first + 2)
    .map(([unit, size], i) => {
      const whole = i === 0 ? seconds : seconds % (units[first]?.[1] ?? 1);
      return [Math.floor(whole / size), unit] as const;
    })
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}
