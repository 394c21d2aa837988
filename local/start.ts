/**
 * `npm start`: the whole service on this machine, and a sample day of a tenant played through it.
 *
 *   npm start                 play the day, show the alerts, stay up until Ctrl-C
 *   npm start -- --once       end after the day; exit 0 only if exactly the expected alerts arrived
 *   npm start -- --fresh      forget what earlier starts left behind
 */
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { DirectoryStatus } from '../shared/console/api.ts';
import { AlertWatch } from './alert-watch.ts';
import { signInAs } from './easy-auth.ts';
import { play } from './play.ts';
import { sampleSnapshot } from './sample-day/directory.ts';
import { tenant } from './sample-day/people.ts';
import { responders } from './sample-day/responders.ts';
import { sampleTenant } from './sample-day/tenant.ts';
import { sampleDay } from './sample-day.ts';
import { hubName, type Stack, startStack } from './stack.ts';

const appRoot = fileURLToPath(new URL('..', import.meta.url));
const dataFolder = fileURLToPath(new URL('../.glasswatch', import.meta.url));
const policyFile = fileURLToPath(new URL('sample-day/policy.yaml', import.meta.url));
/** Where a browser finds the pages; always the same, so that a reload works after a restart. */
const usualPorts = {
  functions: 7071,
  teams: 7080,
  mail: 7081,
  pagerDuty: 7082,
  webhook: 7083,
  siem: 7084,
  telemetry: 7085,
};
/** Between two envelopes, so that one can watch. */
const pauseMs = 120;
const longestWaitMs = 60_000;
const quietMs = 4_000;

const say = (line = '') => process.stdout.write(`${line}\n`);

async function main(): Promise<number> {
  const options = {
    once: { type: 'boolean' },
    fresh: { type: 'boolean' },
  } as const;
  const { once = false, fresh = false } = parseArgs({ options, strict: true }).values;
  if (Number(process.versions.node.split('.')[0]) < 24) {
    throw new Error(
      `needs Node 24, this is ${process.version}: run it as \`npm start\`, after \`npm ci\``,
    );
  }
  // A day that is checked must not meet what an earlier one left.
  const folder = once ? undefined : dataFolder;
  if (folder && fresh) await rm(folder, { recursive: true, force: true });
  const hadData = folder !== undefined && existsSync(folder);

  const now = new Date();
  const { envelopes, expected } = sampleDay({ now, seed: now.toISOString() });
  const watch = new AlertWatch(expected, say);
  say('Glasswatch on this machine: nothing leaves it.');
  say();
  const started = Date.now();
  const stack = await startStack({
    ...(folder && { folder }),
    policyFile,
    snapshot: sampleSnapshot(now),
    tenant: sampleTenant(now),
    people: responders,
    ports: once ? {} : usualPorts,
    progress: (step) => say(`  starting ${step} …`),
    log: (line) => process.env.GLASSWATCH_VERBOSE && say(`  | ${line}`),
    onCard: (card) => void watch.onCard(card),
    onMail: (mail) => watch.onMail(mail),
  });
  say(`  up after ${((Date.now() - started) / 1000).toFixed(1)} s`);
  say();
  const ended = endOf(stack);
  try {
    const { httpUrl } = stack.functions;
    const cookie = await signInAs(httpUrl, responders[0]?.upn ?? '');
    watch.askAt(httpUrl, cookie);
    await stack.functions.runTimer('refreshDirectory');
    say(await watchlistLine(httpUrl, cookie));
    if (folder) await keepForCommands(stack, folder);
    say();
    say(`Playing a day of the tenant contoso: ${envelopes.length} envelopes through the hub.`);
    say('Alerts, with the time from the hub to the Teams card:');
    say();
    await play(
      stack.hub.connectionString(hubName),
      hubName,
      envelopes.map(({ body }) => body),
      { pauseMs, onSent: (sent) => watch.onSent(sent) },
    );
    await stack.functions.runTimer('checkPosture');
    // On data of an earlier start some alerts are old news: then the day is over when it is quiet.
    const isOver = () => watch.isComplete() || (!once && Date.now() - watch.lastNewsAt > quietMs);
    await waitFor(isOver, longestWaitMs);
    // Were one alert too many on its way, it would arrive within this time.
    await pause(once ? 2_000 : 500);
    say();
    for (const line of watch.summary({ isFirst: once || fresh || !hadData })) say(line);
    if (once) return watch.isExact() ? 0 : 1;

    say();
    say('Look at what people see:');
    say(`  Teams channel   ${stack.teams.url}`);
    say(`  Mailbox         ${stack.mail.url}`);
    say(`  Pager           ${stack.pagerDuty.url}`);
    say(`  Webhook         ${stack.webhook.url}`);
    say(`  SIEM            ${stack.siem.url}`);
    say(`  Telemetry       ${stack.telemetry.url}`);
    say(`  Console         ${httpUrl}/incidents`);
    say('  Posture         npx glasswatch posture');
    say('  Doctor          npx glasswatch doctor --live');
    say();
    say(
      `Answer the break-glass alert: open its incident in the console as ${responders[0]?.name}, say`,
    );
    say(
      `what it is, and press "I have it". Then sign out, and close it as ${responders[1]?.name}.`,
    );
    say('What the incident leaves, with the id at the foot of its page or card:');
    say('  npx glasswatch evidence export INCIDENT');
    say();
    say(
      `Data is kept in ${relative(appRoot, dataFolder)}/ (\`npm start -- --fresh\` forgets it). Ctrl-C ends it all.`,
    );
    await ended;
    return 0;
  } finally {
    await stack.stop();
  }
}

