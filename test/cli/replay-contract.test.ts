import { describe, expect, test } from 'vitest';
import type { Finding } from '../../shared/finding.ts';
import { failed, refresh, roleAdded, signIn } from '../cases/records.ts';
import { command, replay } from '../cases/replay.ts';
import { at, people, roles } from '../cases/world.ts';

const { tara, nadia, glass, ruth } = people;
const isoMs = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const grant = roleAdded(tara, roles.global, {
  id: 'Directory_1',
  correlationId: 'click',
  activityDateTime: '2026-11-20T13:01:02.3456789+01:00',
});
const keys = [
  ...['id', 'revision', 'incident', 'detection', 'severity', 'title', 'summary', 'time'],
  ...['tenantId', 'subject', 'actor', 'roles', 'techniques', 'source', 'details'],
];

test('a finding has the keys of the contract, in their types', async () => {
  const { findings } = await replay({ name: '', records: [grant], expect: [] });
  const [finding] = findings;
  expect(Object.keys(finding ?? {})).toEqual(keys);
  expect(finding).toMatchObject({
    id: expect.stringMatching(/^\S+$/),
    revision: 1,
    incident: expect.stringMatching(/^\S+$/),
    detection: 'privileged-role-assigned-active',
    severity: 'high',
    title: expect.any(String),
    summary: expect.any(String),
    time: '2026-11-20T12:01:02.345Z',
    subject: { type: 'user', id: tara.id, name: tara.upn },
    actor: { type: 'user', id: nadia.id, name: nadia.upn, ip: '192.0.2.24' },
    roles: [{ templateId: roles.global, name: 'Global Administrator', scope: '/' }],
    techniques: ['T1098.003'],
    source: { category: 'AuditLogs', recordIds: ['Directory_1'], correlationId: 'click' },
    details: expect.any(Object),
  });
  expect(Object.keys(finding?.subject ?? {})).toEqual(['type', 'id', 'name']);
  expect(Object.keys(finding?.actor ?? {})).toEqual(['type', 'id', 'name', 'ip']);
});

test('nobody acted, says the log: the actor is null', async () => {
  const records = [roleAdded(tara, roles.global, { initiatedBy: { user: null, app: null } })];
  const { findings } = await replay({ name: '', records, expect: [] });
  expect(findings.map(({ actor }) => actor)).toEqual([null]);
});

test('every line is of one shape, whatever was found', async () => {
  const records = [grant, signIn(ruth), refresh(glass), failed(glass, 50126)];
  const { findings, stdout } = await replay({ name: '', records, expect: [] });
  expect(findings.length).toBe(4);
  expect(stdout.endsWith('}\n')).toBe(true);
  const printed = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Finding);
  for (const finding of printed) {
    expect(Object.keys(finding)).toEqual(keys);
    expect(finding.time).toMatch(isoMs);
  }
  const times = printed.map(({ time }) => time);
  expect(times).toEqual(times.toSorted());
});

test('hostile names stay within their line', async () => {
  const upn = 'a\n{"id":"x"}\u2028\u202e@contoso.com';
  const records = [roleAdded({ ...tara, upn }, roles.global)];
  const { stdout, findings } = await replay({ name: '', records, expect: [] });
  expect(
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)).length,
  ).toBeGreaterThan(0);
  expect(findings.length).toBe(1);
  expect(findings[0]?.title).not.toMatch(/[\n\u2028\u202e]/);
});

describe('revisions', () => {
  test('a repeated record is no news', async () => {
    const { findings } = await replay({ name: '', records: [grant, grant], expect: [] });
    expect(findings.map(({ revision }) => revision)).toEqual([1]);
  });

  test('a worse one is', async () => {
    const records = [failed(glass, 50126), failed(glass, 50126, { createdDateTime: at('12:30') })];
    const { findings } = await replay({ name: '', records, expect: [] });
    expect(findings.map(({ revision, severity }) => ({ revision, severity }))).toEqual([
      { revision: 2, severity: 'high' },
    ]);
  });
});

describe('exit codes', () => {
  test.each([
    ['wrong usage: no files', ['replay'], 2],
    ['wrong usage: an unknown option', ['replay', '--polcy', 'x', 'y'], 2],
    ['wrong usage: no time', ['replay', '--now', 'soon', 'y'], 2],
    ['wrong usage: an unknown format', ['replay', '--format', 'xml', 'y'], 2],
    ['wrong usage: no such command', ['replya'], 2],
    ['bad input: no such file', ['replay', '/does/not/exist'], 1],
    ['bad input: no such policy', ['replay', '--policy', '/does/not/exist', 'package.json'], 1],
    ['bad input: no such directory', ['replay', '--directory', '/does/not/exist'], 1],
    ['fine: help', ['replay', '--help'], 0],
  ])('%s', async (_, args, exit) => {
    const outcome = await command(args);
    expect(outcome.exit).toBe(exit);
    expect(outcome.stderr === '').toBe(exit === 0);
  });

  test('a policy with a mistake', async () => {
    const outcome = await replay({ name: '', policy: 'version: 2', records: [grant], expect: [] });
    expect(outcome).toMatchObject({ exit: 1, stdout: '' });
    expect(outcome.stderr).toContain('policy.yaml:1');
  });

  test('a directory of a tenant that the policy does not name', async () => {
    const directory = '{"tenantId":"11111111-2222-4333-8444-555555555555","accounts":[]}';
    const outcome = await replay({ name: '', directory, records: [grant], expect: [] });
    expect(outcome).toMatchObject({ exit: 1, stdout: '' });
  });
});

test('standard error says what was read, judged, skipped and unreadable', async () => {
  const files = [
    JSON.stringify([grant, { ...signIn(tara), category: 'ProvisioningLogs' }, signIn(tara), 7]),
  ];
  const { stderr } = await replay({ name: '', files, expect: [] });
  expect(stderr.trimEnd().split('\n').at(-1)).toBe(
    '4 records read: 2 judged, 1 skipped (not watched: ProvisioningLogs 1), 1 unreadable',
  );
  expect(stderr).toMatch(/record 4: /);
});
