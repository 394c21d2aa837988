import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { WatchError } from '../../shared/errors.ts';
import { lateTelemetry } from '../../shared/telemetry/late-telemetry.ts';
import { measuredBy } from './measured-by.ts';

const never = 2 ** 30;

function late(options: { load?: () => Promise<never>; flush?: () => Promise<void> } = {}) {
  const { measure, noted } = measuredBy();
  const warnings: string[] = [];
  let loads = 0;
  const load = async () => {
    loads += 1;
    await options.load?.();
    return { measure, flush: options.flush ?? (async () => {}) };
  };
  const telemetry = lateTelemetry(load, {
    ...{ afterMs: never, flushMs: 50 },
    warn: (message) => warnings.push(message),
  });
  return { telemetry, noted, warnings, loads: () => loads };
}

test('what is measured before the libraries are there comes through, and in its order', async () => {
  const { telemetry, noted, loads } = late();
  telemetry.measure('glasswatch.alerts.waiting', 1, {});
  telemetry.measure('glasswatch.alerts.waiting', 2, {});
  expect([loads(), noted]).toEqual([0, []]);
  await telemetry.flush();
  telemetry.measure('glasswatch.alerts.waiting', 3, {});
  await telemetry.flush();
  expect(noted.map(([, value]) => value)).toEqual([1, 2, 3]);
  expect(loads()).toBe(1);
});

test('the libraries are loaded by themselves after a while', async () => {
  const { measure, noted } = measuredBy();
  const load = async () => ({ measure, flush: async () => {} });
  const telemetry = lateTelemetry(load, { afterMs: 1, flushMs: 50, warn: () => {} });
  telemetry.measure('glasswatch.alerts.waiting', 1, {});
  for (let tries = 0; noted.length === 0 && tries < 500; tries++) await pause(2);
  expect(noted).toHaveLength(1);
});

test('a load that fails is said once, in our own words, and nothing else breaks', async () => {
  const secret = 'InstrumentationKey=secret';
  const foreign = late({ load: () => Promise.reject(new TypeError(secret)) });
  foreign.telemetry.measure('glasswatch.alerts.waiting', 1, {});
  await foreign.telemetry.flush();
  foreign.telemetry.measure('glasswatch.alerts.waiting', 2, {});
  await foreign.telemetry.flush();
  expect(foreign.warnings).toEqual([
    'nothing is measured: telemetry could not be started (TypeError)',
  ]);

  const own = new WatchError('CONFIG_INVALID', 'SOME_SETTING: it has no key');
  const known = late({ load: () => Promise.reject(own) });
  await known.telemetry.flush();
  expect(known.warnings.join()).toContain('SOME_SETTING: it has no key');
});

test('a flush ends in time, and well, whatever the other side does', async () => {
  const started = performance.now();
  await late({ flush: () => new Promise(() => {}) }).telemetry.flush();
  await late({ load: () => new Promise(() => {}) }).telemetry.flush();
  await late({ flush: () => Promise.reject(new Error('down')) }).telemetry.flush();
  expect(performance.now() - started).toBeLessThan(5_000);
});

test('what waits for libraries that never come is bounded', async () => {
  const gate = Promise.withResolvers<never>();
  const { telemetry, noted } = late({ load: () => gate.promise });
  for (let n = 0; n < 50_000; n++) telemetry.measure('glasswatch.alerts.waiting', n, {});
  gate.resolve(undefined as never);
  await telemetry.flush();
  expect(noted).toHaveLength(20_000);
});
