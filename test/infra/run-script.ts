import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../infra/tenant/', import.meta.url));
const fake = fileURLToPath(new URL('fake-az.sh', import.meta.url));

export type Ran = {
  status: number;
  out: string;
  error: string;
  /** What `az` was called with, and `pwsh`. */
  calls: string[][];
};

type World = {
  /** Calls that hold this text fail. */
  fails?: string;
  /** What they say then. */
  says?: string;
  /** Roles that the identity has. */
  granted?: readonly string[];
  shell?: 'sh' | 'bash';
};

/** Runs a script of infra/tenant with stand-ins for `az` and `pwsh`, and nothing else to reach Azure. */
export async function runScript(
  script: string,
  values: readonly string[],
  { fails = '', says = 'Forbidden', granted = [], shell = 'sh' }: World = {},
): Promise<Ran> {
  const bin = await mkdtemp(join(tmpdir(), 'glasswatch-az-'));
  try {
    for (const name of ['az', 'pwsh']) {
      await copyFile(fake, join(bin, name));
      await chmod(join(bin, name), 0o755);
    }
    await writeFile(join(bin, 'calls'), '');
    const env = {
      PATH: `${bin}:/usr/bin:/bin`,
      FAKE_DIR: bin,
      FAKE_FAILS: fails,
      FAKE_SAYS: says,
      FAKE_GRANTED: granted.join(';'),
    };
    const ran = await new Promise<Omit<Ran, 'calls'>>((done) => {
      const options = { env, timeout: 10_000 };
      execFile(shell, [`${folder}${script}`, ...values], options, (failed, out, error) =>
        done({ status: failed ? Number(failed.code ?? 1) : 0, out, error }),
      );
    });
    const written = await readFile(join(bin, 'calls'), 'utf8');
    const calls = written.split('\u001f\n').filter((call) => call !== '');
    return { ...ran, calls: calls.map((call) => call.split('\u001f')) };
  } finally {
    await rm(bin, { recursive: true });
  }
}

/** A request that changes something, as `az rest` was told it. */
export type Sent = { method: string; url: string; body?: unknown; headers: string[] };

export const sentIn = (calls: readonly string[][]): Sent[] =>
  calls
    .filter(([command, , method]) => command === 'rest' && method !== 'get')
    .map((call) => {
      const after = (option: string) => call[call.indexOf(option) + 1] ?? '';
      const headers = call.slice(call.indexOf('--headers') + 1, call.indexOf('--body'));
      return {
        method: after('--method'),
        url: after('--url'),
        ...(call.includes('--body') && { body: JSON.parse(after('--body')) as unknown }),
        headers: call.includes('--headers') ? headers : [],
      };
    });

/** The same, as a dry run prints it. */
export function printedIn(out: string): Sent[] {
  const found: Sent[] = [];
  for (const line of out.split('\n')) {
    const [, method = '', url = ''] = /^(put|post|patch|delete) (\S+|\S.*)$/.exec(line) ?? [];
    if (method) found.push({ method, url, headers: [] });
    const last = found.at(-1);
    if (last && /^Prefer=/.test(line)) last.headers = ['Content-Type=application/json', line];
    if (last && /^\{/.test(line)) last.body = JSON.parse(line);
    if (last?.body !== undefined && last.headers.length === 0) {
      last.headers = ['Content-Type=application/json'];
    }
  }
  return found;
}
