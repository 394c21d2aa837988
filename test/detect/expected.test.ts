import { describe, expect, test } from 'vitest';
import { detections } from '../../shared/detect/detections/index.ts';
import { directRole, refresh } from '../../shared/detect/examples/records.ts';
import { exampleTenantId, people } from '../../shared/detect/examples/tenant.ts';
import { settingsFrom } from '../../shared/policy/settings-of.ts';
import { formatProblem, parsePolicy } from '../../shared/policy.ts';
import { globalAdministrator } from '../../shared/roles.ts';
import { runRecords } from '../run-records.ts';

const planned = {
  reason: 'CHG-7, a new administrator',
  detections: ['privileged-role-assigned-active'],
  accounts: [people.ada.upn],
  from: '2026-11-20T11:00Z',
  until: '2026-11-20T13:00Z',
};

const policyText = (expected: object) =>
  JSON.stringify({
    version: 1,
    tenants: [
      {
        id: exampleTenantId,
        name: 'example',
        accounts: { emergency: [people.glass.id] },
      },
    ],
    expected: [expected],
    channels: {
      secops: { type: 'teams', webhookUrl: { env: 'URL' } },
      pager: { type: 'pagerduty', routingKey: { env: 'KEY' } },
    },
    routes: [{ minSeverity: 'low', channels: ['secops', 'pager'] }],
  });

async function found(expected: object, record: object) {
  const parsed = parsePolicy(policyText(expected), 'policy.json');
  if ('problems' in parsed) throw new Error(parsed.problems.map(formatProblem).join('\n'));
  const run = { detections, settingsOf: settingsFrom(parsed.policy) };
  const kept = await runRecords([record], run);
  return kept.map(({ finding: { detection, severity, details } }) => ({
    detection,
    severity,
    expected: details.expected,
  }));
}

const grant = directRole(people.dan, globalAdministrator);
const assigned = { detection: 'privileged-role-assigned-active' };

describe('a planned change', () => {
  test('is kept as informational, with its reason; what else it shows is as grave as ever', async () => {
    const some = await found(planned, grant);
    expect(some).toContainEqual({
      ...assigned,
      severity: 'informational',
      expected: planned.reason,
    });
    expect(
      some.filter(({ expected }) => expected === undefined).map(({ severity }) => severity),
    ).not.toContain('informational');
  });

  test.each([
    ['by somebody else', { ...planned, accounts: [people.ben.upn] }],
    ['that is over', { ...planned, until: '2026-11-20T11:59Z' }],
    ['that has not begun', { ...planned, from: '2026-11-20T12:01Z' }],
    ['of another kind', { ...planned, detections: ['ca-policy-weakened'] }],
  ])('%s explains nothing', async (_, other) => {
    expect(await found(other, grant)).toContainEqual({
      ...assigned,
      severity: 'high',
      expected: undefined,
    });
  });

  test('explains nothing about a break-glass account', async () => {
    const legacy = refresh(people.glass, { clientAppUsed: 'IMAP4' });
    const own = {
      ...planned,
      detections: ['admin-signin-legacy-auth'],
      accounts: ['glass-2@example.com'],
    };
    // Written by a name that nobody knows to be the account's.
    const some = await found({ ...own, accounts: [people.glass.upn] }, legacy);
    expect(some).toContainEqual({
      detection: 'admin-signin-legacy-auth',
      severity: 'high',
      expected: undefined,
    });
  });
});

test.each([
  [
    { ...planned, detections: ['breakglass-acts'] },
    /expected\[0\]\.detections\[0\]: nothing silences/,
  ],
  [{ ...planned, accounts: [people.glass.id] }, /expected\[0\]\.accounts\[0\]: nothing silences/],
  [{ ...planned, until: '2026-11-20T10:00Z' }, /expected\[0\]\.until: found .*after `from`/],
  [{ ...planned, until: '2026-12-20T10:00Z' }, /expected\[0\]\.until: found .*14 days/],
  [
    { ...planned, from: 'tonight' },
    /expected\[0\]\.from: found "tonight"; allowed: a moment in UTC/,
  ],
  [{ ...planned, accounts: [] }, /expected\[0\]\.accounts: .*at least one account/],
])('a mistake in it is named: %j', (expected, problem) => {
  const parsed = parsePolicy(policyText(expected), 'policy.json');
  expect('problems' in parsed && parsed.problems.map(formatProblem).join('\n')).toMatch(problem);
});
