import { tableCases } from '../../../shared/azure/table-cases.ts';
import { tableMarks } from '../../../shared/azure/table-outbox.ts';
import { type Delivery, isLate, lateAfterMs } from '../../../shared/record/outbox.ts';
import { minuteMs } from '../../../shared/time.ts';
import { ageInWords } from '../age.ts';
import { type Check, type DoctorDeps, storageOf } from '../check.ts';
import { lookAt } from '../embedded.ts';
import { fine, type Line, notKnown, toFix } from '../line.ts';

const longMs = 10 * minuteMs;
/** In an outage there may be thousands; the oldest tell enough. */
const mostMarks = 100;

export const outboxCheck: Check = {
  name: 'outbox',
  async run(deps) {
    const now = deps.now();
    const marks = await tableMarks(storageOf(deps).outbox).marked({
      olderThanMs: lateAfterMs,
      now,
    });
    // A mark outlives what it was set for by ten minutes: only the deliveries say what waits.
    const looked = marks.slice(0, mostMarks);
    const cases = tableCases(storageOf(deps).cases);
    const waiting = await Promise.all(
      looked.map(async ({ incidentId }) => {
        const kept = await cases.load(incidentId);
        return (kept?.deliveries ?? []).filter(({ value }) => isLate(value, now));
      }),
    );
    const late = waiting.flat().map(({ value }) => value);
    return [lateLine(late, marks.length > looked.length, deps)];
  },
};

function lateLine(late: readonly Delivery[], isMore: boolean, deps: DoctorDeps): Line {
  const name = 'deliveries';
  if (late.length === 0) return fine(name, 'none has waited for a minute');
  const age = deps.now() - Math.min(...late.map(({ createdAt }) => Date.parse(createdAt)));
  const channels = [...new Set(late.map(({ channel }) => channel))].sort().join(', ');
  const says = `waiting: ${late.length}${isMore ? ' or more' : ''}, for ${channels}; the oldest for ${ageInWords(age)}`;
  const how = `See the lines of channels. ${lookAt('the functions notify and sweepOutbox', deps)}`;
  return age > longMs ? toFix(name, says, how) : notKnown(name, says, how);
}
