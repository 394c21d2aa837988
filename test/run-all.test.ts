import { expect, test } from 'vitest';
import { runAll } from '../shared/run-all.ts';

test('what comes after a failure is done all the same, and the failure is told', async () => {
  const done: string[] = [];
  const parts = [
    async () => 2,
    () => Promise.reject(new Error('first')),
    async () => void done.push('third'),
    () => Promise.reject(new Error('second')),
  ];
  await expect(runAll(parts)).rejects.toThrow('first');
  expect(done).toEqual(['third']);
  expect(await runAll([async () => 2, async () => {}, async () => 3])).toBe(5);
});
