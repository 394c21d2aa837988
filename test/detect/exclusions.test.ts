import { expect, test } from 'vitest';
import { policyOf, runRecords } from '../../cli/run-examples.ts';
import assigned from '../../shared/detect/detections/privileged-role-assigned-active.ts';
import { byApp, directRole } from '../../shared/detect/examples/records.ts';
import { people } from '../../shared/detect/examples/tenant.ts';
import { globalAdministrator } from '../../shared/roles.ts';

const { ada, dan } = people;

async function found(account: string, record: object): Promise<number> {
  const settings = { exclude: [{ account, reason: 'agreed' }] };
  const run = { detections: [assigned], ...policyOf(assigned.id, { settings }) };
  return (await runRecords([record], run)).length;
}

test('an exclusion holds for the account, by its id or its name', async () => {
  for (const account of [ada.id, ada.upn, ada.id.toUpperCase(), dan.id, dan.upn]) {
    expect(await found(account, directRole(dan, globalAdministrator))).toBe(0);
  }
});

test('an application called by the id of somebody excluded is not that one', async () => {
  const impostor = byApp({ id: '00000000-0000-4000-8000-000000000099', name: ada.id });
  const record = directRole(dan, globalAdministrator, { initiatedBy: impostor });
  expect(await found(ada.id, record)).toBe(1);
});
