import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { receivers, type StormKind, stormKinds } from '../tools/forward-storm/receivers.ts';
import type { ForwardSetup, Measured } from './forward-run.ts';
import { median } from './median.ts';

const rounds = 3;
const events = 5_000;
const script = fileURLToPath(new URL('forward-run.ts', import.meta.url));

/**
 * Events a second of the forwarder over memory stores to a stand-in of each SIEM, against sending the
 * same requests with nothing before them. Stand-ins in one process, the sender in another.
 */
export async function benchForward(): Promise<void> {
  console.log(`Forwarding ${events.toLocaleString('en')} events, without faults:`);
  for (const kind of stormKinds) await benchKind(kind);
}

async function benchKind(kind: StormKind): Promise<void> {
  const all: Measured[] = [];
  for (let round = 0; round < rounds; round += 1) all.push(await measure(kind, round));
  const middle = (of: (one: Measured) => number) => median(all.map(of));
  const [pumpMs, bareMs] = [middle((one) => one.pumpMs), middle((one) => one.bareMs)];
  const speed = (ms: number) => Math.round((events / ms) * 1_000).toLocaleString('en');
  const megabytes = (middle((one) => one.bytes) / pumpMs / 1_000).toFixed(1);
  console.log(
    `  ${kind.padEnd(10)} ${speed(pumpMs).padStart(7)} events/s ${megabytes.padStart(6)} MB/s in ` +
      `${middle((one) => one.requests)} requests, bare ${speed(bareMs)} events/s: ` +
      `${(bareMs / pumpMs).toFixed(2)} x bare; peak memory ${middle((one) => one.peakMb)} MB, ` +
      `${middle((one) => one.storesMb)} MB of it before it began`,
  );
}

async function measure(kind: StormKind, seed: number): Promise<Measured> {
  const pumped = await receivers[kind]();
  // A document that is there already is less work.
  const other = kind === 'elastic' ? await receivers.elastic() : undefined;
  const child = fork(script, { serialization: 'json' });
  const exited = once(child, 'exit');
  try {
    const toOf = ({ written, env, ca }: typeof pumped) => ({ written, env, ...(ca && { ca }) });
    const setup: ForwardSetup = { events, seed, pumped: toOf(pumped), bare: toOf(other ?? pumped) };
    child.send(setup);
    const failed = exited.then(() => {
      throw new Error(`the run to ${kind} failed`);
    });
    failed.catch(() => {});
    const [measured] = (await Promise.race([once(child, 'message'), failed])) as [Measured];
    return measured;
  } finally {
    child.kill();
    await exited;
    await Promise.all([pumped.close(), other?.close()]);
  }
}
