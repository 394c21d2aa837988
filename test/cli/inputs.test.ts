import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { roleAdded, signIn } from '../cases/records.ts';
import { command } from '../cases/replay.ts';
import { people, roles } from '../cases/world.ts';

const folder = mkdtempSync(join(tmpdir(), 'glasswatch-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

const grant = JSON.stringify(roleAdded(people.tara, roles.global));
const row = JSON.stringify(signIn(people.tara));

function write(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

/** What standard error says of the files, without the folder that they are in. */
const told = (stderr: string) => stderr.replaceAll(`${folder}/`, '').trimEnd().split('\n');

describe('replay reads', () => {
  test('standard input, in a process of its own', async () => {
    const cli = fileURLToPath(new URL('../../cli/glasswatch.js', import.meta.url));
    const child = spawn(process.execPath, [cli, 'replay', '-'], { stdio: 'pipe' });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      err += chunk;
    });
    child.stdin.end(gzipSync(grant));
    const [code] = await once(child, 'close');
    expect([code, err]).toEqual([0, '1 records read: 1 judged, 0 skipped, 0 unreadable\n']);
    expect(JSON.parse(out)).toMatchObject({ detection: 'privileged-role-assigned-active' });
  });

  test('files in the order given, and keeps state from one to the next', async () => {
    const [b, a] = [write('order/b', `${grant}\nfirst`), write('order/a', `second\n${row}`)];
    const { findings, stderr } = await command(['replay', b, a]);
    const detected = findings.map(({ detection }) => detection);
    expect(detected).toContain('admin-signin-no-mfa');
    expect(told(stderr)).toEqual([
      expect.stringMatching(/^order\/b: .*not JSON/),
      expect.stringMatching(/^order\/a: .*not JSON/),
      '4 records read: 2 judged, 0 skipped, 2 unreadable',
    ]);
  });

  test('the logs of a folder and the folders in it, by name, and nothing else', async () => {
    for (const name of ['2.json', '10.log', '1/z.ndjson.gz', 'a.JSONL', 't.txt'])
      write(`folder/${name}`, `${grant}\nbroken`);
    for (const name of ['notes.md', 'day.csv', 'json', 'x.json.bak']) write(`folder/${name}`, 'x');
    const { stderr, exit } = await command(['replay', join(folder, 'folder')]);
    const files = told(stderr).map((line) => /^folder\/(\S+):/.exec(line)?.[1]);
    expect(files.slice(0, -1)).toEqual(['1/z.ndjson.gz', '10.log', '2.json', 'a.JSONL', 't.txt']);
    expect(exit).toBe(0);
  });

  test.each([
    ['packed, whatever its name', 'packed.json', gzipSync(grant)],
    ['plain under the name of a packed one', 'plain.json.gz', Buffer.from(grant)],
    [
      'packed in several parts',
      'parts.gz',
      Buffer.concat([grant, '\n', row].map((part) => gzipSync(part))),
    ],
    ['with a byte order mark', 'mark.json', Buffer.from(`\ufeff${grant}`)],
    ['UTF-16', 'utf16.json', Buffer.from(`\ufeff${grant}`, 'utf16le')],
    ['a list with blanks around', 'list.json', Buffer.from(`\n [ ${grant} ]\n`)],
  ])('a file that is %s', async (_, name, content) => {
    const { findings, exit } = await command(['replay', write(name, content)]);
    expect(findings[0]?.detection).toBe('privileged-role-assigned-active');
    expect(exit).toBe(0);
  });
});

describe('replay tells', () => {
  test('every path that is missing, before it reads any', async () => {
    const there = write('there.json', grant);
    const [one, other] = [join(folder, 'none.json'), join(folder, 'no/folder')];
    const { exit, stdout, stderr } = await command(['replay', one, there, other]);
    expect([exit, stdout]).toEqual([1, '']);
    expect(told(stderr)).toEqual([
      'glasswatch: none.json: no such file or folder',
      'glasswatch: no/folder: no such file or folder',
    ]);
  });

  test('nothing wrong of an empty file or folder', async () => {
    mkdirSync(join(folder, 'empty'));
    for (const path of [
      write('empty.json', ''),
      write('blank.json', ' \n'),
      join(folder, 'empty'),
    ]) {
      const { exit, stdout, stderr } = await command(['replay', path]);
      expect([exit, stdout, told(stderr)]).toEqual([
        0,
        '',
        ['0 records read: 0 judged, 0 skipped, 0 unreadable'],
      ]);
    }
  });

  test('a file in which nothing is a record, and reads the others', async () => {
    const [bad, good] = [write('bad.json', 'not JSON'), write('good.json', grant)];
    const { exit, stderr, findings } = await command(['replay', bad, good]);
    expect(exit).toBe(1);
    expect(findings).toHaveLength(1);
    expect(told(stderr)).toEqual([
      'bad.json: near record 1: not JSON',
      '2 records read: 1 judged, 0 skipped, 1 unreadable',
      'glasswatch: bad.json: no record in it could be read',
    ]);
  });

  test('a packed file that is cut off, and what was read of it', async () => {
    const lines = Array.from({ length: 3_000 }, () => row).join('\n');
    const packed = gzipSync(`${grant}\n${lines}`);
    const half = packed.subarray(0, packed.length - 50);
    expect(() => gunzipSync(half)).toThrow();
    const { exit, stderr, findings } = await command(['replay', write('cut.json.gz', half)]);
    expect(exit).toBe(1);
    expect(findings.length).toBeGreaterThan(0);
    expect(told(stderr).at(-1)).toMatch(/^glasswatch: cut\.json\.gz: .*unexpected end of file/);
  });

  test('of twenty mistakes each, and of the rest how many', async () => {
    const { stderr } = await command([
      'replay',
      write('many.json', `${grant}\n${'x\n'.repeat(25)}`),
    ]);
    const lines = told(stderr);
    expect(lines).toHaveLength(22);
    expect(lines[20]).toBe('… and 5 more that could not be read');
  });
});

describe('replay prints', () => {
  const file = () => write('print.json', grant);

  test('one JSON object a line', async () => {
    const { stdout } = await command(['replay', file()]);
    expect(stdout.split('\n').map((line) => line[0])).toEqual(['{', undefined]);
  });

  test('OCSF', async () => {
    const { stdout } = await command(['replay', '--format', 'ocsf', file()]);
    expect(JSON.parse(stdout)).toMatchObject({ class_uid: 2004 });
  });

  test('a table under its head', async () => {
    const { stdout } = await command(['replay', '--format', 'table', file()]);
    const [head, line, ...rest] = stdout.trimEnd().split('\n');
    expect(head).toMatch(/^time +severity +detection +title$/);
    expect(line).toContain('privileged-role-assigned-active');
    expect(rest).toEqual([]);
  });
});
