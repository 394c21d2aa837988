import { existsSync } from 'node:fs';
import { describePolicy } from '../shared/policy.ts';
import { type Command, ProblemError, readArgs, UsageError } from './command.ts';
import { everyInfo } from './infos.ts';
import { readPolicy } from './policy-file.ts';

export const checkCommand: Command = {
  name: 'check',
  summary: 'validate the policy and say what it means',
  help: `Usage: glasswatch check [--policy FILE]

Reads the policy (by default policy.yaml) and says what it means, or names every line that is wrong.
NOT SET behind an environment variable is said of this machine, and not of the app.

Exit code: 0 valid, 1 something is wrong, 2 wrong usage.`,

  async run(args) {
    const { values, positionals } = readArgs(args, {
      policy: { type: 'string', default: 'policy.yaml' },
    });
    if (positionals.length > 0) throw new UsageError(`unexpected argument "${positionals[0]}"`);
    if (!existsSync(values.policy)) throw new ProblemError([notThere(values.policy)]);
    const { policy, warnings } = await readPolicy(values.policy);
    const built = new Set(everyInfo.map(({ id }) => id));
    process.stdout.write(
      `${describePolicy(policy, { env: process.env, built, now: new Date() }).trimEnd()}\n`,
    );
    for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
    return 0;
  },
};

const notThere = (file: string) =>
  `${file}: no such file; \`npx glasswatch init\` asks and writes one, --policy FILE names another`;
