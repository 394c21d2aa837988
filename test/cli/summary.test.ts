import { expect, test } from 'vitest';
import { summaryOf } from '../../cli/summary.ts';
import { parsePolicy } from '../../shared/policy.ts';
import { sampleFinding } from '../stores/sample-findings.ts';

const finding = (incident: string, name: string, more: object = {}) =>
  sampleFinding(incident, name, { finding: more }).finding;
const eve = { type: 'user', id: 'eve', name: 'eve@example.com' } as const;
const findings = [
  finding('1', 'a'),
  finding('1', 'b', { severity: 'low' }),
  finding('2', 'c', { detection: 'password-spray', severity: 'medium', subject: eve }),
  finding('3', 'd', { time: '2026-11-03T08:00:00.000Z', subject: eve }),
];

test('each detection with how often it fired, on whom, and the most frequent first', () => {
  expect(summaryOf(findings, undefined)).toBe(
    [
      'detection                        findings  of severity    incidents  told  about',
      'privileged-role-assigned-active  3         2 high, 1 low  2          -     ada@example.com (2), eve@example.com',
      'password-spray                   1         1 medium       1          -     eve@example.com',
      '',
      '4 findings in 3 incidents on 2 days; with --policy it says how many people would have been told of',
      '',
    ].join('\n'),
  );
});

test('with a policy, of how many people would have been told', () => {
  const parsed = parsePolicy(
    `
version: 1
tenants: [{ id: 60e8de8d-8243-4bff-86c7-2aa35ef4cbf5, name: contoso }]
channels: { secops: { type: teams, webhookUrl: { env: URL } } }
routes: [{ minSeverity: high, channels: [secops] }]
`,
    'policy.yaml',
  );
  if (!('policy' in parsed)) throw new Error('not a policy');
  const lines = summaryOf(findings, parsed.policy).split('\n');
  expect(lines[1]).toMatch(/^privileged-role-assigned-active +3 +2 high, 1 low +2 +2 /);
  expect(lines[2]).toMatch(/^password-spray +1 +1 medium +1 +0 /);
  expect(lines.at(-2)).toBe(
    '4 findings in 3 incidents on 2 days; people would have been told of 2',
  );
});
