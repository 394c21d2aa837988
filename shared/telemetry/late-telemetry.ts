import { WatchError } from '../errors.ts';
import type { Measure, Telemetry } from './measures.ts';

type LateTelemetryOptions = {
  /** So long the start of the process is left alone. */
  afterMs: number;
  /** A flush that takes longer has failed. */
  flushMs: number;
  warn(message: string): void;
};

/** More than a start measures, less than a leak. */
const mostEarly = 20_000;

/** What is measured before the libraries are loaded is kept for them. */
export function lateTelemetry(
  load: () => Promise<Telemetry>,
  { afterMs, flushMs, warn }: LateTelemetryOptions,
): Telemetry {
  let early: ((measure: Measure) => void)[] = [];
  let loading: Promise<Telemetry> | undefined;
  let loaded: Telemetry | undefined;

  async function loadOnce(): Promise<Telemetry> {
    try {
      loaded = await load();
    } catch (error) {
      warn(`nothing is measured: telemetry could not be started (${reasonOf(error)})`);
      loaded = { measure: () => {}, flush: async () => {} };
    }
    for (const note of early) note(loaded.measure);
    early = [];
    return loaded;
  }
  const start = () => {
    loading ??= loadOnce();
    return loading;
  };
  setTimeout(start, afterMs).unref();

  return {
    measure(name, value, about) {
      if (loaded) loaded.measure(name, value, about);
      else if (early.length < mostEarly) early.push((measure) => measure(name, value, about));
    },
    async flush() {
      const { promise: tooLate, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, flushMs);
      await Promise.race([start().then((telemetry) => telemetry.flush()), tooLate]).catch(() => {});
      clearTimeout(timer);
    },
  };
}

/** Only our own words: those of others may hold what was set, and that may be a key. */
function reasonOf(error: unknown): string {
  if (error instanceof WatchError) return error.message;
  return error instanceof Error ? error.name : typeof error;
}
