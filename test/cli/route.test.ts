import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { watchlistsOf } from '../../cli/posture-run.ts';
import { breakGlass, tenant } from '../../local/sample-day/people.ts';
import type { Found } from '../../shared/detect/found.ts';
import type { Finding } from '../../shared/finding.ts';
import { memoryCases } from '../../shared/record/memory-cases.ts';
import { recordFindings } from '../../shared/record/record-findings.ts';
import { unheard } from '../../shared/record/unheard.ts';
import { accountsIn } from '../../shared/route/accounts.ts';
import { policyRouting } from '../../shared/route/policy-routing.ts';
import { severities } from '../../shared/severity.ts';
import { memoryShelf } from '../../shared/shelf.ts';
import { command } from '../cases/replay.ts';
import { ada, findingOf, glass, policyFrom, policyText, user } from '../route/sample.ts';

const folder = mkdtempSync(join(tmpdir(), 'glasswatch-route-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

function fileOf(content: string): string {
  files += 1;
  const path = join(folder, `${files}.json`);
  writeFileSync(path, content);
  return path;
}

const rest = `routes:
  - { minSeverity: critical, channels: [teams, mail] }
  - { minSeverity: medium, channels: [teams] }
  - { minSeverity: low, channels: [mail], digest: daily }
  - { minSeverity: high, channels: [quiet], detections: [admin-new-device], groupMinutes: 15 }
silences:
  - { detections: [admin-off-hours], accounts: [ada@contoso.com], by: Ana, reason: moves house, until: 2026-11-25T00:00Z }
inhibitions:
  - { by: [mfa-fatigue-success], mutes: [mfa-fatigue] }
people:
  ana: { name: Ana Ruiz, mail: ana@example.net }
  ben: { name: Ben Okafor, mail: ben@example.net }
schedules:
  primary: { people: [ana, ben], from: 2026-11-02 }
escalations:
  - { breakGlassOnly: true, minSeverity: low, tiers: [{ afterMinutes: 0, onCall: [primary] }, { afterMinutes: 5, channels: [mail], onCall: [ana, ben] }], repeatMinutes: 30 }
  - { minSeverity: critical, tiers: [{ afterMinutes: 1, onCall: [primary] }] }
digest: { at: "07:30", timezone: Europe/Berlin, weekday: tue }
`;
const policyFile = fileOf(policyText(rest));

async function route(findings: readonly Finding[], ...more: string[]) {
  const file = fileOf(findings.map((one) => JSON.stringify(one)).join('\n'));
  return command(['route', '--policy', policyFile, ...more, file]);
}

/** What it says of one finding, without the reasons. */
async function said(given: Partial<Finding>, ...more: string[]): Promise<string[]> {
  const { stdout, exit, stderr } = await route([findingOf(given)], ...more);
  expect([exit, stderr]).toEqual([0, '']);
  const lines = stdout.trimEnd().split('\n');
  return lines.slice(0, lines.indexOf('  why:'));
}

describe('who would be told', () => {
  test('of a break-glass account: at once, who is asked, and why', async () => {
    const { stdout } = await route([
      findingOf({
        detection: 'breakglass-acts',
        severity: 'critical',
        title: 'Break-glass USED',
        subject: glass,
        actor: { ...glass, ip: null },
      }),
    ]);
    expect(stdout).toMatchInlineSnapshot(`
      "critical breakglass-acts: Break-glass USED
        about bg1@contoso.onmicrosoft.com, by bg1@contoso.onmicrosoft.com, of contoso, 2026-11-20T12:00:00.000Z
        told at once: teams (Teams), mail (mail from a@contoso.com to b@example.net)
        while nobody answers:
          at once: teams, mail, asking primary: Ana Ruiz
          after 5 minutes: mail, asking ana, ben: Ana Ruiz, Ben Okafor
          the last again every 30 minutes, a day long
        why:
          bg1@contoso.onmicrosoft.com is a break-glass account: nothing silences, mutes or holds back what is told of it
          routes[0] (critical -> teams, mail) fits
          routes[1] (medium and above -> teams) fits
          routes[2] (low and above -> mail, in the daily digest) fits
          routes[3] (high and above by admin-new-device -> quiet, updates together every 15 minutes) does not fit: it is for admin-new-device
      "
    `);
  });

  test('in a digest, and when that is', async () => {
    expect(await said({ severity: 'low' })).toEqual([
      'low admin-new-device: A title',
      '  about ada@contoso.com, of contoso, 2026-11-20T12:00:00.000Z',
      '  told in the daily digest at 07:30 Europe/Berlin: mail (mail from a@contoso.com to b@example.net)',
      '  nobody is asked to answer: nobody is told at once',
    ]);
  });

  test('in groups', async () => {
    expect(await said({ severity: 'high' })).toContain(
      '  told at once: teams (Teams), quiet (Teams; updates wait 15 minutes)',
    );
  });

  test('nobody, and whose silence it is', async () => {
    const lines = await said({ detection: 'admin-off-hours', severity: 'high' });
    expect(lines).toContain(
      '  told to nobody: silenced until 2026-11-25T00:00Z by Ana: moves house',
    );
  });

  test('nobody, as no route takes it', async () => {
    expect(await said({ severity: 'informational' })).toContain(
      '  told to nobody: no route takes it',
    );
  });

  test('what a check of the directory finds waits for its digest, unless it is grave', async () => {
    const posture = { detection: 'posture-permanent-assignment', subject: glass };
    expect((await said({ ...posture, severity: 'medium' })).slice(2)).toEqual([
      '  told in the digest of the directory, daily at 07:30 Europe/Berlin: teams (Teams), mail (mail from a@contoso.com to b@example.net)',
      '  nobody is asked to answer: nobody is told at once',
    ]);
    const grave = await said({ ...posture, severity: 'high' });
    expect(grave).toContain('  nobody is asked again: no escalation fits');
  });

  test('who is on call is who will be when their tier comes', async () => {
    const handover = '2026-11-09T08:59:30Z';
    expect(await said({ severity: 'critical' }, '--now', handover)).toContain(
      '    after 1 minute: teams, mail, quiet, asking primary: Ben Okafor',
    );
    expect(await said({ severity: 'critical' }, '--now', '2026-11-09T08:58:00Z')).toContain(
      '    after 1 minute: teams, mail, quiet, asking primary: Ana Ruiz',
    );
  });

  test('what came before in the file counts for what comes after', async () => {
    const graver = findingOf({ id: 'a', detection: 'mfa-fatigue-success', severity: 'high' });
    const lesser = findingOf({ id: 'b', detection: 'mfa-fatigue', severity: 'high' });
    expect((await route([graver, lesser])).stdout).toContain(
      'told to nobody: mfa-fatigue-success about the same account',
    );
    expect((await route([lesser, graver])).stdout).not.toContain('told to nobody');
  });

  test('hostile names stay on their line', async () => {
    const name = 'x\n  told to nobody: \u001b[31m\u202e';
    const lines = await said({ title: name, subject: user('u', name), detection: name });
    expect(lines.join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(lines[0]).toBe('medium x told to nobody: [31m: x told to nobody: [31m');
  });
});

test('it is the routing that runs in the cloud: the same channels get the same deliveries', async () => {
  const policy = policyFrom(rest);
  const detections = ['admin-new-device', 'admin-off-hours', 'mfa-fatigue', 'breakglass-acts'];
  const all = detections.flatMap((detection) =>
    severities.flatMap((severity) =>
      [ada, glass, user('someone')].map((subject, index) => {
        const id = [detection, severity, index].join('-');
        return findingOf({ id, incident: `incident ${id}`, detection, severity, subject });
      }),
    ),
  );
  const cases = memoryCases();
  const routing = policyRouting({
    policy,
    silences: memoryShelf(),
    mutes: memoryShelf(),
    accounts: accountsIn(watchlistsOf(policy)),
  });
  const found = all.map((finding): Found => {
    const { id, incident, subject, time } = finding;
    const plain = { state: 'open', precedence: '', severityWhenRepeated: null } as const;
    const kept = { ...plain, finding, recordId: id, arrivedAt: null, detectedAt: time };
    return { kept, incident, matter: 'sample', subject };
  });
  const now = Date.parse('2026-11-20T12:00:00Z');
  await recordFindings(found, { ...unheard, cases, routing, now });
  const delivered: string[] = [];
  for (const { incident } of all) {
    const deliveries = (await cases.load(incident))?.deliveries ?? [];
    const ways = deliveries.map(({ value }) => `${value.channel} ${value.cadence ?? 'now'}`);
    delivered.push(ways.sort().join(', '));
  }

  const { stdout } = await route(all);
  const printed = stdout
    .split(/^(?=\S)/m)
    .map((block) => waysIn(block, Object.keys(policy.channels)));
  expect(printed).toEqual(delivered);
  // It would be easy to agree on nothing.
  expect(new Set(delivered).size).toBeGreaterThan(4);
  expect(delivered.filter((one) => one === '').length).toBeGreaterThan(4);
});

const waysIn = (block: string, channels: readonly string[]): string =>
  [...block.matchAll(/^ {2}told (at once|in the daily digest[^:]*:\d\d [^:]*): (.+)$/gm)]
    .flatMap(([, when, names = '']) =>
      channels
        .filter((one) => new RegExp(`(?:^|, )${one} \\(`).test(names))
        .map((one) => `${one} ${when === 'at once' ? 'now' : 'daily'}`),
    )
    .sort()
    .join(', ');

describe('reading', () => {
  test('one finding laid out for people, a list, lines, and standard input alike', async () => {
    const [one, two] = [findingOf({ id: 'a' }), findingOf({ id: 'b', severity: 'high' })];
    const of = async (content: string) =>
      (await command(['route', '--policy', policyFile, fileOf(content)])).stdout;
    const first = await of(JSON.stringify(one, null, 2));
    expect(first).toMatch(/^medium /);
    const both = await of(JSON.stringify([one, two]));
    expect(both.startsWith(first)).toBe(true);
    expect(both.slice(first.length)).toMatch(/^high /);
    expect(await of(`${JSON.stringify(one)}\n\n${JSON.stringify(two)}\n`)).toBe(both);
  });

  test.each<[string, string, RegExp[]]>([
    ['nothing', '', [/:1: found nothing; allowed: a finding as `glasswatch replay` prints it/]],
    ['no JSON', 'hello\n', [/:1: found no JSON; allowed: a finding/]],
    ['a number', '7', [/:1 \(finding\): found 7; allowed: a map$/]],
    [
      'a wrong severity and a missing name, on the second line',
      `${JSON.stringify(findingOf())}\n${JSON.stringify({ ...findingOf({ subject: { type: 'user', id: null } as never }), severity: 'hihg' })}`,
      [
        /:2 severity: found "hihg"; allowed: informational, low, medium, high, critical$/,
        /:2 subject\.name: found nothing; allowed: a text$/,
      ],
    ],
    [
      'a time that is none, in a list',
      JSON.stringify([findingOf(), findingOf({ time: 'tomorrow' })]),
      [/:\[1\] time: found "tomorrow"; allowed: UTC ISO 8601/],
    ],
    [
      'a tenant that is not watched',
      JSON.stringify(findingOf({ tenantId: 'a\u202eb' })),
      [/: finding 1: tenantId: found "ab", which the policy does not name; allowed: 60e8/],
    ],
  ])('%s is told with its place', async (_, content, expected) => {
    const { exit, stdout, stderr } = await command([
      'route',
      '--policy',
      policyFile,
      fileOf(content),
    ]);
    const lines = stderr.trimEnd().split('\n');
    expect([exit, stdout, lines.length]).toEqual([1, '', expected.length]);
    for (const [index, line] of expected.entries()) expect(lines[index]).toMatch(line);
  });

  test('of hopeless input only so much is told', async () => {
    const content = Array.from({ length: 50 }, () => '{}').join('\n');
    const { stderr } = await command(['route', '--policy', policyFile, fileOf(content)]);
    const lines = stderr.trimEnd().split('\n');
    expect(lines).toHaveLength(21);
    expect(lines.at(-1)).toMatch(/: … and \d+ more$/);
  });

  test('a missing file, and a wrong policy, are named', async () => {
    const missing = await command(['route', '--policy', policyFile, join(folder, 'none.json')]);
    expect([missing.exit, missing.stderr]).toEqual([
      1,
      `glasswatch: ${join(folder, 'none.json')}: no such file or folder\n`,
    ]);
    const policy = fileOf(policyText('routes: [{ minSeverity: low, channels: [pager] }]'));
    const wrong = await command(['route', '--policy', policy, fileOf('{}')]);
    expect([wrong.exit, wrong.stderr]).toEqual([1, expect.stringContaining('routes[0].channels')]);
  });

  test.each([
    [[], 'nothing to read'],
    [['--now', 'soon', 'x'], '--now "soon" is no time'],
    [['--format', 'table', 'x'], '--format'],
  ])('%j is wrong usage', async (args, reason) => {
    const { exit, stderr } = await command(['route', ...args]);
    expect(exit).toBe(2);
    expect(stderr).toContain(reason);
  });
});

test('the snapshot tells which id belongs to a break-glass account that the policy names', async () => {
  // breakglass-2@contoso.onmicrosoft.com of the sample day, by its id alone.
  const subject = { type: 'user', id: breakGlass[1].id, name: null } as const;
  const file = fileOf(JSON.stringify(findingOf({ tenantId: tenant.id, subject })));
  const args = ['route', '--policy', 'local/sample-day/policy.yaml', file];
  const before = await command(args);
  expect(before.stdout).not.toContain('is a break-glass account');
  const after = await command([...args, '--directory', 'docs/examples/directory.json']);
  expect(after.stdout).toContain('is a break-glass account');
});
