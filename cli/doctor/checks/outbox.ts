import { tableCases } from '../../../shared/azure/table-cases.ts';
import { tableMarks } from '../../../shared/azure/table-outbox.ts';
import type { Delivery } from '../../../shared/record/outbox.ts';
import { lateDeliveries } from '../../../shared/tell/late-deliveries.ts';
import { minuteMs } from '../../../shared/time.ts';
import { ageInWords } from '../age.ts';
import { type Check, type DoctorDeps, storageOf } from '../check.ts';
import { lookAt } from '../embedded.ts';
import { fine, type Line, notKnown, toFix } from '../line.ts';

const longMs = 10 * minuteMs;
/** The oldest tell enough. */
const mostIncidents = 100;

export const outboxCheck: Check = {
  name: 'outbox',
  async run(deps) {
    const { outbox, cases } = storageOf(deps);
    const { late, isMore } = await lateDeliveries({
      ...{ cases: tableCases(cases), marks: tableMarks(outbox), most: mostIncidents },
      now: deps.now(),
    });
    return [lateLine(late.flat(), isMore, deps)];
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
