import { detections } from '../shared/detect/detections/index.ts';
import { postureChecks } from '../shared/detect/posture-checks/index.ts';
import { judgeServiceExample } from '../shared/detect/service-check.ts';
import { serviceChecks } from '../shared/detect/service-checks/index.ts';
import { streamChecks } from '../shared/detect/stream-checks/index.ts';
import { messageOf } from '../shared/errors.ts';
import type { Severity } from '../shared/severity.ts';
import { type Command, ProblemError, readArgs, UsageError } from './command.ts';
import { detectionNamed } from './explain.ts';
import { judgeExample, judgePostureExample, judgeStreamExample } from './run-examples.ts';
import { table } from './table.ts';

type Runnable = {
  name: string;
  expect: Severity | 'nothing' | 'unknown';
  run(): Promise<readonly string[]> | readonly string[];
};

export const testCommand: Command = {
  name: 'test',
  summary: 'run the examples of the detections',
  help: `Usage: glasswatch test [--detection ID]

Runs the examples that every detection brings: invented records, told to the code that runs in the
cloud. Says of each detection how many there are, and names every one that does not come out as it
should (exit code 1).`,

  async run(args) {
    const { values, positionals } = readArgs(args, { detection: { type: 'string' } });
    if (positionals.length > 0) throw new UsageError(`unexpected argument "${positionals[0]}"`);
    const only = values.detection === undefined ? undefined : detectionNamed(values.detection).id;
    const rows: string[][] = [];
    const problems: string[] = [];
    for (const [id, examples] of runnables()) {
      if (only !== undefined && id !== only) continue;
      const failed = (await Promise.all(examples.map(mistakeIn))).flatMap((one) => one ?? []);
      problems.push(...failed.map((failure) => `${id}: ${failure}`));
      const quiet = examples.filter(
        ({ expect }) => expect === 'nothing' || expect === 'unknown',
      ).length;
      const outcome = failed.length === 0 ? 'passed' : `${failed.length} FAILED`;
      rows.push([id, String(examples.length - quiet), String(quiet), outcome]);
    }
    process.stdout.write(table(['detection', 'finds', 'passes over', ''], rows));
    if (problems.length > 0) throw new ProblemError(problems);
    return 0;
  },
};

function runnables(): Map<string, Runnable[]> {
  const all: [string, Runnable[]][] = [
    ...detections.map((one): [string, Runnable[]] => [
      one.id,
      one.examples().map((example) => ({ ...example, run: () => judgeExample(one, example) })),
    ]),
    ...postureChecks.map((one): [string, Runnable[]] => [
      one.id,
      one
        .examples()
        .map((example) => ({ ...example, run: () => judgePostureExample(one, example) })),
    ]),
    ...streamChecks.map((one): [string, Runnable[]] => [
      one.id,
      one
        .examples()
        .map((example) => ({ ...example, run: () => judgeStreamExample(one, example) })),
    ]),
    ...serviceChecks.map((one): [string, Runnable[]] => [
      one.id,
      one
        .examples()
        .map((example) => ({ ...example, run: () => judgeServiceExample(one, example) })),
    ]),
  ];
  return new Map(all.sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function mistakeIn({ name, expect, run }: Runnable): Promise<string | undefined> {
  try {
    const found = await run();
    const wanted = expect === 'nothing' ? [] : [expect];
    if (JSON.stringify(found) === JSON.stringify(wanted)) return undefined;
    return `"${name}": found ${found.join(', ') || 'nothing'}; expected ${expect}`;
  } catch (error) {
    return `"${name}": ${messageOf(error)}`;
  }
}