const settingsIn = (folder: string) => join(folder, 'local.settings.json');

/** For the command line: the directory as a file, and where the storage is. */
async function keepForCommands(
  { directory, settings: Values }: Stack,
  folder: string,
): Promise<void> {
  await writeFile(settingsIn(folder), JSON.stringify({ Values }, null, 2), { mode: 0o600 });
  const stored = await directory.read(tenant.id);
  if (!stored || stored === 'unchanged') return;
  await writeFile(join(folder, 'directory.json'), JSON.stringify(stored.snapshot, null, 2));
}

/** Who is watched, as the directory was just read. */
async function watchlistLine(httpUrl: string, cookie: string): Promise<string> {
  const response = await fetch(`${httpUrl}/api/status`, { headers: { cookie } });
  const { directory } = (await response.json()) as { directory: DirectoryStatus[] };
  const lines = directory.map(({ accounts, refresh }) =>
    refresh?.failure
      ? `The directory could not be read: ${refresh.failure}`
      : `Watching ${accounts} accounts, read from (simulated) Microsoft Graph in ${refresh?.requests} requests.`,
  );
  return lines.join('\n');
}

/** Resolves when someone asks for the end. */
function endOf(stack: Stack): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        say();
        say('Ending …');
        resolve();
        // A second one does not wait for the work in progress.
        process.once(signal, () => process.exit(130));
        void stack.stop().then(() => process.exit(0));
      });
    }
  });
}

async function waitFor(isDone: () => boolean, mostMs: number): Promise<void> {
  const deadline = Date.now() + mostMs;
  while (!isDone() && Date.now() < deadline) await pause(50);
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`glasswatch: ${explain(error)}\n`);
  process.exitCode = 1;
}

function explain(error: unknown): string {
  const { code, message, port } = error as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE') {
    return `port ${port} is taken. Is Glasswatch running already? End it, or whatever else uses that port.`;
  }
  const said = message ?? String(error);
  return !process.argv.includes('--once') && existsSync(dataFolder)
    ? `${said}\nPerhaps .glasswatch/ holds what an earlier version left: \`npm start -- --fresh\` forgets it.`
    : said;
}
