import type { RetryOptions } from './core-types.ts';
import type { Invoke, Log } from './invoke.ts';

/** What every trigger needs of its function. */
export interface FunctionShell {
  invoke: Invoke;
  /** Prefixes the line with the function's name. */
  log: Log;
  retry: RetryOptions | undefined;
}

/** A running trigger. */
export interface Trigger {
  /** Takes in nothing new and waits for what is in work. */
  stop(): Promise<void>;
}
