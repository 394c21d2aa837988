import { equal, ok } from 'node:assert/strict';
import type { Checks } from './checks.ts';
import type { WorkerProcess } from './worker-process.ts';

/** The host kills what has not ended by then. */
const graceMs = 5_000;

export async function lookAtEnd(checks: Checks, worker: WorkerProcess): Promise<void> {
  await checks.that('asked to end, it ends by itself and in time', async () => {
    const askedAt = performance.now();
    worker.channel.terminate();
    const how = await Promise.race([
      worker.ended,
      new Promise((resolve) => setTimeout(resolve, graceMs, 'nothing')),
    ]);
    equal(how, 0);
    const tookMs = performance.now() - askedAt;
    ok(tookMs < graceMs);
    return `${tookMs.toFixed(0)} ms`;
  });
}
