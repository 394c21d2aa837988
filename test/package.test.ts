import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { EventHubConsumerClient } from '@azure/event-hubs';
import type { Metafile } from 'esbuild';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startEventHub } from '../local/event-hub.ts';
import { startFunctionsProcess } from '../local/functions-process.ts';
import { startMailSink } from '../local/mail-sink.ts';
import { play } from '../local/play.ts';
import { startTeamsSink } from '../local/teams-sink.ts';
import { blobDirectory } from '../shared/azure/blob-directory.ts';
import { signIn } from '../shared/detect/examples/records.ts';
import { exampleSnapshot, exampleTenant, people } from '../shared/detect/examples/tenant.ts';
import { type Bundle, bundleApp, isPart, mainFile, root } from '../tools/bundle.ts';
import { packageFiles } from '../tools/package-files.ts';
import { bundledPackages, packageFolder, thirdPartyNotices } from '../tools/third-party-notices.ts';
import {
  describeFunctions,
  expectedFunctions,
  writtenFunctions,
} from '../tools/worker-trial/expected-functions.ts';
import { sourcesOf } from '../tools/worker-trial/sources-of.ts';
import { writePackage } from '../tools/write-package.ts';
import { zipOf } from '../tools/zip.ts';
import { envelope } from './memory-stores.ts';
import type { Loaded } from './package/load-app.ts';
import { azuriteStorage } from './stores/azurite-storage.ts';

const run = promisify(execFile);
const { storage, local } = azuriteStorage();
const folder = mkdtempSync(join(tmpdir(), 'glasswatch-package-'));
/** The package, unpacked, and nothing else. */
const appRoot = join(folder, 'app');
const policyFile = 'policy.example.yaml';
let zip: Buffer;
let told: string;
let files: Map<string, string>;
let bundle: Bundle;

