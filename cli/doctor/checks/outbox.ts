import { tableMarks } from '../../../shared/azure/table-outbox.ts';
import { minuteMs } from '../../../shared/time.ts';
import { ageInWords } from '../age.ts';
import { type Check, storageOf } from '../check.ts';
import { fine, notKnown, toFix } from '../line.ts';

/** What is not sent within a minute waits for its channel, or for another try. */
const stuckAfterMs = minuteMs;
const longMs = 10 * minuteMs;

export const outboxCheck: Check = {
  name: 'outbox',
  async run(deps) {
    const now = deps.now();
    const marks = await tableMarks(storageOf(deps).outbox).marked({
      olderThanMs: stuckAfterMs,
      now,
    });
    const [oldest] = marks;
    if (!oldest) return [fine('deliveries', 'none is waiting')];
    const age = now - oldest.markedAt;
    const says = `incidents with deliveries that wait: ${marks.length}; the oldest for ${ageInWords(age)}`;
    const how = 'See the lines of channels, and the log of the functions notify and sweepOutbox.';
    return [age > longMs ? toFix('deliveries', says, how) : notKnown('deliveries', says, how)];
  },
};
