import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';

export type Command = {
  name: string;
  summary: string;
  help: string;
  /** @returns the exit code. */
  run(args: readonly string[]): Promise<number>;
};

/** The command was called wrongly: exit code 2. */
export class UsageError extends Error {}

/** The input or the policy is bad: exit code 1, a line for each problem. */
export class ProblemError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/** @throws {UsageError} that names the option or argument that does not fit. */
export function readArgs<T extends ParseArgsOptionsConfig>(args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    // What follows the first sentence is about arguments that begin with a hyphen: nobody means that.
    throw new UsageError((error as Error).message.replace(/\. To specify a positional .*$/s, ''));
  }
}
