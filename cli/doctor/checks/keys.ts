import { tableShelf } from '../../../shared/azure/table-shelf.ts';
import type { Ring } from '../../../shared/respond/link-keys.ts';
import { dayMs } from '../../../shared/time.ts';
import { ageInWords } from '../age.ts';
import { type Check, storageOf } from '../check.ts';
import { fine, notKnown, toFix } from '../line.ts';

/** A new one is made after seven days, by whoever signs something first. */
const usualMs = 7 * dayMs;
const oldMs = 30 * dayMs;
const slackMs = 60_000;

export const keysCheck: Check = {
  name: 'keys',
  async run(deps) {
    const ring = await tableShelf<Ring>(storageOf(deps).shelves, 'keys').get('ring');
    const newest = ring?.value.keys[0];
    if (!newest) {
      return [
        notKnown(
          'signing key',
          'there is none yet; whoever opens the console, or is sent a link, makes the first one',
          'Open the console once.',
        ),
      ];
    }
    const age = deps.now() - Date.parse(newest.madeAt);
    if (age < -slackMs) {
      const says = `it was made in the future, ${newest.madeAt}: the clock of whoever made it is wrong`;
      return [toFix('signing key', says, 'See the lines of clocks; restart the app.')];
    }
    const says = `made ${ageInWords(age)} ago`;
    if (age < usualMs) return [fine('signing key', says)];
    const old = `${says}; nothing has been signed for ${ageInWords(age - usualMs)}`;
    const how = 'Open the console once: that makes a new one.';
    return [age < oldMs ? notKnown('signing key', old, how) : toFix('signing key', old, how)];
  },
};
