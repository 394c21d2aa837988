import { ok, rejects } from 'node:assert/strict';
import type { TriggerInput } from '../../local/functions-host/invoke.ts';
import type { SampleDay } from '../../local/sample-day.ts';
import type { Checks } from './checks.ts';
import { sourcesOf } from './sources-of.ts';
import type { Surroundings } from './surroundings.ts';
import type { WorkerApp } from './worker-app.ts';
import type { WorkerProcess } from './worker-process.ts';

type Around = {
  app: WorkerApp;
  surroundings: Surroundings;
  worker: WorkerProcess;
  day: SampleDay;
};

/** Storage and event hubs go away: who can't do their work says so, and the worker lives on. */
export async function lookAtOutage(
  checks: Checks,
  { app, surroundings, worker, day }: Around,
): Promise<void> {
  await surroundings.fail();
  const run = (name: string, input: TriggerInput) => {
    const found = app.functions.find(({ metadata }) => metadata.name === name);
    if (!found) throw new Error(`There is no ${name}.`);
    return found.invoke(input);
  };
  const batch: TriggerInput = {
    data: { collectionBytes: { bytes: day.envelopes.slice(-3).map(({ body }) => body) } },
  };
  const retryContext = { retryCount: 3, maxRetryCount: -1 };
  const queued = (message: object): TriggerInput => ({ data: { string: JSON.stringify(message) } });
  const timer: TriggerInput = { data: { json: '{"IsPastDue":false}' } };
  let stack = '';

  await Promise.all([
    checks.that('without storage a batch fails, so that the host repeats it', () =>
      rejects(run('ingest', { ...batch, retryContext }), (error: Error) => {
        stack = error.stack ?? '';
        return /STORE_UNAVAILABLE/.test(error.message);
      }),
    ),
    checks.that('without storage a message of the queue fails, and stays', () =>
      rejects(run('notify', queued({ incident: 'inc-of-the-trial' })), /STORE_UNAVAILABLE/),
    ),
    checks.that('without storage a timer fails', () =>
      rejects(run('sweepOutbox', timer), /STORE_UNAVAILABLE/),
    ),
  ]);
  await checks.that(
    'the stack of a failure names functions, and its maps lead to the sources',
    () => {
      const own = sourcesOf(stack).filter((frame) => / at shared\/[\w/-]+\.ts:\d+$/.test(frame));
      ok(own.length > 2, stack);
      return own[0];
    },
  );
  await checks.that('the worker lives on, and answers', async () => {
    await worker.channel.ask('workerStatusRequest', {});
    const { returnValue } = await run('console', {
      data: { http: { method: 'GET', url: 'http://127.0.0.1/health' } },
    });
    ok(returnValue?.http?.statusCode === '200', 'GET /health is not well.');
  });
}
