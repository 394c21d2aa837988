import { expect, test } from 'vitest';
import { runRecords } from '../../cli/run-examples.ts';
import adminBruteforce from '../../shared/detect/detections/admin-bruteforce.ts';
import passwordSpray from '../../shared/detect/detections/password-spray.ts';
import { attempt, somebody, times, wrongPassword } from '../../shared/detect/examples/guesses.ts';
import { people } from '../../shared/detect/examples/tenant.ts';

const midnight = 12 * 60;
const told = async (...[records, run]: Parameters<typeof runRecords>) =>
  (await runRecords(records, run)).map(({ state, finding: { title, time, revision } }) => ({
    ...{ state, title, time, revision },
  }));

test('a burst around midnight is one finding of each day', async () => {
  const records = times(12, (n) => attempt(people.ada, wrongPassword, midnight - 6 + n * 0.8));
  const found = await told(records, { detections: [adminBruteforce], batchSize: 12 });
  expect(found.map(({ time }) => time).sort()).toEqual([
    '2026-11-20T23:54:00.000Z',
    '2026-11-21T00:00:24.000Z',
  ]);
});

test('a spray of hundreds is one finding, and told anew a few times', async () => {
  const records = times(700, (n) => attempt(somebody(n), wrongPassword, n / 10));
  const found = await told(records, { detections: [passwordSpray], batchSize: 3 });
  expect(found).toEqual([
    {
      state: 'open',
      title: 'Password spray from 203.0.113.9: 200 or more accounts',
      time: '2026-11-20T12:00:00.000Z',
      revision: expect.any(Number),
    },
  ]);
  expect(found[0]?.revision).toBeLessThan(10);
});

test('guesses at one account go on for hours, and stay one finding', async () => {
  const records = times(500, (n) => attempt(people.ada, wrongPassword, n / 2));
  const found = await told(records, { detections: [adminBruteforce], batchSize: 7 });
  expect(found).toMatchObject([{ state: 'open', time: '2026-11-20T12:00:00.000Z' }]);
  expect(found[0]?.revision).toBeLessThan(10);
});
