import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, vi } from 'vitest';
import { run } from '../../cli/main.ts';
import type { Finding } from '../../shared/finding.ts';
import { type Case, directoryOf, filesOf, policyOf } from './case.ts';

export type Outcome = { findings: Finding[]; exit: number; stdout: string; stderr: string };

const root = mkdtempSync(join(tmpdir(), 'glasswatch-cases-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let runs = 0;

/**
 * A case by the real command: records go in and findings come out, nothing is known here of how. Its
 * small tenant lacks much that the checks of the directory ask for: they have tests of their own.
 */
export async function replay(one: Case): Promise<Outcome> {
  runs += 1;
  const folder = join(root, String(runs));
  mkdirSync(folder);
  const write = (name: string, content: string | Buffer) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const [policy, directory] = [policyOf(one), directoryOf(one)];
  const outcome = await command([
    'replay',
    ...(policy === null ? [] : ['--policy', write('policy.yaml', policy)]),
    ...(directory === null ? [] : ['--directory', write('directory.json', directory)]),
    ...(one.now ? ['--now', one.now] : []),
    ...filesOf(one).map((content, index) => write(`logs-${index}`, content)),
  ]);
  const isPosture = ({ detection }: Finding) => detection.startsWith('posture-');
  return { ...outcome, findings: outcome.findings.filter((finding) => !isPosture(finding)) };
}

/** The command line with these arguments. */
export async function command(args: readonly string[]): Promise<Outcome> {
  const [out, err]: [string[], string[]] = [[], []];
  const keepIn = (texts: string[]) => (text: unknown) => texts.push(String(text)) > 0;
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation(keepIn(out)),
    vi.spyOn(process.stderr, 'write').mockImplementation(keepIn(err)),
  ];
  try {
    const exit = await run(args);
    const stdout = out.join('');
    const lines = args[0] === 'replay' ? stdout.split('\n').filter((line) => line[0] === '{') : [];
    return { findings: lines.map((line) => JSON.parse(line)), exit, stdout, stderr: err.join('') };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}
