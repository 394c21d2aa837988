import { describeError } from './invoke.ts';
import { parseNcrontab } from './ncrontab.ts';
import { runWithRetries } from './retry.ts';
import type { FunctionShell, Trigger } from './trigger.ts';

/** The longest delay `setTimeout` takes; a longer one would fire at once. */
const longestTimeoutMs = 2 ** 31 - 1;

export interface TimerTriggerOptions extends FunctionShell {
  /** NCRONTAB, UTC. */
  schedule: string;
}

export interface TimerTrigger extends Trigger {
  /** Runs the function now, after the run in work if there is one; rejects with its last error. */
  runNow(): Promise<void>;
}

/** Runs a function on its schedule, never twice at a time. Runs missed while down are not made up. */
export function startTimerTrigger({
  schedule,
  retry,
  invoke,
  log,
}: TimerTriggerOptions): TimerTrigger {
  const nextAfter = parseNcrontab(schedule);
  const stopping = new AbortController();
  let lastRun: Date | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  const run = async () => {
    const started = new Date();
    const status = {
      Last: (lastRun ?? started).toISOString(),
      LastUpdated: (lastRun ?? started).toISOString(),
      Next: nextAfter(started).toISOString(),
    };
    lastRun = started;
    const input = { Schedule: { AdjustForDST: true }, ScheduleStatus: status, IsPastDue: false };
    let failure: unknown;
    const outcome = await runWithRetries(
      retry,
      stopping.signal,
      async (retryContext) => {
        await invoke({ data: { json: JSON.stringify(input) }, retryContext });
      },
      (error) => {
        failure = error;
        log(`error: run failed: ${describeError(error)}`);
      },
    );
    if (outcome !== 'succeeded') throw failure;
  };
  const runNow = () => {
    const mine = queue.then(run);
    queue = mine.catch(() => {});
    return mine;
  };

  const wait = () => {
    const next = nextAfter(new Date());
    const fire = () => {
      if (Date.now() < next.getTime()) sleep();
      // The next moment is looked for after the run: what falls into a run is left out.
      else
        void runNow()
          .catch(() => {})
          .then(() => stopping.signal.aborted || wait());
    };
    const sleep = () => {
      timer = setTimeout(fire, Math.min(next.getTime() - Date.now(), longestTimeoutMs));
    };
    sleep();
  };
  wait();

  return {
    runNow,
    async stop() {
      stopping.abort();
      clearTimeout(timer);
      await queue;
    },
  };
}
