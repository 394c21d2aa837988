import { readFile } from 'node:fs/promises';
import { formatProblem, type Policy, parsePolicy } from '../shared/policy.ts';
import { ProblemError } from './command.ts';

/** @throws {ProblemError} with a line for each thing that is wrong. */
export async function readPolicy(file: string): Promise<{ policy: Policy; warnings: string[] }> {
  const parsed = parsePolicy(await readText(file), file);
  if ('problems' in parsed) throw new ProblemError(parsed.problems.map(formatProblem));
  return { policy: parsed.policy, warnings: parsed.warnings.map(formatProblem) };
}

/** @throws {ProblemError} if there is no such file, or it can't be read. */
export async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new ProblemError([`${file}: ${whyUnreadable(error)}`]);
  }
}

export function whyUnreadable(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'no such file or folder';
  if (code === 'EACCES') return 'may not be read';
  if (code === 'EISDIR') return 'is a folder';
  return message;
}
