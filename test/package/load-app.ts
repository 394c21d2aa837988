/**
 * Loads an app as a worker does, in a process of its own, and says as JSON what came of it: what it
 * registered, which of its files were read, whom it called, and what a call ends with.
 *
 *     node load-app.ts folder [{ settings }, …]     of the app; a call with each of the settings
 */
import { registerHooks } from 'node:module';
import { Socket } from 'node:net';
import { resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FunctionMetadata } from '../../local/functions-host/core-types.ts';
import { loadApp } from '../../local/functions-host/functions-core.ts';
import { prepareInvoke } from '../../local/functions-host/invoke.ts';

export type Loaded = {
  functions: FunctionMetadata[];
  files: string[];
  connections: number;
  calls: string[];
  /** Of the first call that failed. */
  stack: string;
};

const [, , folder = '', settingsOfCalls = '[]'] = process.argv;
const root = `${resolve(folder)}${sep}`;
const read = new Set<string>();
registerHooks({
  load(url, context, next) {
    if (url.startsWith('file:')) read.add(fileURLToPath(url));
    return next(url, context);
  },
});
let connections = 0;
const { connect } = Socket.prototype;
Socket.prototype.connect = function (this: Socket, ...rest: unknown[]) {
  connections += 1;
  return Reflect.apply(connect, this, rest);
};

const app = await loadApp(folder);
const files = [...read]
  .filter((file) => file.startsWith(root))
  .map((file) => file.slice(root.length).split(sep).join('/'));
const before = connections;

const timer = app.functions.get('sweepOutbox');
if (!timer) throw new Error('There is no sweepOutbox.');
const invoke = prepareInvoke(app, timer, () => {});
const calls: string[] = [];
let stack = '';
for (const settings of JSON.parse(settingsOfCalls) as Record<string, string>[]) {
  Object.assign(process.env, settings);
  const ended = invoke({ data: { json: '{}' } }).then(
    () => 'went well',
    (error: Error) => {
      stack ||= error.stack ?? '';
      return String(error);
    },
  );
  calls.push(await ended);
}
const functions = [...app.functions.values()].map(({ metadata }) => metadata);
const loaded: Loaded = { functions, files, connections: before, calls, stack };
process.stdout.write(JSON.stringify(loaded), () => process.exit());
