import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { closest } from '../shared/policy/suggestion.ts';
import { checkCommand } from './check.ts';
import { type Command, ProblemError, UsageError } from './command.ts';
import { detectionsCommand } from './detections.ts';
import { doctorCommand } from './doctor.ts';
import { drillCommand } from './drill.ts';
import { evidenceCommand } from './evidence.ts';
import { explainCommand } from './explain.ts';
import { forwardCommand } from './forward.ts';
import { initCommand } from './init.ts';
import { postureCommand } from './posture.ts';
import { replayCommand } from './replay.ts';
import { routeCommand } from './route.ts';
import { testCommand } from './test.ts';

const commands: readonly Command[] = [
  replayCommand,
  postureCommand,
  checkCommand,
  detectionsCommand,
  explainCommand,
  evidenceCommand,
  testCommand,
  routeCommand,
  drillCommand,
  forwardCommand,
  initCommand,
  doctorCommand,
];

const exitCodes = 'Exit code: 0 fine, 1 the input or the policy is bad, 2 wrong usage.';

/** Some commands have more to say of their exit code. */
const helpOf = ({ help: text }: Command) =>
  `${text.trim()}\n${text.includes('Exit code:') ? '' : `\n${exitCodes}\n`}`;

const help = `Usage: glasswatch <command> [options]

The watch over privileged access in Microsoft Entra.

Commands:
${commands.map(({ name, summary }) => `  ${name.padEnd(12)}${summary}`).join('\n')}

\`glasswatch <command> --help\` tells more. ${exitCodes}
`;

/** @returns the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(help);
    return name === undefined ? 2 : 0;
  }
  const command = commands.find((one) => one.name === name);
  if (!command) return fail(2, [`unknown command "${name}"${suggestionFor(name)}`]);
  if (rest.includes('--help') || rest.includes('-h')) {
    process.stdout.write(helpOf(command));
    return 0;
  }
  try {
    return await command.run(rest);
  } catch (error) {
    if (error instanceof UsageError)
      return fail(2, [error.message, `see \`glasswatch ${name} --help\``]);
    if (error instanceof ProblemError) return fail(1, error.problems);
    throw error;
  }
}

function suggestionFor(name: string): string {
  const names = commands.map((one) => one.name);
  const meant = closest(name, names);
  return `${meant ? ` (did you mean "${meant}"?)` : ''}; allowed: ${names.join(', ')}`;
}

function fail(code: number, lines: readonly string[]): number {
  process.stderr.write(lines.map((line) => `glasswatch: ${line}\n`).join(''));
  return code;
}

// A reader that has had enough (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const isEntry = process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url);
if (isEntry) process.exitCode = await run(process.argv.slice(2));
