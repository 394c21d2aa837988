import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { logs } from './logs.ts';

const gigabyte = 1e9;
const command = fileURLToPath(new URL('../cli/main.ts', import.meta.url));

/** What `replay` needs of memory and time for a gigabyte of logs, beside `JSON.parse` of the same lines. */
export async function benchReplayMemory(): Promise<void> {
  const bodies = logs(20_000, { admins: 200, adminShare: 0.01, auditShare: 0.1 });
  const bytes = bodies.reduce((sum, { length }) => sum + length + 1, 0);
  const rounds = Math.ceil(gigabyte / bytes);
  console.log(
    `replay of ${((rounds * bytes) / gigabyte).toFixed(2)} GB, ${rounds * 20_000} records:`,
  );

  const parsing = performance.now();
  for (let round = 0; round < rounds; round += 1) {
    for (const body of bodies) JSON.parse(body.toString('utf8'));
  }
  const parseMs = performance.now() - parsing;

  const child = spawn(process.execPath, [command, 'replay', '-'], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const started = performance.now();
  const ended = once(child, 'exit');
  let peak = 0;
  for (let round = 0; round < rounds; round += 1) {
    for (const body of bodies) {
      if (!child.stdin.write(body)) await once(child.stdin, 'drain');
      child.stdin.write('\n');
    }
    peak = Math.max(peak, await peakMegabytes(child.pid));
  }
  child.stdin.end();
  await ended;
  const ms = performance.now() - started;
  console.log(`  peak memory ${peak} MB`);
  console.log(
    `  ${Math.round(((rounds * 20_000) / ms) * 1000).toLocaleString('en')} records/s, ` +
      `${(parseMs / ms).toFixed(2)} x JSON.parse of the same bytes`,
  );
}

/** The most memory a process has had so far; 0 where the system does not tell. */
async function peakMegabytes(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
}
