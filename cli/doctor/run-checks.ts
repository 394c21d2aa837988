import { errorCodes, messageOf, WatchError } from '../../shared/errors.ts';
import { type Check, type DoctorDeps, Lacking, seeGroup } from './check.ts';
import { type Line, notKnown, toFix } from './line.ts';

export type GroupLine = { group: string } & Line;

/** Whoever does not answer within that time keeps no other line waiting. */
const longestMs = 20_000;

/**
 * All lines, in the order of the checks. A check that throws, or does not end, is a line of its own.
 *
 * @param hide - takes secrets out of a text.
 */
export async function runChecks(
  checks: readonly Check[],
  deps: DoctorDeps,
  hide: (text: string) => string,
): Promise<GroupLine[]> {
  const groups = await Promise.all(
    checks.map(async (check) => {
      const lines = await linesOf(check, deps);
      return lines.map(({ name, state, says, fix }) => ({
        ...{ group: check.name, name, state, says: hide(says) },
        fix: fix === null ? null : hide(fix),
      }));
    }),
  );
  return groups.flat();
}

async function linesOf(check: Check, deps: DoctorDeps): Promise<Line[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Lacking(lateWords, lateFix)), longestMs);
  });
  try {
    return await Promise.race([check.run(deps), late]);
  } catch (error) {
    return [lineOfFault(check.name, error)];
  } finally {
    clearTimeout(timer);
  }
}

const lateWords = `could not be looked at within ${longestMs / 1000} s`;
const lateFix = 'Run it again; if it lasts, look at the network between here and there.';

function lineOfFault(name: string, error: unknown): Line {
  if (error instanceof Lacking) return notKnown(name, error.message, error.fix);
  const says = `could not be looked at: ${messageOf(error, 500)}`;
  if (!(error instanceof WatchError)) return notKnown(name, says, 'Please report this line.');
  // Whatever is wrong with the storage account has its own lines.
  if (error.code.startsWith('STORE_')) return notKnown(name, says, seeGroup('storage'));
  return toFix(name, says, errorCodes[error.code].fix);
}
