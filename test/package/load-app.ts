/**
 * Loads an app as a worker does, in a process of its own, and says as JSON what came of it: what it
 * registered, which of its files were read, whom it called, and what a call ends with.
 *
 *     node load-app.ts [{ settings }, …]     in the folder of the app; a call with each of the settings
 */
import { registerHooks } from 'node:module';
import { Socket } from 'node:net';
import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadApp } from '../../local/functions-host/functions-core.ts';
import { prepareInvoke } from '../../local/functions-host/invoke.ts';

export type Loaded = {
  functions: { name: string; bindings: Record<string, object>; retryOptions?: object }[];
  files: string[];
  connections: number;
  calls: string[];
};

const root = `${process.cwd()}${sep}`;
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

const app = await loadApp(process.cwd());
const files = [...read]
  .filter((file) => file.startsWith(root))
  .map((file) => file.slice(root.length).split(sep).join('/'));
const before = connections;

const timer = app.functions.get('sweepOutbox');
if (!timer) throw new Error('There is no sweepOutbox.');
const invoke = prepareInvoke(app, timer, () => {});
const calls: string[] = [];
for (const settings of JSON.parse(process.argv[2] ?? '[]') as Record<string, string>[]) {
  Object.assign(process.env, settings);
  const ended = invoke({ data: { json: '{}' } }).then(() => 'went well', String);
  calls.push(await ended);
}
const functions = [...app.functions.values()].map(({ metadata }) => metadata);
const loaded: Loaded = { functions, files, connections: before, calls };
process.stdout.write(JSON.stringify(loaded), () => process.exit());
