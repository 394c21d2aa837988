import { Cron } from 'croner';
import { hourMs } from '../time.ts';

/** Enough to meet both the nearest and the farthest neighbours of a pattern such as "0,5 0 * * mon". */
const looked = 5;

/** Whether a cron expression is one that turns can be handed over by: five fields, an hour apart at least. */
export function isHandover(text: string): boolean {
  if (text.trim().split(/\s+/).length !== 5) return false;
  try {
    const times = new Cron(text, { timezone: 'UTC' }).nextRuns(looked, new Date(0));
    return (
      times.length === looked &&
      times.every((time, index) => {
        const before = times[index - 1];
        return before === undefined || time.getTime() - before.getTime() >= hourMs;
      })
    );
  } catch {
    return false;
  }
}
