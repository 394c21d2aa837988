import { describe, expect, test } from 'vitest';
import { checkPosture } from '../../shared/detect/check-posture.ts';
import { exampleTenant, people } from '../../shared/detect/example-tenant.ts';
import type { PostureExample } from '../../shared/detect/posture-check.ts';
import { postureChecks } from '../../shared/detect/posture-checks/index.ts';
import { normalise } from '../../shared/read/normalise.ts';
import { globalAdministrator } from '../../shared/roles.ts';
import { parseSnapshot } from '../../shared/watch/directory.ts';
import { Watchlist } from '../../shared/watch/watchlist.ts';
import { noSettings } from '../run-records.ts';

const now = Date.parse('2026-11-20T12:00:00Z');

function watchlistOf({ account, declared, records }: PostureExample): Watchlist {
  const accounts = { emergency: [], exposed: [], shared: [], automation: [], external: [] };
  const tenant = {
    ...exampleTenant,
    accounts: { ...accounts, ...(declared && { [declared]: [people.ada.id] }) },
  };
  const watchlist = new Watchlist(tenant);
  const ada = {
    id: people.ada.id,
    type: 'user',
    userPrincipalName: people.ada.upn,
    enabled: true,
    lastPasswordChangeAt: '2026-11-01T00:00:00Z',
    assignments: [{ roleTemplateId: globalAdministrator, state: 'active' }],
    ...account,
  };
  const snapshot = {
    tenantId: tenant.id,
    takenAt: '2026-11-19T00:00:00Z',
    accounts: account ? [ada] : [],
  };
  watchlist.takeSnapshot(parseSnapshot(JSON.stringify(snapshot), 'example'));
  for (const record of records ?? []) {
    const read = normalise(record, tenant.id);
    if (!('event' in read)) throw new Error(JSON.stringify(read));
    watchlist.apply(read.event);
  }
  return watchlist;
}

describe.each(postureChecks)('$id', (check) => {
  test.each(check.examples)('$name: $expect', (example) => {
    const found = checkPosture(watchlistOf(example), {
      checks: [check],
      settingsOf: noSettings,
      maxAgeDays: 90,
      now,
    });
    const severities = found.map(({ kept }) => kept.finding.severity);
    expect(severities).toEqual(example.expect === 'nothing' ? [] : [example.expect]);
  });

  test('shows when it fires and when it stays quiet', () => {
    const quiet = check.examples.filter((example) => example.expect === 'nothing');
    expect(quiet.length).toBeGreaterThan(0);
    expect(quiet.length).toBeLessThan(check.examples.length);
  });
});
