import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { roleAdded, signIn } from '../cases/records.ts';
import { people, roles } from '../cases/world.ts';

const main = new URL('../../cli/main.ts', import.meta.url);
const megabyte = 1024 * 1024;

/** Runs `replay -`, and tells on standard error how much memory it took at most, in kilobytes. */
const script = `
  const { run } = await import(${JSON.stringify(main)});
  process.exitCode = await run(['replay', '-']);
  console.error('peak', process.resourceUsage().maxRSS);
`;

/** A megabyte of ordinary rows and some that matter, as an export of a hub would be. */
const rows = [signIn(people.tara), signIn(people.omar), roleAdded(people.tara, roles.global)];
const envelope = `${JSON.stringify({ records: [...rows, ...rows, ...rows] })}\n`;
const chunk = Buffer.from(envelope.repeat(Math.ceil(megabyte / envelope.length)));

// Else the heap grows as it likes, and the peak says more of the collector than of us.
const eager = ['--max-semi-space-size=4', '--max-old-space-size=160'];

async function replay(megabytes: number) {
  const child = spawn(process.execPath, [...eager, '--input-type=module', '--eval', script], {
    stdio: ['pipe', 'ignore', 'pipe'],
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
  });
  const closed = once(child, 'close');
  let report = '';
  child.stderr.on('data', (text) => {
    report += text;
  });
  for (let sent = 0; sent < megabytes; sent += 1) {
    if (!child.stdin.write(chunk)) await once(child.stdin, 'drain');
  }
  child.stdin.end();
  const [code] = await closed;
  return {
    code,
    records: Number(/^(\d+) records read/m.exec(report)?.[1]),
    peak: Number(/^peak (\d+)$/m.exec(report)?.[1]) / 1024,
  };
}

test('replay takes no more memory for forty megabytes than for a third of it', async () => {
  const [few, many] = [await replay(13), await replay(39)];
  expect([few.code, many.code]).toEqual([0, 0]);
  expect(many.records).toBe(3 * few.records);
  expect(many.peak).toBeLessThan(450);
  expect(many.peak - few.peak).toBeLessThan(80);
}, 60_000);
