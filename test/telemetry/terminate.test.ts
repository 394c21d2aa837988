import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEventHub } from '../../local/event-hub.ts';
import { startFunctionsProcess } from '../../local/functions-process.ts';
import { startOtlpCollector } from '../../local/otlp-collector.ts';
import { exampleTenant } from '../../shared/detect/examples/tenant.ts';
import { type Bundle, bundleApp, mainFile } from '../../tools/bundle.ts';
import { packageFolder } from '../../tools/third-party-notices.ts';
import { azuriteStorage } from '../stores/azurite-storage.ts';

const { local } = azuriteStorage();
const appRoot = mkdtempSync(join(tmpdir(), 'glasswatch-terminate-'));
let bundle: Bundle;
beforeAll(async () => {
  bundle = await bundleApp();
  for (const [file, bytes] of bundle.files) {
    mkdirSync(dirname(join(appRoot, file)), { recursive: true });
    writeFileSync(join(appRoot, file), bytes);
  }
  writeFileSync(join(appRoot, 'package.json'), JSON.stringify({ type: 'module', main: mainFile }));
  writeFileSync(join(appRoot, 'host.json'), JSON.stringify({ version: '2.0' }));
  const { id } = exampleTenant;
  const policy = { version: 1, tenants: [{ id, name: 'example' }], channels: {}, routes: [] };
  writeFileSync(join(appRoot, 'policy.yaml'), JSON.stringify(policy));
});
afterAll(() => rmSync(appRoot, { recursive: true }));

/** The packages in a file of the bundle and in all that is loaded with it. */
function packagesOf(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return new Set();
  seen.add(file);
  const { inputs = {}, imports = [] } = bundle.metafile.outputs[file] ?? {};
  const own = Object.keys(inputs).flatMap((input) => packageFolder(input) ?? []);
  const others = imports
    .filter(({ kind, external }) => kind === 'import-statement' && !external)
    .flatMap(({ path }) => [...packagesOf(path, seen)]);
  return new Set([...own, ...others]);
}

test('nothing of OpenTelemetry is loaded with the app, but it is in the package', () => {
  const all = Object.keys(bundle.metafile.outputs).flatMap((file) => [...packagesOf(file)]);
  expect(all.join()).toContain('@opentelemetry/sdk-metrics');
  expect([...packagesOf(mainFile)].filter((name) => name.includes('opentelemetry'))).toEqual([]);
});

test('a process that ends sends what it has measured so far', async () => {
  const [hub, collector] = await Promise.all([
    startEventHub({ hubs: [{ name: 'entra-logs', partitions: 1 }] }),
    startOtlpCollector(),
  ]);
  const log: string[] = [];
  const functions = await startFunctionsProcess({
    appRoot,
    settings: {
      AzureWebJobsStorage: local().connectionString,
      ENTRA_LOGS: hub.connectionString('entra-logs'),
      ENTRA_LOGS_HUB: 'entra-logs',
      ENTRA_LOGS_CONSUMER_GROUP: 'glasswatch',
      GLASSWATCH_STORAGE: local().connectionString,
      GLASSWATCH_DIRECTORY: 'file',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    },
    log: (line) => log.push(line),
  });
  try {
    // Long before the first export of a minute would be due.
    await functions.runTimer('sweepOutbox');
    await functions.stop();
    const names = collector.measures().map(({ name }) => name);
    expect(names, log.join('\n')).toContain('glasswatch.alerts.waiting');
    expect(names).toContain('glasswatch.storage.requests');
  } finally {
    await functions.stop();
    await Promise.all([hub.close(), collector.close()]);
  }
}, 40_000);
