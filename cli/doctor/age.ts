import { dayMs, hourMs, minuteMs } from '../../shared/time.ts';

/** `3 days`, `2 h`, `40 min`, `12 s` */
export function ageInWords(ms: number): string {
  if (ms >= 2 * dayMs) return `${Math.floor(ms / dayMs)} days`;
  if (ms >= 2 * hourMs) return `${Math.floor(ms / hourMs)} h`;
  if (ms >= 2 * minuteMs) return `${Math.floor(ms / minuteMs)} min`;
  return `${Math.max(0, Math.round(ms / 1000))} s`;
}
