import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const files = ['infra/run.js', 'tools/brought-node.js'];
/** As an older Node does it: a file of TypeScript is of an unknown kind. */
const tooOld = '--no-experimental-strip-types';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'glasswatch-run-'));
  for (const file of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    copyFileSync(join(root, file), join(folder, file));
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  const script = 'const [, , word]: string[] = process.argv;\nconsole.log("said", word);\n';
  writeFileSync(
    join(folder, 'infra/say.ts'),
    `${script}process.exitCode = word === 'no' ? 3 : 0;\n`,
  );
});
afterEach(() => rmSync(folder, { recursive: true }));

/** With the Node of this machine under the name by which `npm ci` brings one. */
function bringNode() {
  mkdirSync(join(folder, 'node_modules/node/bin'), { recursive: true });
  symlinkSync(process.execPath, join(folder, 'node_modules/node/bin/node'));
}

function run(options: string[], word: string) {
  const values = [...options, 'infra/run.js', 'infra/say.ts', word];
  const { status, stdout, stderr } = spawnSync(process.execPath, values, {
    cwd: folder,
    encoding: 'utf8',
  });
  return { status, out: stdout, error: stderr };
}

test('a script runs on this Node, with its words, and says how it ended', () => {
  bringNode();
  expect(run([], 'hello')).toEqual({ status: 0, out: 'said hello\n', error: '' });
  expect(run([], 'no')).toMatchObject({ status: 3, out: 'said no\n' });
});

test('where Node is too old, it runs on the one that npm ci brought', () => {
  bringNode();
  const alone = spawnSync(process.execPath, [tooOld, 'infra/say.ts'], { cwd: folder });
  expect(String(alone.stderr)).toContain('ERR_UNKNOWN_FILE_EXTENSION');
  expect(run([tooOld], 'hello')).toMatchObject({ status: 0, out: 'said hello\n' });
});

test('where there is none, a sentence says what to do', () => {
  const { status, out, error } = run([tooOld], 'hello');
  expect([status, out]).toEqual([1, '']);
  expect(error).toContain(`need Node 22.18 or newer, and this is ${process.version}`);
  expect(error).toContain('npm ci');
  expect(error.trim().split('\n')).toHaveLength(1);
});

test('where nothing was installed yet, a sentence says so', () => {
  expect(run([], 'hello')).toMatchObject({ status: 1, out: '' });
  expect(run([], 'hello').error).toContain('run `npm ci` first');
});

test('before anything is provisioned, choices that can not work are named', () => {
  const script = fileURLToPath(new URL('../../infra/before-provision.ts', import.meta.url));
  const env = {
    PATH: process.env.PATH ?? '',
    GLASSWATCH_ALARM_EMAIL: 'soc@contoso.example',
    GLASSWATCH_BUDGET_START: '2026-12-01',
  };
  expect(execFileSync(process.execPath, [script], { env, encoding: 'utf8' })).toBe('');
  const { GLASSWATCH_ALARM_EMAIL: _, ...less } = env;
  const wrong = spawnSync(process.execPath, [script], { env: less, encoding: 'utf8' });
  expect(wrong.status).toBe(1);
  expect(wrong.stderr).toContain('Nothing was deployed.');
  expect(wrong.stderr).toContain('azd env set GLASSWATCH_ALARM_EMAIL <address>');
});
