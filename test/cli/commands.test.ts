import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { severities } from '../../shared/severity.ts';
import { command } from '../cases/replay.ts';

const tenMistakes = fileURLToPath(new URL('../data/policies/ten-mistakes.yaml', import.meta.url));
const example = fileURLToPath(new URL('../../policy.example.yaml', import.meta.url));

const called = async (...args: string[]) => {
  const { exit, stdout, stderr } = await command(args);
  return { exit, stdout, stderr: stderr.split('\n').filter((line) => line !== '') };
};

const names = [
  'replay',
  'posture',
  'check',
  'detections',
  'explain',
  'evidence',
  'test',
  'route',
  'drill',
  'forward',
  'init',
  'doctor',
];

describe('help', () => {
  test.each([[['--help']], [['-h']], [['help']]])('%j names every command', async (args) => {
    const { exit, stdout, stderr } = await called(...args);
    expect([exit, stderr]).toEqual([0, []]);
    expect(stdout).toMatch(/^Usage: glasswatch /);
    for (const name of names) expect(stdout).toContain(`\n  ${name} `);
    expect(stdout).toContain('Exit code: 0 fine, 1 the input or the policy is bad, 2 wrong usage');
  });

  test.each(names)('of %s, whatever else is asked', async (name) => {
    for (const args of [['--help'], ['-h'], ['no such file', '--help'], ['--nonsense', '-h']]) {
      const { exit, stdout, stderr } = await called(name, ...args);
      expect([exit, stderr]).toEqual([0, []]);
      expect(stdout).toMatch(new RegExp(`^Usage: glasswatch ${name} `));
      expect(stdout.match(/Exit code: 0 .*1 .*2 wrong usage/gs)).toHaveLength(1);
    }
  });

  test('is what a call without a command gets, as wrong usage', async () => {
    const { exit, stdout } = await called();
    expect([exit, stdout.slice(0, 6)]).toEqual([2, 'Usage:']);
  });
});

describe('wrong usage', () => {
  test('an unknown command is named, with those there are', async () => {
    expect(await called('relay', 'x')).toEqual({
      exit: 2,
      stdout: '',
      stderr: [
        `glasswatch: unknown command "relay" (did you mean "replay"?); allowed: ${names.join(', ')}`,
      ],
    });
  });

  test.each([
    [['replay'], 'nothing to read'],
    [['replay', '--format', 'xml', 'x'], '--format "xml"; allowed: ndjson'],
    [['replay', '--now', 'tomorrow', 'x'], '--now "tomorrow" is no time'],
    [['replay', '--nonsense', 'x'], '--nonsense'],
    [['check', 'policy.yaml'], 'unexpected argument "policy.yaml"'],
    [['check', '--policy'], '--policy'],
    [['detections', 'all'], 'unexpected argument "all"'],
    [['detections', '--yaml'], '--yaml'],
    [['init', 'policy.yaml'], 'unexpected argument "policy.yaml"'],
    [['doctor', 'all'], 'unexpected argument "all"'],
    [['doctor', '--only', 'chanels'], '--only "chanels"; allowed: policy, settings, identity'],
    [['explain'], 'name a detection'],
    [['explain', 'admin-tap-issued', 'x'], 'unexpected argument "x"'],
    [
      ['explain', 'admin-tap-isued'],
      'unknown detection "admin-tap-isued" (did you mean "admin-tap-issued"?)',
    ],
    [
      ['test', '--detection', 'nothing'],
      'unknown detection "nothing"; `glasswatch detections` lists them',
    ],
  ])('%j says what is wrong and where help is', async (args, reason) => {
    const { exit, stdout, stderr } = await called(...args);
    expect([exit, stdout]).toEqual([2, '']);
    expect(stderr[0]).toContain(reason);
    expect(stderr.at(-1)).toBe(`glasswatch: see \`glasswatch ${args[0]} --help\``);
  });
});

describe('check', () => {
  test('of ten mistakes prints ten lines: file, line, key, what was found, what is allowed', async () => {
    const { exit, stdout, stderr } = await called('check', '--policy', tenMistakes);
    expect([exit, stdout]).toEqual([1, '']);
    expect(stderr).toHaveLength(10);
    for (const line of stderr) {
      expect(line).toMatch(/ten-mistakes\.yaml:\d+:\d+ \S+: .*found .*; allowed: \S+/);
      expect(line).not.toContain('S3cr3t');
    }
  });

  test('of a good policy says what it means', async () => {
    const { exit, stdout } = await called('check', '--policy', example);
    expect(exit).toBe(0);
    expect(stdout).toContain('contoso');
    expect(stdout).toMatch(/[^\n]\n$/);
  });

  test('of a missing policy names the file, and what writes one', async () => {
    expect(await called('check', '--policy', 'none.yaml')).toEqual({
      exit: 1,
      stdout: '',
      stderr: [
        'glasswatch: none.yaml: no such file; `npx glasswatch init` asks and writes one, --policy FILE names another',
      ],
    });
  });
});

describe('detections', () => {
  const keys = ['id', 'title', 'severity', 'categories', 'techniques'];

  test('--json lists the catalogue as built', async () => {
    const { exit, stdout, stderr } = await called('detections', '--json');
    expect([exit, stderr]).toEqual([0, []]);
    const rows = JSON.parse(stdout) as Record<string, unknown>[];
    expect(rows.length).toBeGreaterThan(20);
    for (const row of rows) {
      expect(Object.keys(row)).toEqual(keys);
      expect(row.id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)+$/);
      expect(severities).toContain(row.severity);
      for (const technique of row.techniques as string[])
        expect(technique).toMatch(/^T\d{4}(\.\d{3})?$/);
      expect(row.categories).toEqual(expect.arrayContaining([expect.any(String)]));
    }
    const ids = rows.map(({ id }) => String(id));
    expect(ids).toEqual([...new Set(ids)].sort());
    expect(ids).toContain('admin-password-stale');
    expect(ids).toContain('breakglass-signin-success');
  });

  test('lists them for people, one a line', async () => {
    const [{ stdout }, json] = [await called('detections'), await called('detections', '--json')];
    const [head, ...lines] = stdout.trimEnd().split('\n');
    expect(head).toMatch(/^id +severity +reads +title$/);
    expect(lines.map((line) => line.split(' ')[0])).toEqual(
      (JSON.parse(json.stdout) as { id: string }[]).map(({ id }) => id),
    );
  });
});
