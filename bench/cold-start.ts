import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parse } from 'acorn';
import { simple } from 'acorn-walk';
import type { Metafile, Plugin } from 'esbuild';
import { type Bundle, bundleApp, mainFile, root } from '../tools/bundle.ts';
import { packageFiles } from '../tools/package-files.ts';
import { packageFolder } from '../tools/third-party-notices.ts';
import { zipOf } from '../tools/zip.ts';
import { median } from './median.ts';

const rounds = 9;

/** All that the functions share: what is left without it are their registrations. */
const allShared = 'shared/app.ts';
const examples = 'the examples of detections and checks';

/**
 * What a new process spends to load the functions, beside an app with nothing in it, on the same host;
 * and what would be saved of it if this or that were loaded later.
 */
export async function benchColdStart(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'glasswatch-cold-'));
  try {
    const whole = await bundleApp();
    const files = await packageFiles(whole);
    const apps = new Map([
      ['empty', write(folder, 'empty', await bundleApp({ entry: 'bench/empty-app.ts' }))],
      ['whole', write(folder, 'whole', whole)],
    ]);
    const later = new Map([
      [allShared, /\/app\.ts$/] as const,
      ...imported(whole.metafile).map((name) => [name, new RegExp(`^${name}(/|$)`)] as const),
    ]);
    for (const [name, filter] of later) {
      const without = await bundleApp({ plugins: [leaveOut(filter)] });
      const to = write(folder, `without-${apps.size}`, without);
      if (loads(to)) apps.set(name, to);
    }
    apps.set(examples, write(folder, 'without-examples', withoutExamples(whole)));
    const times = timeAll(apps);
    const [empty = nothingSpent, own = nothingSpent] = [times.get('empty'), times.get('whole')];
    console.log(`Cold start: ${rounds} new processes each, the middle one.`);
    const line = ({ cpuMs, waitedMs }: Spent) => `${ms(cpuMs)} of work, ${ms(waitedMs)} in all`;
    console.log(`  ${line(empty)}  an app that only answers ok`);
    console.log(`  ${line(own)}  this one, ${(own.cpuMs / empty.cpuMs).toFixed(1)} x the work`);
    console.log(`  ${kB(zipOf(files).length)}  the package without a policy`);
    console.log(`  ${kB(whole.files.get(mainFile)?.length ?? 0)}  of it ${mainFile}`);

    console.log('Work that is saved if it is loaded later, with all that only it needs:');
    const rows = [examples, ...later.keys()].map((name) => {
      const spent = times.get(name);
      return { name, saved: spent && own.cpuMs - spent.cpuMs };
    });
    for (const { name, saved } of rows.sort((a, b) => (b.saved ?? 0) - (a.saved ?? 0))) {
      console.log(`  ${saved === undefined ? ' unknown' : ms(saved)}  ${name}`);
    }
    console.log('In what is loaded at once, by package:');
    for (const [name, bytes] of bytesAtOnce(whole.metafile).slice(0, 12)) {
      console.log(`  ${kB(bytes)}  ${name}`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const ms = (time: number) => `${time.toFixed(0)} ms`.padStart(8);
const kB = (bytes: number) => `${(bytes / 1_000).toFixed(0)} kB`.padStart(8);

/** @returns the folder of an app that a host loads. */
function write(folder: string, name: string, { files }: Bundle): string {
  const to = join(folder, name);
  for (const [file, bytes] of files) {
    mkdirSync(dirname(join(to, file)), { recursive: true });
    writeFileSync(join(to, file), bytes);
  }
  writeFileSync(join(to, 'package.json'), JSON.stringify({ type: 'module', main: mainFile }));
  return to;
}

/** Of one process, from its start of loading on. */
type Spent = { cpuMs: number; waitedMs: number };
const nothingSpent: Spent = { cpuMs: 0, waitedMs: 0 };

/** In turn, so that whatever else the machine does meets all of them. */
function timeAll(apps: ReadonlyMap<string, string>): Map<string, Spent> {
  const times = new Map([...apps.keys()].map((name) => [name, [] as Spent[]]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, to] of apps) times.get(name)?.push(timeOne(to));
  }
  const middle = (all: Spent[]): Spent => ({
    cpuMs: median(all.map(({ cpuMs }) => cpuMs)),
    waitedMs: median(all.map(({ waitedMs }) => waitedMs)),
  });
  return new Map([...times].map(([name, all]) => [name, middle(all)]));
}

const script = `
  import { loadApp } from ${JSON.stringify(new URL('../local/functions-host/functions-core.ts', import.meta.url).href)};
  const [cpu, started] = [process.cpuUsage(), performance.now()];
  await loadApp(process.cwd());
  const { user, system } = process.cpuUsage(cpu);
  const spent = { cpuMs: (user + system) / 1_000, waitedMs: performance.now() - started };
  process.stdout.write(JSON.stringify(spent), () => process.exit());
`;

function timeOne(to: string): Spent {
  const flags = ['--input-type=module', '--eval', script];
  return JSON.parse(
    execFileSync(process.execPath, flags, {
      cwd: to,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  ) as Spent;
}

/** Whether it can be done without what was left out at all; if not, it is not known what that costs. */
function loads(to: string): boolean {
  try {
    return timeOne(to).cpuMs > 0;
  } catch {
    return false;
  }
}

/** What our own code asks for of others, and is loaded at once. */
function imported(metafile: Metafile): string[] {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const atOnce = new Set(bytesAtOnce(metafile).map(([name]) => name));
  return Object.keys(dependencies).filter(
    (name) => name !== '@azure/functions' && atOnce.has(name),
  );
}

/** By package, most first. */
function bytesAtOnce({ outputs }: Metafile): [name: string, bytes: number][] {
  const bytes = new Map<string, number>();
  const seen = new Set<string>();
  const add = (output: string) => {
    if (seen.has(output)) return;
    seen.add(output);
    const { inputs = {}, imports = [] } = outputs[output] ?? {};
    for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
      const name = packageFolder(file)?.replace(/^.*node_modules\//, '') ?? 'our own';
      bytes.set(name, (bytes.get(name) ?? 0) + bytesInOutput);
    }
    for (const { path, kind } of imports) if (kind !== 'dynamic-import') add(path);
  };
  add(mainFile);
  return [...bytes].sort(([, a], [, b]) => b - a);
}

/** As tests and docs need them, and no tenant does. */
function withoutExamples({ files, metafile }: Bundle): Bundle {
  const code = Buffer.from(files.get(mainFile) ?? '').toString();
  const found: { start: number; end: number }[] = [];
  simple(parse(code, { ecmaVersion: 'latest', sourceType: 'module' }), {
    Property({ key, value }) {
      const isIt = key.type === 'Identifier' && key.name === 'examples';
      if (isIt && value.type === 'ArrayExpression') found.push(value);
    },
  });
  let rest = code;
  for (const { start, end } of found.sort((a, b) => b.start - a.start)) {
    rest = `${rest.slice(0, start)}[]${rest.slice(end)}`;
  }
  return { files: new Map([...files, [mainFile, Buffer.from(rest)]]), metafile };
}

/** In its place stands something that can be called, made, extended and run through, and does nothing. */
function leaveOut(filter: RegExp): Plugin {
  const contents = `
    const nothing = new Proxy(function () {}, {
      get(target, key) {
        if (key === Symbol.iterator) return function* () {};
        if (key === Symbol.toPrimitive) return (hint) => (hint === 'number' ? 1 : '2026-01-01');
        return typeof key === 'symbol' || key === 'prototype' ? target[key] : nothing;
      },
      apply: () => nothing,
      construct: () => nothing,
    });
    // What an import names is looked for there.
    module.exports = Object.create(nothing);
  `;
  return {
    name: 'leave-out',
    setup(build) {
      build.onResolve({ filter }, ({ path }) => ({ path, namespace: 'nothing' }));
      build.onLoad({ filter: /./, namespace: 'nothing' }, () => ({ contents }));
    },
  };
}
