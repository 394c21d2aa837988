import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // One less than there are cores by itself, which on two is half of what there is.
    maxWorkers: '100%',
  },
});
