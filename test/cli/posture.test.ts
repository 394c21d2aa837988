import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postureTable } from '../../cli/posture-table.ts';
import { columnsOf, wrap } from '../../cli/posture-wrap.ts';
import { soundAdministrator } from '../../shared/detect/examples/posture.ts';
import { exampleTenantId, people } from '../../shared/detect/examples/tenant.ts';
import { items } from '../../shared/scorecard/items.ts';
import type { Scorecard } from '../../shared/scorecard/scorecard.ts';
import { command } from '../cases/replay.ts';
import { ada, cardOf, invented, soundDirectory, verdictsWith } from '../scorecard/tenant.ts';

const sample = fileURLToPath(new URL('../../docs/examples/directory.json', import.meta.url));
const samplePolicy = fileURLToPath(new URL('../../local/sample-day/policy.yaml', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'glasswatch-posture-'));
const home = process.cwd();
// Away from what an `npm start` may have left in the repository.
beforeAll(() => process.chdir(folder));
afterAll(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true, force: true });
});

let files = 0;
const written = (content: unknown) => {
  files += 1;
  const file = join(folder, `directory-${files}.json`);
  writeFileSync(file, JSON.stringify(content));
  return file;
};

const snapshot = (accounts: readonly object[], more: object = {}) =>
  written({ tenantId: exampleTenantId, takenAt: '2026-11-19T00:00:00Z', accounts, ...more });

const stale = { ...soundAdministrator, lastPasswordChangeAt: '2026-01-01T00:00:00Z' };

const called = async (...args: string[]) => {
  const { exit, stdout, stderr } = await command(['posture', ...args]);
  return { exit, stdout, stderr };
};

const cardFrom = async (...args: string[]) => {
  const { exit, stdout } = await called(...args, '--format', 'json');
  expect(exit).toBe(0);
  return JSON.parse(stdout) as Scorecard & { inventory: { holders: { party: object }[] } };
};

describe('a table', () => {
  test('of every item, with who and what to do, and exit code 0', async () => {
    const { exit, stdout } = await called('--directory', snapshot([stale], soundDirectory));
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^00000000-0000-4000-8000-000000000001: \d+ of 51 met, /);
    expect(stdout).toContain('\nStage 4: six months and beyond (');
    const text = stdout.replace(/\s+/g, ' ');
    expect(items.filter(({ title }) => !text.includes(title))).toEqual([]);
    expect(text).toContain(
      'NOT MET Every administrator signed in and changed the password within 90 days, shared accounts too ' +
        `Found ${people.ada.upn}: password unchanged since 2026-01-01`,
    );
    expect(text).toContain('To do Have the passwords changed');
    expect(text).toContain('Who holds what (1)');
    expect(text).toContain(`${people.ada.upn}: administration-only`);
  });

  test('says what is dark, and why', async () => {
    const gaps = [
      { part: 'risk', why: 'permission', detail: 'IdentityRiskyUser.Read.All is missing.' },
    ];
    const { stdout } = await called('--directory', snapshot([soundAdministrator], { gaps }));
    expect(stdout).toContain('\nNot read (12)\n');
    expect(stdout).toContain('risks of users: IdentityRiskyUser.Read.All is missing.');
    expect(stdout).toContain('Conditional Access: The snapshot says nothing of it.');
  });

  test('of one stage, with the totals of all', async () => {
    const { stdout } = await called('--directory', snapshot([stale]), '--stage', '1');
    expect(stdout).toContain('Stage 1: ');
    expect(stdout).not.toContain('Stage 2: ');
    expect(stdout).toContain(' of 51 met');
  });

  const long = 'x'.repeat(200);
  const wide = '漢字'.repeat(40);
  const crowded = cardOf({
    tenant: { name: `${long} ${wide}` },
    verdicts: verdictsWith({
      'posture-admin-synced': {
        found: [
          invented('posture-admin-synced', { title: long }),
          invented('posture-admin-synced', { title: wide }),
        ],
        unknown: [{ unknown: long, about: { ...ada, name: wide } }],
      },
    }),
  });

  test.each([80, 120])('fits in %i columns, whatever names are like', (columns) => {
    const lines = postureTable(crowded, { holders: [], azure: [] }, columns).split('\n');
    expect(Math.max(...lines.map(columnsOf))).toBeLessThanOrEqual(columns);
    expect(Math.max(...lines.map(columnsOf))).toBeGreaterThan(columns - 15);
  });
});