beforeAll(async () => {
  const to = join(folder, 'some.zip');
  // From elsewhere, and in another time zone than what it is compared with.
  const [printed, bundled] = await Promise.all([
    run(
      process.execPath,
      [join(root, 'tools/package.ts'), '--policy', policyFile, '--to', 'some.zip'],
      { cwd: folder, env: { ...process.env, TZ: 'Pacific/Kiritimati' } },
    ),
    bundleApp(),
  ]);
  bundle = bundled;
  told = printed.stdout;
  zip = readFileSync(to);
  const unpacked = Object.entries(unzipSync(zip));
  for (const [name, bytes] of unpacked) {
    mkdirSync(dirname(join(appRoot, name)), { recursive: true });
    writeFileSync(join(appRoot, name), bytes);
  }
  files = new Map(unpacked.map(([name, bytes]) => [name, Buffer.from(bytes).toString()]));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const textOf = (name: string) => files.get(name) ?? '';

describe('the package', () => {
  test('holds what is deployed and nothing else', () => {
    const names = [...files.keys()];
    const parts = names.filter((name) => dirname(name) === 'dist' && isPart(basename(name)));
    expect(names).toEqual(names.toSorted());
    expect(names.filter((name) => !parts.includes(name))).toEqual([
      'LICENSE',
      'THIRD-PARTY-NOTICES.txt',
      mainFile,
      `${mainFile}.map`,
      'host.json',
      'package.json',
      policyFile,
    ]);
    for (const name of names) expect(told).toContain(name);
    expect(told).toContain(`${(zip.length / 1_000).toFixed(0)} kB`);
  });

  test('is made of the code of the functions and what they need, of no test and no stand-in', () => {
    const maps = [...files].filter(([name]) => name.endsWith('.map'));
    const sources = maps.flatMap(([, text]) => (JSON.parse(text) as { sources: string[] }).sources);
    expect(sources).toContain('../shared/pipeline.ts');
    const strange = sources.filter(
      (source) =>
        !/^\.\.\/(functions|shared|node_modules)\/|^\.\.\/package\.json$|^webpack:\/\/@azure\/functions/.test(
          source,
        ),
    );
    expect(strange).toEqual([]);
    // What docs/settings.md is made of costs the app nothing.
    const read = Object.keys(bundle.metafile.inputs);
    expect(read).toContain('shared/settings/own-settings.ts');
    expect(read.filter((file) => file.includes('settings/reference'))).toEqual([]);
    const named = [...files].filter(([, text]) => text.includes(root) || text.includes(folder));
    expect(
      named.map(([name]) => name),
      'who built it where',
    ).toEqual([]);
  });

  test('has a map beside each script', () => {
    const scripts = [...files.keys()].filter((name) => name.endsWith('.js'));
    for (const name of scripts) {
      expect(textOf(name)).toContain(`//# sourceMappingURL=${basename(name)}.map`);
      expect([...files.keys()]).toContain(`${name}.map`);
    }
  });

  test('asks for nothing to be installed', () => {
    const own = JSON.parse(textOf('package.json'));
    const { version, engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    expect(own).toEqual({
      name: 'glasswatch',
      version,
      license: 'MIT',
      private: true,
      type: 'module',
      main: mainFile,
      engines,
      dependencies: {},
    });
    // And nothing is found by chance: what the tests below run is in it.
    const { resolve } = createRequire(join(appRoot, mainFile));
    expect(() => resolve('zod')).toThrow(/Cannot find module/);
  });

  test('has the same bytes wherever and whenever it is built', async () => {
    const again = zipOf(await packageFiles(bundle, policyFile));
    expect(zip.equals(again)).toBe(true);
  });

  test('may be a folder, which holds nothing of an earlier one', async () => {
    const to = join(folder, 'as-folder');
    const some = new Map(
      ['THIRD-PARTY-NOTICES.txt', mainFile].map((name) => [name, Buffer.from(name)]),
    );
    await writePackage(new Map([...some, ['dist/part-OFBEFORE.js', Buffer.from('')]]), to);
    await writePackage(some, to);
    expect(readdirSync(to).sort()).toEqual(['THIRD-PARTY-NOTICES.txt', 'dist']);
    expect(readdirSync(join(to, 'dist'))).toEqual(['main.js']);
    expect(readFileSync(join(to, mainFile), 'utf8')).toBe(mainFile);

    const other = mkdtempSync(join(folder, 'other-'));
    writeFileSync(join(other, 'mine.txt'), 'mine');
    await expect(writePackage(some, other)).rejects.toThrow('something else than a package');
    expect(readFileSync(join(other, 'mine.txt'), 'utf8')).toBe('mine');
  });

  test('has no policy when none is named, and no wrong one', async () => {
    const without = await packageFiles(bundle);
    expect([...without.keys()]).toEqual([...files.keys()].filter((name) => name !== policyFile));
    await expect(
      packageFiles(bundle, 'test/data/policies/ten-mistakes.yaml'),
    ).rejects.toMatchObject({ code: 'POLICY_INVALID' });
    await expect(packageFiles(bundle, '../policy.yaml')).rejects.toThrow('not in the repository');
    const args = [join(root, 'tools/package.ts'), '--policy', 'none.yaml', '--to', 'none.zip'];
    await expect(run(process.execPath, args, { cwd: folder })).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('There is no none.yaml. Copy policy.example.yaml'),
    });
    expect(existsSync(join(folder, 'none.zip'))).toBe(false);
  });
});

describe('the licences of what is passed on', () => {
  test('are in the package, each in full', () => {
    const notices = textOf('THIRD-PARTY-NOTICES.txt');
    const packages = bundledPackages(bundle.metafile);
    expect(packages.length).toBeGreaterThan(50);
    for (const one of packages) {
      const { name, version } = JSON.parse(readFileSync(join(root, one, 'package.json'), 'utf8'));
      expect(notices).toContain(`${name} ${version} (`);
    }
    expect(notices).toContain(readFileSync(join(root, 'node_modules/zod/LICENSE'), 'utf8').trim());
    // Not only its licence: Apache asks for the notice too.
    expect(notices).toContain(
      readFileSync(join(root, 'node_modules/apache-arrow/NOTICE.txt'), 'utf8').trim(),
    );
  });

  test.each([
    ['AGPL-3.0-only', 'AGPL-3.0-only'],
    [undefined, 'that it does not name'],
  ])('%s stops it', (license, named) => {
    const odd = mkdtempSync(join(folder, 'odd-'));
    writeFileSync(
      join(odd, 'package.json'),
      JSON.stringify({ name: 'odd', version: '1.0.0', license }),
    );
    const notices = () => thirdPartyNotices(folder, [basename(odd)]);
    expect(notices).toThrow(`odd 1.0.0 is under the licence ${named}`);
  });
});

describe('loaded without any setting', () => {
  const wrong = 'not a name';
  const wrongSettings = {
    GLASSWATCH_STORAGE__accountName: wrong,
    GLASSWATCH_ALLOW_LOOPBACK: wrong,
  };
  let loaded: Loaded;
  beforeAll(async () => {
    const script = fileURLToPath(new URL('package/load-app.ts', import.meta.url));
    const args = [script, appRoot, JSON.stringify([{}, wrongSettings])];
    // As the host does: not from the folder of the app.
    const { stdout } = await run(process.execPath, args, { cwd: tmpdir(), env: {} });
    loaded = JSON.parse(stdout) as Loaded;
  });

  test('each function has its trigger, in full, and retries only where it says so', () => {
    expect(describeFunctions(loaded.functions)).toEqual(expectedFunctions);
  });

  test('each function that functions/ registers is one of them', () => {
    expect(writtenFunctions()).toEqual(Object.keys(expectedFunctions));
  });

  test('it calls nobody, and reads nothing that is only needed later', () => {
    expect(loaded.connections).toBe(0);
    expect(loaded.files.sort()).toEqual([...atOnce(bundle.metafile)].sort());
    const packages = new Set(loaded.files.flatMap((file) => packagesIn(bundle.metafile, file)));
    expect(packages).toContain('zod');
    expect([...packages].filter((name) => name.includes('opentelemetry'))).toEqual([]);
    for (const late of [
      '@azure/communication-email',
      '@azure/event-hubs',
      '@azure/monitor-ingestion',
      '@azure/monitor-opentelemetry-exporter',
      '@opentelemetry/sdk-metrics',
      'apache-arrow',
      'rhea',
    ]) {
      expect(packages).not.toContain(late);
      // But it is there.
      expect(bundledPackages(bundle.metafile)).toContain(`node_modules/${late}`);
    }
  });

  test('what fails says in which function, and the maps lead from there to the sources', () => {
    const places = sourcesOf(loaded.stack).map((place) => place.replace(/:\d+$/, ''));
    expect(places).toContain('getApp at shared/app.ts');
    expect(places).toContain('handler at functions/sweep-outbox.ts');
  });

  test('the first call names each setting that is missing or wrong, and no value', () => {
    const [without, withWrong] = loaded.calls;
    expect(without).toContain('GLASSWATCH_STORAGE__accountName: missing');
    expect(withWrong).toMatch(/GLASSWATCH_STORAGE__accountName: .*GLASSWATCH_ALLOW_LOOPBACK: /);
    expect(withWrong).not.toContain(wrong);
  });
});

test('on a host, each kind of trigger works: event hub, queue, timer and HTTP', async () => {
  const hubs = ['entra-logs', 'findings'] as const;
  const [hub, teams, mail] = await Promise.all([
    startEventHub({ hubs: hubs.map((name) => ({ name, partitions: 1 })) }),
    startTeamsSink(),
    startMailSink({ httpPort: 0 }),
    blobDirectory(storage().directory).write(exampleSnapshot()),
  ]);
  const { id } = exampleTenant;
  const policy = {
    version: 1,
    tenants: [{ id, name: 'example', accounts: { emergency: [people.glass.id] } }],
    channels: {
      secops: { type: 'teams', webhookUrl: { env: 'TEAMS_WEBHOOK_URL' } },
      box: {
        type: 'email',
        from: 'watch@example.com',
        to: ['soc@example.com'],
        smtpUrl: { env: 'SMTP_URL' },
      },
    },
    routes: [{ minSeverity: 'low', channels: ['secops', 'box'] }],
    sinks: { hub: { type: 'eventHub', connection: { env: 'FINDINGS_HUB' } } },
  };
  // Where the app looks for it when nothing says otherwise.
  writeFileSync(join(appRoot, 'policy.yaml'), JSON.stringify(policy));
  const log: string[] = [];
  const { connectionString } = local();
  const functions = await startFunctionsProcess({
    appRoot,
    settings: {
      AzureWebJobsStorage: connectionString,
      ENTRA_LOGS: hub.connectionString('entra-logs'),
      ENTRA_LOGS_HUB: 'entra-logs',
      ENTRA_LOGS_CONSUMER_GROUP: 'glasswatch',
      GLASSWATCH_STORAGE: connectionString,
      GLASSWATCH_ALLOW_LOOPBACK: 'true',
      GLASSWATCH_DIRECTORY: 'file',
      TEAMS_WEBHOOK_URL: teams.webhookUrl,
      SMTP_URL: mail.smtpUrl,
      FINDINGS_HUB: hub.connectionString('findings'),
    },
    log: (line) => log.push(line),
  });
  const findings = new EventHubConsumerClient('$Default', hub.connectionString('findings'));
  try {
    const health = await fetch(`${functions.httpUrl}/health`);
    expect(await health.text(), log.join('\n')).toBe('{"status":"ok"}');

    await play(hub.connectionString('entra-logs'), 'entra-logs', [
      envelope(signIn(people.glass, { createdDateTime: new Date().toISOString() })),
    ]);
    // By the event hub, and then the queue.
    await until(() =>
      expect(
        teams
          .cards()
          .map(({ card }) => JSON.stringify(card))
          .join(),
      ).toContain(people.glass.upn),
    );
    // With a library that is loaded only now.
    const sent: string[] = [];
    findings.subscribe(
      {
        processEvents: async (events) =>
          void sent.push(...events.map(({ body }) => JSON.stringify(body))),
        processError: async () => {},
      },
      { startPosition: { offset: '-1' } as never, maxWaitTimeInSeconds: 1 },
    );
    await until(() => expect(sent.join()).toContain(people.glass.id));

    await functions.runTimer('checkPosture');
    await until(() => expect(log.join('\n')).toMatch(/\[checkPosture\].*posture: \d+ findings/));
    expect(functions.restarts).toBe(0);
    // By now it would have named each that is wrong.
    expect(log.filter((line) => line.includes('setting '))).toEqual([]);
  } finally {
    await findings.close();
    await functions.stop();
    await Promise.all([hub.close(), teams.close(), mail.close()]);
  }
}, 60_000);

const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000, interval: 20 });

/** What is loaded with `main`. */
function atOnce({ outputs }: Metafile, file: string = mainFile, found = new Set<string>()) {
  if (found.has(file)) return found;
  found.add(file);
  for (const { path, kind, external } of outputs[file]?.imports ?? []) {
    if (kind === 'import-statement' && !external) atOnce({ outputs, inputs: {} }, path, found);
  }
  return found;
}

const packagesIn = ({ outputs }: Metafile, file: string): string[] =>
  Object.keys(outputs[file]?.inputs ?? {}).flatMap(
    (input) => packageFolder(input)?.replace(/^.*node_modules\//, '') ?? [],
  );
