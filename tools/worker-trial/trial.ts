import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { AlertWatch } from '../../local/alert-watch.ts';
import { readHostSettings } from '../../local/functions-host/host-settings.ts';
import { startTriggers } from '../../local/functions-host/start-triggers.ts';
import { responders } from '../../local/sample-day/responders.ts';
import { sampleDay } from '../../local/sample-day.ts';
import { type Checks, checks } from './checks.ts';
import { lookAtConsole } from './look-at-console.ts';
import { lookAtDay } from './look-at-day.ts';
import { lookAtEnd } from './look-at-end.ts';
import { lookAtIndex, lookForWarnings } from './look-at-index.ts';
import { lookAtOutage } from './look-at-outage.ts';
import { startSurroundings } from './surroundings.ts';
import { unpack } from './unpack.ts';
import { type AppStart, startWorkerApp } from './worker-app.ts';
import { startWorker } from './worker-process.ts';

export type TrialOptions = {
  /** The folder of the worker. */
  worker: string;
  /** With which Node the worker runs. */
  node: string;
  /** Left out: the package is made of the tree as it is now. */
  packageFile: string | undefined;
  start: AppStart;
  say: (line: string) => void;
};

/** Unpacks the package, and has the worker run all of it: a day of the sample tenant, and an outage. */
export async function trial(options: TrialOptions): Promise<Checks> {
  const folder = await mkdtemp(join(tmpdir(), 'glasswatch-trial-'));
  try {
    return await trialIn(folder, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function trialIn(folder: string, { say, start, ...options }: TrialOptions): Promise<Checks> {
  const appFolder = join(folder, 'app');
  const emptyFolder = join(folder, 'empty');
  await mkdir(emptyFolder);
  await writeFile(join(emptyFolder, 'package.json'), '{}');
  await unpack(appFolder, options.packageFile);

  const now = new Date();
  const day = sampleDay({ now, seed: now.toISOString() });
  const watch = new AlertWatch(day.expected, () => {});
  const surroundings = await startSurroundings(now, {
    onCard: (card) => void watch.onCard(card),
    onMail: (mail) => watch.onMail(mail),
  });
  try {
    await writeFile(join(appFolder, 'policy.yaml'), surroundings.policy);
    const workerFolder = resolve(options.worker);
    const { environment, settings } = surroundings;
    const isPlaceholder = start === 'from a placeholder';
    const worker = await startWorker({
      workerFolder,
      node: options.node,
      cwd: emptyFolder,
      env: isPlaceholder
        ? { ...environment, WEBSITE_PLACEHOLDER_MODE: '1' }
        : { ...environment, ...settings },
    });
    let isToEnd = false;
    void worker.ended.then((how) => {
      if (!isToEnd)
        say([`  The worker ended with ${how}:`, ...worker.stderr].join('\n            '));
    });
    try {
      const folders = { appFolder, emptyFolder, workerFolder };
      const startedAt = performance.now();
      const app = await startWorkerApp(worker.channel, folders, start, {
        ...environment,
        ...settings,
      });
      say(`${app.about}, ${start}: loaded within ${(performance.now() - startedAt).toFixed(0)} ms`);
      const results = checks(say);
      await lookAtIndex(results, app, worker);
      const triggers = await startTriggers({
        functions: app.functions,
        capabilities: app.capabilities,
        hostSettings: readHostSettings(appFolder, settings),
        settings,
        log: (line) => process.env.GLASSWATCH_VERBOSE && say(`  | ${line}`),
        easyAuth: { people: responders },
      });
      try {
        await lookAtDay(results, { triggers, surroundings, watch, day, worker });
        await lookAtConsole(results, triggers.httpUrl);
        await lookForWarnings(results, worker, 'nothing was warned of on the way');
      } finally {
        await triggers.stop();
      }
      await lookAtOutage(results, { app, surroundings, worker, day });
      isToEnd = true;
      await lookAtEnd(results, worker);
      return results;
    } finally {
      isToEnd = true;
      await worker.stop();
    }
  } finally {
    await surroundings.stop();
  }
}
