import { expect } from 'vitest';

/** Looks again and again until it is so. */
export async function until<T>(look: () => T | Promise<T>, expected: T): Promise<void> {
  await expect.poll(look, { timeout: 20_000, interval: 50 }).toEqual(expected);
}
