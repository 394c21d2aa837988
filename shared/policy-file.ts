import { readFile } from 'node:fs/promises';
import { WatchError } from './errors.ts';
import { formatProblem, type Policy, parsePolicy } from './policy.ts';

/**
 * @param named - the file as the settings name it, for errors.
 * @returns the policy, and the text of it as it stands in the file.
 * @throws {WatchError} POLICY_INVALID with a line for each problem.
 */
export async function readPolicyFile(
  path: string,
  named: string,
): Promise<{ policy: Policy; text: string }> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new WatchError('POLICY_INVALID', `${named}: can't be read`, { cause: error });
  }
  const parsed = parsePolicy(text, named);
  if ('problems' in parsed) {
    throw new WatchError('POLICY_INVALID', parsed.problems.map(formatProblem).join('\n'));
  }
  return { policy: parsed.policy, text };
}
