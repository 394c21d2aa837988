/** A timer of functions/, and how long lies between two of its runs. */
export type Timer = { name: string; everySeconds: number };

const secondsOf = [1, 60] as const;

/** @throws if a file holds no timer, or one with a schedule that does not repeat in seconds or minutes. */
export function timersIn(sources: readonly string[]): Timer[] {
  return sources.map((source) => {
    const name = /app\.timer\('(\w+)'/.exec(source)?.[1];
    const schedule = /schedule: '([^']+)'/.exec(source)?.[1];
    if (!name || !schedule) throw new Error('there is no timer in one of the files');
    return { name, everySeconds: everySeconds(schedule) };
  });
}

/** @param schedule - six fields, seconds first. */
export function everySeconds(schedule: string): number {
  const fields = schedule.split(' ');
  const at = fields.findIndex((field) => field.startsWith('*/'));
  const unit = secondsOf[at];
  const isPlain = fields.length === 6 && fields.slice(at + 1).every((field) => field === '*');
  if (!unit || !isPlain) throw new Error(`the schedule "${schedule}" is not understood`);
  return Number(fields[at]?.slice(2)) * unit;
}
