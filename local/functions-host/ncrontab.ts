const fields = [
  { name: 'second', from: 0, to: 59 },
  { name: 'minute', from: 0, to: 59 },
  { name: 'hour', from: 0, to: 23 },
  { name: 'day', from: 1, to: 31 },
  { name: 'month', from: 1, to: 12 },
  { name: 'day of the week', from: 0, to: 6 },
] as const;
const dayMs = 24 * 60 * 60 * 1000;
/** February 29th on a given weekday comes back after 28 years, 40 around a century without one. */
const searchYears = 40;

/** A schedule: when does it strike next after a moment? All in UTC, as on the Flex plan. */
export type Schedule = (after: Date) => Date;

/**
 * Reads an NCRONTAB expression of six fields: `*`, numbers, ranges, lists and steps.
 *
 * @throws When a field is not understood; the message names it.
 * @see https://learn.microsoft.com/azure/azure-functions/functions-bindings-timer#ncrontab-expressions
 */
export function parseNcrontab(expression: string): Schedule {
  const parts = expression.trim().split(/\s+/);
  if (parts.length !== fields.length) {
    throw new Error(`"${expression}" is not a schedule of six fields, seconds first.`);
  }
  const [seconds, minutes, hours, days, months, weekdays] = fields.map((field, i) =>
    parseField(parts[i] as string, field),
  ) as [Set<number>, Set<number>, Set<number>, Set<number>, Set<number>, Set<number>];

  const isDay = (day: Date) =>
    days.has(day.getUTCDate()) &&
    months.has(day.getUTCMonth() + 1) &&
    weekdays.has(day.getUTCDay());

  return (after) => {
    const earliest = Math.floor(after.getTime() / 1000) * 1000 + 1000;
    const lastDay = earliest + searchYears * 366 * dayMs;
    for (let day = Math.floor(earliest / dayMs) * dayMs; day <= lastDay; day += dayMs) {
      if (!isDay(new Date(day))) continue;
      for (const hour of hours) {
        for (const minute of minutes) {
          for (const second of seconds) {
            const moment = day + ((hour * 60 + minute) * 60 + second) * 1000;
            if (moment >= earliest) return new Date(moment);
          }
        }
      }
    }
    throw new Error(`"${expression}" never strikes.`);
  };
}

function parseField(text: string, field: (typeof fields)[number]): Set<number> {
  const values: number[] = [];
  for (const item of text.split(',')) {
    const match = /^(?:\*|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(item);
    if (!match) throw new Error(`"${item}" is not understood as ${field.name} of a schedule.`);
    const [, first, last, step] = match;
    const from = first === undefined ? field.from : Number(first);
    // `5/10` means from 5 on, `5` means only 5.
    const end = step === undefined && first !== undefined ? from : field.to;
    const to = last === undefined ? end : Number(last);
    if (from < field.from || to > field.to || from > to || step === '0') {
      throw new Error(`"${item}" is out of range for the ${field.name} of a schedule.`);
    }
    for (let value = from; value <= to; value += Number(step ?? 1)) values.push(value);
  }
  return new Set(values.sort((a, b) => a - b));
}
