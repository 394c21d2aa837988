import { setTimeout as pause } from 'node:timers/promises';
import { WatchError } from './errors.ts';

/** Whoever loses that often in a row does not meet others, but a fault. */
const mostConflicts = 20;
const longestPauseMs = 100;

/** Whether somebody else wrote first. */
export const isConflict = (error: unknown): boolean =>
  error instanceof WatchError && error.code === 'STORE_CONFLICT';

/**
 * Does something anew, on what others wrote meanwhile, until nobody came in between.
 *
 * @throws {WatchError} STORE_CONFLICT once it has lost too often; and whatever else went wrong.
 */
export async function untilSaved<T>(attempt: () => Promise<T>): Promise<T> {
  for (let conflicts = 0; ; conflicts += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!isConflict(error) || conflicts >= mostConflicts) throw error;
      // Two that went in step would lose against each other for ever.
      if (conflicts > 0) await pause(Math.random() * Math.min(2 ** conflicts, longestPauseMs));
    }
  }
}

/** @returns what the save gave; undefined if somebody else was first. */
export async function unlessTaken<T>(save: () => Promise<T>): Promise<T | undefined> {
  try {
    return await save();
  } catch (error) {
    if (isConflict(error)) return undefined;
    throw error;
  }
}
