import { deepEqual, equal, ok } from 'node:assert/strict';
import { EventHubProducerClient } from '@azure/event-hubs';
import type { AlertWatch } from '../../local/alert-watch.ts';
import { signInAs } from '../../local/easy-auth.ts';
import type { Triggers } from '../../local/functions-host/start-triggers.ts';
import { play } from '../../local/play.ts';
import { responders } from '../../local/sample-day/responders.ts';
import type { SampleDay } from '../../local/sample-day.ts';
import { type Checks, eventually } from './checks.ts';
import { logsHub, type Surroundings } from './surroundings.ts';
import type { WorkerProcess } from './worker-process.ts';

type Around = {
  triggers: Triggers;
  surroundings: Surroundings;
  watch: AlertWatch;
  day: SampleDay;
  worker: WorkerProcess;
};

type Status = {
  deadLetters: number;
  directory: { accounts: number }[];
  sinks: { name: string; lastTakenAt: string | null; waiting: number; lastError: string | null }[];
};

/** A day of the sample tenant: from the event hub and the directory to people and SIEMs. */
export async function lookAtDay(
  checks: Checks,
  { triggers, surroundings, watch, day, worker }: Around,
): Promise<void> {
  const { httpUrl, runTimer } = triggers;
  const cookie = await signInAs(httpUrl, responders[0]?.upn ?? '');
  watch.askAt(httpUrl, cookie);
  const status = async () => {
    const answer = await fetch(`${httpUrl}/api/status`, { headers: { cookie } });
    return (await answer.json()) as Status;
  };

  await checks.that('timer refreshDirectory reads the directory', async () => {
    await runTimer('refreshDirectory');
    const [directory] = (await status()).directory;
    ok(directory && directory.accounts > 0, 'No account is watched.');
    return `${directory.accounts} accounts`;
  });

  const connection = surroundings.hub.connectionString(logsHub);
  await checks.that('event hub: what is empty and what is no JSON costs nothing else', async () => {
    const before = (await status()).deadLetters;
    const producer = new EventHubProducerClient(connection, logsHub);
    const bodies = [Buffer.alloc(0), Buffer.from('no JSON'), Buffer.from('{"records":[]}')];
    await producer.sendBatch(
      bodies.map((body) => ({ body })),
      { partitionKey: 'export' },
    );
    await producer.close();
    await eventually(async () => equal((await status()).deadLetters, before + 1));
    return 'what is no JSON is set aside';
  });

  await checks.that(
    'event hub and queue notify: exactly the alerts of the day arrive',
    async () => {
      const bodies = day.envelopes.map(({ body }) => body);
      await play(connection, logsHub, bodies, { onSent: (sent) => watch.onSent(sent) });
      await runTimer('checkPosture');
      const summary = () => watch.summary().join('\n');
      await eventually(() => ok(watch.isComplete(), summary()), 60_000);
      ok(watch.isExact(), summary());
      return summary().replaceAll('\n', ' ');
    },
  );

  await checks.that('queue forward: each SIEM has taken all that waited for it', async () => {
    await eventually(async () => {
      const { sinks } = await status();
      deepEqual(
        sinks.filter(({ lastTakenAt, waiting }) => lastTakenAt === null || waiting > 0),
        [],
      );
      deepEqual(
        sinks.filter(({ lastError }) => lastError !== null),
        [],
      );
    });
    const { sinks } = await status();
    const taken = surroundings.siem.taken().length;
    return `${sinks.map(({ name }) => name).join(', ')}; ${taken} events beside the event hub`;
  });

  for (const name of ['escalate', 'sweepOutbox', 'watchStreams']) {
    await checks.that(`timer ${name} runs`, () => runTimer(name));
  }

  await checks.that('what functions log reaches the host, under their name', () => {
    const lines = worker.logs.filter(
      ({ category, logCategory = 'User' }) =>
        category === 'ingest.Invocation' && logCategory === 'User',
    );
    ok(
      lines.some(({ message }) => message?.startsWith('ingested ')),
      'ingest said nothing.',
    );
    return lines.at(-1)?.message ?? '';
  });
}
