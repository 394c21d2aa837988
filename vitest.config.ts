import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // Many files wait for a browser, a socket or a process most of the time.
    maxWorkers: Math.ceil(availableParallelism() * 1.5),
  },
});
