import { describe, expect, test } from 'vitest';
import { assumptions, deployed, deployedTimers } from '../bench/cost/assumptions.ts';
import type { Measured } from '../bench/cost/measure.ts';
import { billedSeconds, type Choice, monthly, monthlyUse, totalOf } from '../bench/cost/monthly.ts';
import { kindOf, noOperations } from '../bench/cost/operations.ts';
import { grants, prices } from '../bench/cost/prices.ts';
import { entityBytes } from '../bench/cost/stored-bytes.ts';
import { everySeconds } from '../bench/cost/timers.ts';

const measured: Measured = {
  records: 500,
  messages: 10,
  findings: 0,
  day: {
    operations: { ...noOperations, tableWrite: 40, blobWrite: 10 },
    cpuSeconds: 1,
    bytes: 1_000_000,
    ingressUnits: 20,
    storedBytes: 10_000,
  },
  told: {
    operations: { ...noOperations, queue: 4 },
    cpuSeconds: 0.01,
    executions: 2,
    storedBytes: 5_000,
    eventBytes: 1_000,
  },
  timers: [
    {
      name: 'escalate',
      everySeconds: 20,
      runs: 10,
      operations: { ...noOperations, tableRead: 50 },
      cpuSeconds: 0.1,
    },
  ],
};
const choice: Choice = { memoryMb: 2048, messagesPerExecution: 1, alwaysReady: 1, siem: 'none' };
const fixed = { ...assumptions, recordsPerUser: 15 };
const input = (users: number, some: Partial<Choice> = {}) => ({
  ...{ users, measured, deployed, assumptions: fixed, choice: { ...choice, ...some } },
});
const usdOf = (users: number, name: string, some: Partial<Choice> = {}) =>
  monthly(input(users, some)).find((item) => item.name === name)?.usd;

describe('what a month costs', () => {
  test('a second is billed at least, and work takes four times as long on a quarter of a core', () => {
    const short = { cpuSeconds: 0.1, operations: { ...noOperations, queue: 4 } };
    const long = { cpuSeconds: 1, operations: { ...noOperations, tableRead: 3 } };
    expect(billedSeconds(short, 2048, fixed)).toBe(1);
    expect(billedSeconds(long, 2048, fixed)).toBe(1.1);
    expect(billedSeconds(long, 512, fixed)).toBe(4.1);
  });

  test('a timer is billed a second each time it runs', () => {
    const { timers } = monthlyUse(input(1_000));
    expect(timers[0]).toMatchObject({ executions: 129_600, seconds: 129_600 });
    // Once an hour the directory is read, for longer than that second.
    const refreshes = 30 * 24 * 29;
    expect(usdOf(1_000, 'Functions, timers')).toBeCloseTo((129_600 + refreshes) * 2 * 0.000026, 6);
  });

  test('what is free is taken off once, and never more than was used', () => {
    expect(usdOf(1_000, 'Functions, free')).toBeCloseTo(-grants.gbSeconds * 0.000026, 6);
    const idle = {
      ...input(0),
      measured: { ...measured, timers: [] },
      // One message a day and category is all there is.
      assumptions: { ...fixed, exportsPerDay: 1, refreshSeconds: 1 },
    };
    const functions = monthly(idle).filter(({ name }) => /^Functions, (?!always)/.test(name));
    expect(functions.find(({ name }) => name === 'Functions, logs')?.usd).toBeGreaterThan(0);
    expect(totalOf(functions)).toBeCloseTo(0, 9);
  });

  test('messages follow the records, but a small tenant still exports every five minutes', () => {
    const floor = deployed.categories * 288 * 30;
    expect(monthlyUse(input(1_000)).messages).toBe(floor);
    expect(monthlyUse(input(100_000)).messages).toBe((100_000 * 15 * 30) / 50);
  });

  test('a peak above a megabyte a second takes another throughput unit, up to the most', () => {
    const units = (users: number) => monthlyUse(input(users)).throughputUnits;
    expect([units(1_000), units(200_000), units(10_000_000)]).toEqual([
      1,
      2,
      deployed.mostThroughputUnits,
    ]);
  });

  test('telemetry stops costing at its daily cap', () => {
    const ofLogs = (users: number) =>
      ['executions', 'audit of storage', 'metrics'].reduce(
        (sum, name) => sum + (usdOf(users, `Log Analytics, ${name}`) ?? 0),
        0,
      );
    const most = deployed.logQuotaGb * 30 * prices.logs.usd;
    expect(ofLogs(1_000)).toBeLessThan(most);
    expect(ofLogs(100_000_000)).toBeCloseTo(most, 6);
  });

  test('nothing always ready saves exactly what its memory costs all month', () => {
    const saved =
      totalOf(monthly(input(1_000))) - totalOf(monthly(input(1_000, { alwaysReady: 0 })));
    expect(saved).toBeCloseTo(2 * 30 * 86_400 * 0.000004, 6);
  });

  test('an event hub for a SIEM costs a unit of its own', () => {
    const more = (siem: Choice['siem']) =>
      totalOf(monthly(input(1_000, { siem }))) - totalOf(monthly(input(1_000)));
    expect(more('event hub')).toBeGreaterThan(prices.throughputUnit.usd);
    expect(more('sentinel')).toBeLessThan(1);
  });
});

test('schedules of timers are read as seconds, and others refused', () => {
  expect(['*/20 * * * * *', '0 */15 * * * *', '30 */5 * * * *'].map(everySeconds)).toEqual([
    20, 900, 300,
  ]);
  expect(() => everySeconds('0 0 7 * * *')).toThrow('not understood');
  expect(deployedTimers.map(({ name }) => name)).toContain('escalate');
});

test('operations are told apart as the bill does', () => {
  expect(kindOf('table', 'GET', '/cases()')).toBe('tableRead');
  expect(kindOf('table', 'POST', '/$batch')).toBe('tableWrite');
  expect(kindOf('blob', 'GET', '/evidence?restype=container&comp=list')).toBe('blobWrite');
  expect(kindOf('blob', 'GET', '/evidence/one')).toBe('blobRead');
});

test('an entity is as large as the table service says', () => {
  // 4 + 2 x 2 for its keys; then 8 + 2 x 4 for the name, and 4 + 2 x 3 for the text.
  expect(entityBytes({ partitionKey: 'a', rowKey: 'b', name: 'abc' })).toBe(34);
});
