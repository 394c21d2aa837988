/**
 * Runs the package in the real Functions worker for Node: each function is indexed, loaded and run, as
 * the host on Flex Consumption would, against the stand-ins of the embedded stack.
 *
 *     node tools/worker-trial.ts --worker <folder> [--package dist/glasswatch.zip] [--node <file>]
 *
 * The folder is the one that holds worker.config.json: with Azure Functions Core Tools, `workers/node`.
 * Without --package, one is made of the tree as it is now. --node is what the worker runs with; this very
 * Node unless said. Exit code 1 if anything is not as it has to be. GLASSWATCH_VERBOSE=1 shows the log.
 */
import { parseArgs } from 'node:util';
import { trial } from './worker-trial/trial.ts';

const { values } = parseArgs({
  options: {
    worker: { type: 'string' },
    package: { type: 'string' },
    node: { type: 'string', default: process.execPath },
  },
});
const say = (line: string) => console.log(line);

try {
  const { worker, node } = values;
  if (worker === undefined) {
    throw new Error('--worker is missing: the folder of the worker, with worker.config.json.');
  }
  for (const start of ['with the app', 'from a placeholder'] as const) {
    const { done, failed } = await trial({ worker, node, packageFile: values.package, start, say });
    say(failed === 0 ? `${done} of ${done} are well.` : `${failed} of ${done} FAILED.`);
    if (failed > 0) process.exitCode = 1;
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
// Connections that were cut leave timers of the AMQP library behind.
process.exit();
