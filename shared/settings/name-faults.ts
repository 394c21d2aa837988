import { cleanLine } from '../clean-text.ts';
import type { Environment, Fault } from './fault.ts';
import { nearest, strangers } from './known-names.ts';
import { settingNames } from './own-settings.ts';

/** More letters apart it may as well be what was left over from something else. */
const mostLetters = 2;

/**
 * Settings that are named like ours and that nothing reads. One that stands in for a setting that is
 * missing stops the app: what the operator wanted would not be in force, and nobody would notice. Any
 * other may be left over, and a watch must not end for that.
 *
 * @param named - the variables that the policy names. Undefined: it can't be read, and may name any that
 *   is no slip.
 */
export function nameFaults(env: Environment, named: ReadonlySet<string> | undefined): Fault[] {
  const faults = strangers(env, named ?? new Set()).map((stranger): Fault => {
    const name = cleanLine(stranger, 80);
    const right = nearest(stranger, settingNames);
    if (right === undefined) {
      return { name, harm: 'hurts', says: `${unread}, nor does the policy name it; ${leaveOut}` };
    }
    const isSlip = Math.abs(right.length - stranger.length) <= mostLetters;
    const says = `${unread}; perhaps ${right} is meant; ${leaveOut}`;
    return { name, says, harm: isSlip && !env[right] ? 'stops' : 'hurts' };
  });
  return named ? faults : faults.filter(({ harm }) => harm === 'stops');
}

const unread = 'nothing reads a setting of this name';
const leaveOut = 'allowed: the names in docs/settings.md, or leave it out';
