import { resolve } from 'node:path';
import { loadApp, setCoreLog } from './functions-core.ts';
import { readHostSettings } from './host-settings.ts';
import { type Log, prepareInvoke, runHooks } from './invoke.ts';
import { startTriggers, type TriggerOptions } from './start-triggers.ts';

export interface HostOptions
  extends Pick<TriggerOptions, 'httpPort' | 'instanceId' | 'queueLockSeconds' | 'easyAuth'> {
  /** The folder with package.json and host.json. */
  appRoot: string;
  /** The app settings. As on the platform, the app also finds them in its environment. */
  settings: Readonly<Record<string, string>>;
  log?: Log;
}

/** A running host. */
export interface FunctionsHost {
  /** Where the HTTP functions are, without the route prefix. */
  httpUrl: string;
  functions: string[];
  /** Runs a timer function now; rejects when it fails. */
  runTimer(name: string): Promise<void>;
  /** Takes in nothing new, waits for what is in work and ends. */
  stop(): Promise<void>;
}

/**
 * Runs the functions of an app as the platform would: the same registrations, the same converters.
 *
 * An error that a handler lets escape from a promise ends the process, as it ends the real worker.
 *
 * @throws When the app does not load, a setting is missing or a binding is not supported here.
 */
export async function startHost({
  appRoot: folder,
  settings,
  log = () => {},
  ...options
}: HostOptions): Promise<FunctionsHost> {
  const appRoot = resolve(folder);
  Object.assign(process.env, settings);
  setCoreLog((level, category, text) => log(`[${category}] ${level}: ${text}`));
  const app = await loadApp(appRoot);
  const hostSettings = readHostSettings(appRoot, settings);
  const functions = [...app.functions.values()].map((fn) => ({
    metadata: fn.metadata,
    invoke: prepareInvoke(app, fn, log),
  }));

  const hookData = {};
  await runHooks(app, 'appStart', { hookData });
  const { capabilities } = app;
  const triggers = await startTriggers({
    ...options,
    ...{ functions, capabilities, hostSettings, settings, log },
  }).catch(async (error) => {
    await runHooks(app, 'appTerminate', { hookData });
    throw error;
  });
  return {
    httpUrl: triggers.httpUrl,
    functions: [...app.functions.keys()],
    runTimer: triggers.runTimer,
    async stop() {
      await triggers.stop();
      await runHooks(app, 'appTerminate', { hookData });
    },
  };
}
