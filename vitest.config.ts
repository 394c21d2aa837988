import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** They change the process, replace modules, or have modules that are over with the file. */
const alone = ['cases', 'cli', 'local', 'package', 'telemetry'].map(
  (folder) => `test/${folder}/**/*.test.ts`,
);

export default defineConfig({
  test: {
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // Many files wait for a browser, a socket or a process most of the time.
    maxWorkers: Math.ceil(availableParallelism() * 1.5),
    projects: [
      { extends: true, test: { name: 'alone', include: alone } },
      {
        extends: true,
        // Files that run one after the other share what they import.
        test: {
          name: 'together',
          include: ['test/**/*.test.ts'],
          exclude: alone,
          isolate: false,
        },
      },
    ],
  },
});
