import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { detectionIds } from '../shared/detect/detection-ids.ts';
import { policyJsonSchema, thresholdsOf } from '../shared/policy.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string) => readFileSync(join(root, file), 'utf8');

const skipped = ['node_modules', '.glasswatch', 'dist', '.git'];
const pages = globSync('**/*.md', {
  cwd: root,
  exclude: (file) => skipped.includes(file.split('/')[0] ?? ''),
})
  .filter((file) => !file.startsWith('test/data/'))
  .sort();
const everything = pages.map(read).join('\n');

describe.each(pages)('%s', (page) => {
  const text = read(page);

  test('its links lead somewhere', () => {
    const links = [
      ...[...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link),
      ...[...text.matchAll(/src="([^"]+)"/g)].map(([, link = '']) => link),
    ].filter((link) => !/^(https?|mailto):/.test(link));
    expect(links.filter((link) => !leadsSomewhere(page, link))).toEqual([]);
  });

  test('it names no path of one machine', () => {
    expect(text.match(/(?<![\w.~-])\/(?:home|root|tmp|usr|work|Users)\/\S*/g)).toBeNull();
  });

  test('it links to known sites alone', () => {
    const hosts = [...text.matchAll(/https?:\/\/([^\s/"`<>)]+)/g)].map(([, host = '']) => host);
    expect(hosts.filter((host) => !knownSites.test(host))).toEqual([]);
  });
});

const knownSites =
  /^(?:learn\.microsoft\.com|msrc\.microsoft\.com|graph\.microsoft\.com|github\.com|www\.elastic\.co|jqlang\.org|schema\.ocsf\.io|127\.0\.0\.1:\d+)$/;

function leadsSomewhere(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : join(dirname(page), path);
  if (!existsSync(join(root, target))) return false;
  return anchor === undefined || !target.endsWith('.md') || anchorsOf(target).has(anchor);
}

/** As GitHub makes them of headings. */
const anchorsOf = (page: string) =>
  new Set(
    [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\- ]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );

const namedIn = (text: string, pattern: RegExp) => [
  ...new Set([...text.matchAll(pattern)].map(([, name = '']) => name)),
];

test('every npm script that is named exists', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const named = namedIn(everything, /\bnpm run ([a-z][\w:-]*)/g);
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
});

test('every command of glasswatch that is named exists', () => {
  const main = read('cli/main.ts');
  const named = namedIn(everything, /\bnpx glasswatch ([a-z]+)/g);
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((name) => !main.includes(`./${name}.ts`))).toEqual([]);
});

test('every function is in ARCHITECTURE.md', () => {
  const functions = globSync('functions/*.ts', { cwd: root }).flatMap((file) =>
    namedIn(read(file), /\bapp\.\w+\('(\w+)'/g),
  );
  expect(functions.length).toBeGreaterThan(0);
  const architecture = read('ARCHITECTURE.md');
  expect(functions.filter((name) => !architecture.includes(`\`${name}\``))).toEqual([]);
});

test('every choice of host.json is in docs/operate.md', () => {
  const { extensions } = JSON.parse(read('host.json')) as { extensions: Record<string, object> };
  const operator = read('docs/operate.md');
  const choices = Object.entries(extensions)
    .flatMap(([section, keys]) => Object.keys(keys).map((key) => `${section}.${key}`))
    // How messages are written is fixed on both sides.
    .filter((name) => name !== 'queues.messageEncoding');
  expect(choices.filter((name) => !operator.includes(`\`${name}\``))).toEqual([]);
});

test('every key of the policy is in docs/policy.md, and thresholds in docs/detections.md', () => {
  const page = read('docs/policy.md');
  const thresholds = new Set(detectionIds.flatMap(thresholdsOf).map(({ key }) => key));
  expect(
    [...thresholds].filter((key) => !read('docs/detections.md').includes(`- ${key}: `)),
  ).toEqual([]);
  const keys = keysOf(policyJsonSchema()).filter(
    (key) => !(detectionIds as readonly string[]).includes(key),
  );
  expect(keys).toContain('minSeverity');
  const own = keys.filter((key) => !thresholds.has(key));
  expect(own.filter((key) => !new RegExp(`\`\\{? ?${key}\\b`).test(page))).toEqual([]);
});

/** The names of all properties, anywhere in a JSON Schema. */
function keysOf(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties = {} } = schema as { properties?: object };
  return [...new Set([...Object.keys(properties), ...Object.values(schema).flatMap(keysOf)])];
}

test('what the README shows of a replay is what it prints', () => {
  const readme = read('README.md');
  const [, command = '', shown = ''] =
    /```sh\nnpx glasswatch (replay [^`]+)\n```\n\n```text\n([^`]+)```/.exec(readme) ?? [];
  const args = command.replaceAll('\\\n', ' ').split(/\s+/).filter(Boolean);
  const printed = execFileSync(process.execPath, ['cli/main.ts', ...args], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  expect(printed).toBe(shown);
});

test('the mistakes that docs/policy.md shows are told in those words', () => {
  const shown = [...read('docs/policy.md').matchAll(/^policy\.yaml(:\d+:\d+ .+)$/gm)];
  expect(shown.length).toBeGreaterThan(0);
  const file = 'test/data/policies/ten-mistakes.yaml';
  const args = ['cli/main.ts', 'check', '--policy', file];
  const { stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  const told = stderr.split('\n').map((line) => line.replace(`glasswatch: ${file}`, ''));
  for (const [, mistake] of shown) expect(told).toContain(mistake);
});
