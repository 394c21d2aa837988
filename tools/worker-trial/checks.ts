import { setTimeout as pause } from 'node:timers/promises';

/** What was looked at, one line each, and how much of it was wrong. */
export type Checks = {
  /** @param look - throws if it is not so; a text that it returns is shown behind the name. */
  that(name: string, look: () => unknown): Promise<void>;
  readonly failed: number;
  readonly done: number;
};

export function checks(say: (line: string) => void): Checks {
  let [failed, done] = [0, 0];
  return {
    async that(name, look) {
      done += 1;
      try {
        const found = await look();
        say(`  ok      ${name}${typeof found === 'string' ? `: ${found}` : ''}`);
      } catch (error) {
        failed += 1;
        say(`  FAILED  ${name}`);
        const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
        for (const line of text.split('\n').slice(0, 40)) say(`            ${line}`);
      }
    },
    get failed() {
      return failed;
    },
    get done() {
      return done;
    },
  };
}

const pauseMs = 100;

/** Looks again and again until it is so. @throws what it threw last. */
export async function eventually(look: () => Promise<void> | void, mostMs = 30_000): Promise<void> {
  const deadline = Date.now() + mostMs;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await pause(pauseMs);
  }
}
