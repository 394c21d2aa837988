import { assumptions, deployed } from './assumptions.ts';
import type { Measured } from './measure.ts';
import {
  billedSeconds,
  type Choice,
  type MonthlyInput,
  monthly,
  monthlyUse,
  perMessage,
  telemetryGb,
  totalOf,
} from './monthly.ts';
import { operationKinds, sumOf, times } from './operations.ts';
import { grants, prices, pricesAsOf } from './prices.ts';

const whole = (n: number) => Math.round(n).toLocaleString('en');
const dollars = (n: number) => n.toFixed(2);
const line = (name: string, ...cells: string[]) =>
  console.log(`  ${name.padEnd(34)}${cells.map((cell) => cell.padStart(12)).join('')}`);

const sizes = [1_000, 10_000, 100_000];
const ordinary: Choice = {
  memoryMb: deployed.memoryMb,
  messagesPerExecution: 1,
  alwaysReady: deployed.alwaysReady,
  siem: 'none',
};

export function tellMeasured(measured: Measured): void {
  const { day, told, records, messages, findings } = measured;
  const perMillion = 1e6 / records;
  console.log(
    `Measured: ${whole(records)} ordinary records in ${whole(messages)} messages, ` +
      `${(day.bytes / records / 1_000).toFixed(1)} KB each, ${findings} findings.`,
  );
  line('', 'a million', 'a finding');
  line('', 'records', 'told');
  for (const kind of operationKinds) {
    line(kind, whole(day.operations[kind] * perMillion), told.operations[kind].toFixed(1));
  }
  line('seconds of work', whole(day.cpuSeconds * perMillion), told.cpuSeconds.toFixed(3));
  line('executions beside ingest', '0', told.executions.toFixed(1));
  line('Event Hubs units of 64 KB', whole(day.ingressUnits * perMillion), '');
  line('bytes stored', whole(day.storedBytes * perMillion), whole(told.storedBytes));
  line('bytes to a SIEM', '', whole(told.eventBytes));

  console.log('GB-seconds for a million records, a second an execution at least:');
  line('', '2048 MB', '512 MB');
  for (const size of [1, deployed.batch]) {
    const message = perMessage(measured);
    const execution = {
      cpuSeconds: message.cpuSeconds * size,
      operations: times(message.operations, size),
    };
    const executions = (messages * perMillion) / size;
    const gbSeconds = (mb: number) =>
      executions * billedSeconds(execution, mb, assumptions) * (mb / 1_024);
    line(
      `${size} message${size > 1 ? 's' : ''} an execution`,
      whole(gbSeconds(2_048)),
      whole(gbSeconds(512)),
    );
  }
}

export function tellTimers(measured: Measured): void {
  console.log('Timers while nothing happens, in a month:');
  line('', 'runs', 'operations', 'ms of work', 'GB-s 2048', 'GB-s 512');
  const useAt = (memoryMb: number) =>
    monthlyUse({ ...input(measured, 0), choice: { ...ordinary, memoryMb } });
  const [large, small] = [useAt(2_048), useAt(512)];
  large.timers.forEach(({ name, executions, operations, seconds }, index) => {
    const each = measured.timers[index];
    const cpu = each ? (each.cpuSeconds / each.runs) * 1_000 : 0;
    const less = (small.timers[index]?.seconds ?? 0) / 2;
    const cells = [whole(executions), whole(sumOf(operations)), cpu.toFixed(1)];
    line(name, ...cells, whole(seconds * 2), whole(less));
  });
}

const input = (measured: Measured, users: number, choice = ordinary): MonthlyInput => ({
  ...{ users, measured, deployed, assumptions, choice },
});

export function tellMonth(measured: Measured): void {
  console.log(
    `US dollars a month, ${assumptions.recordsPerUser} records a user and day, prices put together ${pricesAsOf}:`,
  );
  line('users', ...sizes.map(whole));
  line('records a day', ...sizes.map((users) => whole(users * assumptions.recordsPerUser)));
  const bills = sizes.map((users) => monthly(input(measured, users)));
  bills[0]?.forEach(({ name }, index) => {
    line(name, ...bills.map((bill) => dollars(bill[index]?.usd ?? 0)));
  });
  line('all of it', ...bills.map((bill) => dollars(totalOf(bill))));

  console.log('All of it, if it is done another way:');
  const others: readonly (readonly [string, Partial<Choice>])[] = [
    ['nothing always ready', { alwaysReady: 0 }],
    ['512 MB', { memoryMb: 512 }],
    ['512 MB, nothing always ready', { memoryMb: 512, alwaysReady: 0 }],
    [`${deployed.batch} messages an execution`, { messagesPerExecution: deployed.batch }],
    ['with an event hub for a SIEM', { siem: 'event hub' }],
    ['with a table of Sentinel', { siem: 'sentinel' }],
  ];
  for (const [name, choice] of others) {
    const bill = (users: number) => monthly(input(measured, users, { ...ordinary, ...choice }));
    line(name, ...sizes.map((users) => dollars(totalOf(bill(users)))));
  }
  const often = { ...assumptions, recordsPerUser: assumptions.recordsPerUser * 4 };
  const busy = (users: number) => monthly({ ...input(measured, users), assumptions: often });
  line(
    `${often.recordsPerUser} records a user and day`,
    ...sizes.map((users) => dollars(totalOf(busy(users)))),
  );
  const gigabytes = (users: number) => {
    const given = input(measured, users);
    return telemetryGb(given, monthlyUse(given)).all.toFixed(1);
  };
  line('GB of telemetry a month', ...sizes.map(gigabytes));
}

export function tellPrices(): void {
  console.log('Prices, none of them live:');
  for (const { usd, per, origin } of Object.values(prices)) {
    console.log(`  ${String(usd).padStart(9)}  ${per}; ${origin}`);
  }
  console.log(
    `  Free: ${whole(grants.gbSeconds)} GB-s and ${whole(grants.executions)} executions; ${grants.origin}`,
  );
}
