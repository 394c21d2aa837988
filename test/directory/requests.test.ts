import { expect, test } from 'vitest';
import { administrators, mostRequests } from '../../bench/refresh.ts';
import { tenantWith } from './large-tenant.ts';
import { noon, simulated } from './simulated.ts';

test('a tenant with 500 administrators takes no more requests than promised', async () => {
  const { sim, read } = await simulated(() => {}, { tenant: tenantWith(administrators, noon) });
  const first = await read();
  expect(first.snapshot.gaps).toEqual([]);
  const sent = sim.requests.filter(({ batch }) => !batch).length;
  expect(first.requests).toBe(sent);
  expect(sent).toBeLessThanOrEqual(mostRequests);

  // The second time there is something to compare with, and nothing more to ask.
  const second = await read({ previous: first.snapshot });
  expect(second.requests).toBeLessThanOrEqual(mostRequests);
  expect({ ...second.snapshot, takenAt: null }).toEqual({ ...first.snapshot, takenAt: null });
  const people = first.snapshot.accounts.filter(({ type }) => type === 'user');
  expect(people.length).toBeGreaterThanOrEqual(500);
  expect(people.filter(({ mfaCapable }) => mfaCapable === undefined)).toHaveLength(2);
  await sim.close();
}, 60_000);