describe('lines', () => {
  test.each([
    ['one two three', 7, ['one two', 'three']],
    ['abcdefghij', 4, ['abcd', 'efgh', 'ij']],
    ['漢字漢字', 4, ['漢字', '漢字']],
    ['a 👩‍🚀 b', 4, ['a 👩‍🚀', 'b']],
    ['', 10, ['']],
  ])('%j at %i columns', (text, columns, lines) => {
    expect(wrap(text, columns)).toEqual(lines);
  });
});

describe('JSON', () => {
  test('is the card with the inventory, and its numbers are those of its items', async () => {
    const card = await cardFrom('--directory', snapshot([stale], soundDirectory));
    expect([card.version, card.at, card.tenant.id]).toEqual([
      1,
      '2026-11-19T00:00:00.000Z',
      exampleTenantId,
    ]);
    expect(card.inventory.holders.map(({ party }) => party)).toEqual([ada]);
    const states = card.stages.flatMap((stage) => stage.items).map(({ state }) => state);
    expect(card.totals.notMet).toBe(states.filter((state) => state === 'notMet').length);
  });

  test('as of --now: what has become too old by then is', async () => {
    const directory = snapshot([soundAdministrator], soundDirectory);
    const stateAt = async (now: string) => {
      const card = await cardFrom('--directory', directory, '--now', now);
      return card.findings.high;
    };
    expect(await stateAt('2027-06-01T00:00:00Z')).toBeGreaterThan(
      await stateAt('2026-11-19T00:00:00Z'),
    );
  });

  test('goes to a file', async () => {
    const out = join(folder, 'card.json');
    const args = ['--directory', snapshot([stale]), '--format', 'json', '--out', out];
    const { exit, stdout } = await called(...args);
    expect([exit, stdout]).toEqual([0, '']);
    expect(JSON.parse(readFileSync(out, 'utf8'))).toMatchObject({ version: 1 });
  });

  test('is the same whenever it is asked for', async () => {
    const directory = snapshot([stale], soundDirectory);
    expect(await cardFrom('--directory', directory)).toEqual(
      await cardFrom('--directory', directory),
    );
  });
});

describe('by a policy', () => {
  const policy = join(folder, 'policy.yaml');
  const writePolicy = (more: string) =>
    writeFileSync(
      policy,
      [
        'version: 1',
        'tenants:',
        `  - id: ${exampleTenantId}`,
        '    name: example',
        more,
        'channels: { soc: { type: teams, webhookUrl: { env: TEAMS } } }',
        'routes: [{ minSeverity: low, channels: [soc] }]',
      ].join('\n'),
    );
  const stateOf = async (id: string, now: string) => {
    const args = ['--policy', policy, '--directory', snapshot([soundAdministrator]), '--now', now];
    const card = await cardFrom(...args);
    return card.stages.flatMap((stage) => stage.items).find((item) => item.id === id)?.state;
  };

  test('a person vouches for an item until a day', async () => {
    writePolicy(
      '    attested: [{ item: incident-plan-owners, by: Grace Hopper, until: 2026-12-31 }]',
    );
    expect(await stateOf('incident-plan-owners', '2026-12-31T23:00:00Z')).toBe('attested');
    expect(await stateOf('incident-plan-owners', '2027-01-01T00:00:00Z')).toBe('unknown');
  });

  test('a reason in the register is known', async () => {
    writePolicy(
      `    register: [{ account: ${people.ada.id}, owner: Ada, reason: runs the directory }]`,
    );
    expect(await stateOf('admin-justification', '2026-11-20T00:00:00Z')).toBe('met');
  });

  test('of another tenant: the snapshot is refused', async () => {
    const args = ['--policy', samplePolicy, '--directory', snapshot([stale])];
    const { exit, stderr } = await called(...args);
    expect(exit).toBe(1);
    expect(stderr).toContain('which the policy does not name');
  });
});

