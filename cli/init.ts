import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describePolicy, formatProblem, type Policy, parsePolicy } from '../shared/policy.ts';
import { type Command, ProblemError, readArgs, UsageError } from './command.ts';
import { everyInfo } from './infos.ts';
import { readAnswers } from './init/answers-file.ts';
import { askAll, Unanswered } from './init/ask.ts';
import { stepsAfter } from './init/next-steps.ts';
import { policyText } from './init/policy-text.ts';
import type { Answers } from './init/question.ts';
import { questions } from './init/questions.ts';
import { openTerminal } from './init/terminal.ts';
import { whyUnreadable } from './policy-file.ts';

export const initCommand: Command = {
  name: 'init',
  summary: 'ask what a policy needs to know, and write it',
  help: `Usage: glasswatch init [options]

Asks for the tenant, its break-glass accounts, channels, people, console, SIEM and where it is to be
deployed, one question a line; Ctrl-C ends it, and nothing is written. Each answer is judged at once, by the rules of the policy. Writes a policy with comments, says
what it means as \`glasswatch check\` does, and what to do next. It never asks for a secret: only for
the name of the environment variable that will hold it.

Options:
  --policy FILE    what to write (default policy.yaml)
  --answers FILE   the answers as JSON, where there is no terminal; docs/doctor.md has an example
  --force          write over what is there

Exit code: 0 written, 1 nothing is written (an answer does not fit, a policy is there already, it
was stopped), 2 wrong usage.`,

  async run(args) {
    const { values, positionals } = readArgs(args, {
      policy: { type: 'string', default: 'policy.yaml' },
      answers: { type: 'string' },
      force: { type: 'boolean', default: false },
    });
    if (positionals.length > 0) throw new UsageError(`unexpected argument "${positionals[0]}"`);
    const { policy: file, answers: answersFile, force } = values;
    // Before anybody has answered twenty questions.
    if (!force && existsSync(file)) throw new ProblemError([alreadyThere(file)]);
    if (!existsSync(dirname(file))) {
      throw new ProblemError([`${file}: there is no folder ${dirname(file)}`]);
    }
    const answers = answersFile ? await readAnswers(answersFile, questions) : await asked();
    const text = policyText(answers);
    const parsed = parsePolicy(text, file);
    if ('problems' in parsed) throw new ProblemError(parsed.problems.map(formatProblem));
    await write(file, text, force);
    process.stdout.write(`\nWrote ${file}. It means:\n\n${meaning(parsed.policy)}\n\n`);
    for (const warning of parsed.warnings) {
      process.stderr.write(`warning: ${formatProblem(warning)}\n`);
    }
    process.stdout.write(stepsAfter(parsed.policy, file, answers));
    return 0;
  },
};

async function asked(): Promise<Answers> {
  if (!process.stdin.isTTY) {
    throw new UsageError(
      'there is no terminal to ask on: give the answers with --answers FILE (docs/doctor.md has an example)',
    );
  }
  const { terminal, close } = openTerminal();
  try {
    return await askAll(questions, terminal);
  } catch (error) {
    if (error instanceof Unanswered)
      throw new ProblemError([`${error.message}; nothing is written`]);
    throw error;
  } finally {
    close();
  }
}

const alreadyThere = (file: string) =>
  `${file} is there already; --force writes over it, --policy FILE writes another one`;

const meaning = (policy: Policy) =>
  describePolicy(policy, {
    env: process.env,
    built: new Set(everyInfo.map(({ id }) => id)),
    now: new Date(),
  }).trimEnd();

async function write(file: string, text: string, force: boolean): Promise<void> {
  try {
    // Asked once more: somebody may have written it meanwhile.
    await writeFile(file, text, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ProblemError([
      code === 'EEXIST' ? alreadyThere(file) : `${file}: ${whyUnreadable(error)}`,
    ]);
  }
}
