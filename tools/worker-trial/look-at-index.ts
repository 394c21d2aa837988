import { deepEqual } from 'node:assert/strict';
import type { Checks } from './checks.ts';
import { describeFunctions, expectedFunctions, writtenFunctions } from './expected-functions.ts';
import type { RpcLog } from './rpc-messages.ts';
import type { WorkerApp } from './worker-app.ts';
import type { WorkerProcess } from './worker-process.ts';

/** What the worker tells the host of the app. */
export async function lookAtIndex(
  checks: Checks,
  { functions, indexed }: WorkerApp,
  worker: WorkerProcess,
): Promise<void> {
  await checks.that('each function that functions/ registers is there', () => {
    const names = functions.map(({ metadata }) => metadata.name);
    deepEqual(names.sort(), writtenFunctions());
    return `${names.length} functions`;
  });
  await checks.that('each has its trigger, its answer and its retries, in full', () => {
    deepEqual(describeFunctions(functions.map(({ metadata }) => metadata)), expectedFunctions);
  });
  await checks.that('short bindings say the same as full ones', () => {
    const short = indexed.map(({ name = '', bindings = {} }) => [
      name,
      Object.values(bindings).map(({ type, dataType = 'undefined' }) => `${type} ${dataType}`),
    ]);
    const full = Object.entries(expectedFunctions).map(([name, { trigger, answers }]) => {
      const { type, dataType = 'undefined' } = trigger as { type: string; dataType?: string };
      return [name, [`${type} ${dataType}`, ...(answers ? [`${answers} undefined`] : [])]];
    });
    const sorted = (all: unknown[][]) =>
      Object.fromEntries(all.map(([name, types]) => [name, [...(types as string[])].sort()]));
    deepEqual(sorted(short), sorted(full));
  });
  await lookForWarnings(checks, worker, 'nothing is warned of at the start');
}

/** Of the age of Node, by the calendar, and of a slow disk: neither is the fault of the package. */
const isOfElse = (text: string) =>
  /^Node\.js v?\d+ (will reach|reached) EOL|^Loading "[^"]+" took \d+ms|^Set "WEBSITE_RUN_FROM_PACKAGE"/.test(
    text,
  );
const grave: readonly RpcLog['level'][] = ['Warning', 'Error', 'Critical'];

export function lookForWarnings(checks: Checks, { logs, stderr }: WorkerProcess, name: string) {
  return checks.that(name, () => {
    const told = logs
      .filter(({ level, message = '' }) => grave.includes(level) && !isOfElse(message))
      .map(({ category = '', level, message }) => `${category} ${level}: ${message}`);
    deepEqual([...told, ...stderr], []);
  });
}