describe('where the directory comes from', () => {
  test('nowhere is wrong usage, and both ways are named', async () => {
    const { exit, stdout, stderr } = await called();
    expect([exit, stdout]).toEqual([2, '']);
    expect(stderr).toContain('--directory FILE');
    expect(stderr).toContain('--live');
  });

  test('what npm start left is used, and the first line says so', async () => {
    mkdirSync(join(folder, '.glasswatch'), { recursive: true });
    writeFileSync(join(folder, '.glasswatch/directory.json'), readFileSync(sample));
    try {
      const { exit, stdout } = await called();
      expect(exit).toBe(0);
      expect(stdout.split('\n')[0]).toBe(
        'The sample tenant, as `npm start` left it in .glasswatch/directory.json; judged by its own policy.',
      );
      const json = await called('--format', 'json');
      expect(JSON.parse(json.stdout)).toMatchObject({ version: 1 });
      expect(json.stderr.split('\n')[0]).toContain('.glasswatch/directory.json');
    } finally {
      rmSync(join(folder, '.glasswatch'), { recursive: true });
    }
  });

  test('a snapshot that is old, or without a date, is told of', async () => {
    const old = await called('--directory', snapshot([stale], { takenAt: '2020-01-01T00:00:00Z' }));
    expect(old.stderr).toMatch(/^warning: the snapshot was taken \d+ days ago, at 2020-01-01/);
    const undated = written({ tenantId: exampleTenantId, accounts: [] });
    expect((await called('--directory', undated)).stderr).toBe(
      'warning: the snapshot does not tell when it was taken\n',
    );
  });

  test('accounts alone are enough, and no account is not an empty tenant', async () => {
    const card = await cardFrom(
      '--directory',
      written({ tenantId: exampleTenantId, accounts: [] }),
    );
    expect([card.takenAt, card.totals.items, card.inventory.holders]).toEqual([null, 51, []]);
    const item = card.stages
      .flatMap((stage) => stage.items)
      .find(({ id }) => id === 'admins-cloud-only');
    expect(item?.state).toBe('unknown');
  });

  test.each([
    ['no such file', ['--directory', 'nothing.json'], 1, 'no such file'],
    ['no JSON', ['--directory', samplePolicy], 1, 'is not JSON'],
    ['two sources', ['--directory', sample, '--live'], 2, 'not both'],
    ['no time', ['--directory', sample, '--now', 'tomorrow'], 2, '--now "tomorrow" is no time'],
    ['no format', ['--directory', sample, '--format', 'pdf'], 2, 'allowed: table, json, html'],
    ['no stage', ['--directory', sample, '--stage', '5'], 2, 'allowed: 1, 2, 3, 4'],
    ['too many words', ['x'], 2, 'unexpected argument "x"'],
    [
      'nowhere to write',
      ['--directory', sample, '--out', 'no/such/folder/x'],
      1,
      'no such file or folder',
    ],
  ])('%s', async (_, args, exit, reason) => {
    const outcome = await called(...args);
    expect([outcome.exit, outcome.stdout]).toEqual([exit, '']);
    expect(outcome.stderr).toContain(reason);
  });
});

describe('hostile names', () => {
  const name = '\u001b[31m‮<script>alert(1)</script>\r\nMET everything\u0007';
  const directory = snapshot(
    [
      {
        ...stale,
        userPrincipalName: name,
        displayName: name,
        manager: { type: 'user', id: 'm', name },
        assignments: [
          ...soundAdministrator.assignments,
          { roleTemplateId: 'custom', roleName: name, state: 'active', scope: name },
        ],
      },
    ],
    { gaps: [{ part: 'risk', why: 'failed', detail: name }] },
  );
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
  const control = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

  test.each(['table', 'html'])('are text in a %s, on one line', async (format) => {
    const { exit, stdout } = await called('--directory', directory, '--format', format);
    expect(exit).toBe(0);
    expect(stdout).not.toMatch(control);
    expect(stdout).not.toMatch(/^\s*MET everything/m);
    if (format === 'html') expect(stdout).not.toContain('<script');
  });

  test('are text in JSON', async () => {
    const { stdout } = await called('--directory', directory, '--format', 'json');
    expect(JSON.parse(stdout).inventory.holders[0].party.name).toBe(
      '[31m<script>alert(1)</script> MET everything',
    );
  });
});

test('a page is HTML from the first to the last line', async () => {
  const { exit, stdout } = await called(
    '--directory',
    sample,
    '--policy',
    samplePolicy,
    '--format',
    'html',
  );
  expect(exit).toBe(0);
  expect(stdout).toMatch(/^<!doctype html>\n<html lang="en">/);
  expect(stdout.trimEnd()).toMatch(/<\/html>$/);
});
