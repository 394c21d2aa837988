/** `02:00:00`, `1.00:00:00`, `PT8H`, `P1D` or `8 hours`, in hours. */
export function hoursIn(text: string): number | undefined {
  const clock = /(?:\b(\d+)\.)?\b(\d{1,2}):(\d{2})/.exec(text);
  if (clock) return days(clock[1]) + Number(clock[2]) + minutes(clock[3]);
  const iso = /\bp(?=t?\d)(?:(\d+)d)?(?:t(?:(\d+)h)?(?:(\d+)m)?)?\b/i.exec(text);
  if (iso) return days(iso[1]) + Number(iso[2] ?? 0) + minutes(iso[3]);
  const [, count, unit] = /(\d+)\s*\(?(day|hour|minute)/i.exec(text) ?? [];
  if (!unit) return undefined;
  if (/day/i.test(unit)) return days(count);
  return /hour/i.test(unit) ? Number(count) : minutes(count);
}

const days = (text = '0') => Number(text) * 24;
const minutes = (text = '0') => Number(text) / 60;
