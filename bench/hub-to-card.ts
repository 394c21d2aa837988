import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { EventHubConsumerClient, EventHubProducerClient } from '@azure/event-hubs';
import { startEventHub } from '../local/event-hub.ts';
import { hubName, startStack } from '../local/stack.ts';
import { directory } from './directory.ts';
import { adminSignIn, logRecord, tenantId } from './logs.ts';
import { percentile } from './median.ts';

const seconds = 20;
const recordsPerSecond = 200;
const interestingShare = 0.01;
const perEnvelope = 100;
const envelopes = (seconds * recordsPerSecond) / perEnvelope;
const pauseMs = (1000 * perEnvelope) / recordsPerSecond;
const admins = envelopes * perEnvelope * interestingShare;

const policy = `version: 1
tenants: [{ id: ${tenantId}, name: bench }]
channels: { teams: { type: teams, webhookUrl: { env: TEAMS_WEBHOOK_URL } } }
routes: [{ minSeverity: medium, channels: [teams] }]
`;

/**
 * How long it takes from the hub to the card, on the embedded stack, beside the least it could take:
 * the same bodies through the same kind of hub into a consumer that only posts a card's worth of bytes.
 */
export async function benchHubToCard(): Promise<void> {
  console.log(
    `Hub to card: ${recordsPerSecond} records/s for ${seconds} s, ${interestingShare * 100} % that matter.`,
  );
  const bare = await bareDelays();
  const delays = await stackDelays();
  const line = (name: string, all: readonly number[]) =>
    console.log(
      `  ${name.padEnd(30)} ${all.length} of ${admins}` +
        [0.5, 0.95, 0.99]
          .map((share) => `   p${share * 100} ${percentile(all, share)} ms`)
          .join(''),
    );
  line('bare consumer and POST', bare);
  line('hub to card', delays);
  const ratio = percentile(delays, 0.95) / percentile(bare, 0.95);
  console.log(`  p95 is ${ratio.toFixed(1)} x that of the bare loop`);
}

/** One interesting record in each envelope, about an administrator of its own. */
function bodyOf(envelope: number): Buffer {
  const mix = { admins, adminShare: 0, auditShare: 0.1 };
  const records = Array.from({ length: perEnvelope - 1 }, (_, n) =>
    logRecord(envelope * perEnvelope + n, mix),
  );
  return Buffer.from(JSON.stringify({ records: [...records, adminSignIn(envelope)] }));
}

/** Sends all envelopes at their pace. @returns when each was sent, epoch milliseconds. */
async function sendAll(connection: string): Promise<number[]> {
  const producer = new EventHubProducerClient(connection, hubName);
  const sent: number[] = [];
  for (let envelope = 0; envelope < envelopes; envelope += 1) {
    const body = bodyOf(envelope);
    sent.push(Date.now());
    await producer.sendBatch([{ body }]);
    await pause(pauseMs);
  }
  await producer.close();
  return sent;
}

async function stackDelays(): Promise<number[]> {
  const folder = await mkdtemp(join(tmpdir(), 'glasswatch-bench-'));
  const policyFile = join(folder, 'policy.yaml');
  await writeFile(policyFile, policy);
  const arrived = new Map<number, number>();
  const stack = await startStack({
    policyFile,
    snapshot: directory(admins),
    onCard: ({ card }) => {
      const admin = /admin(\d+)@/.exec(JSON.stringify(card))?.[1];
      if (admin !== undefined) arrived.set(Number(admin), Date.now());
    },
  });
  try {
    const sent = await sendAll(stack.hub.connectionString(hubName));
    await untilFull(arrived);
    return delaysOf(sent, arrived);
  } finally {
    await stack.stop();
    await rm(folder, { recursive: true });
  }
}

async function bareDelays(): Promise<number[]> {
  const hub = await startEventHub({ hubs: [{ name: hubName, partitions: 2 }] });
  const arrived = new Map<number, number>();
  const sink = createServer((request, response) => {
    request.resume().on('end', () => {
      arrived.set(Number(request.headers['x-envelope']), Date.now());
      response.writeHead(202).end();
    });
  });
  await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(sink.address() as AddressInfo).port}`;
  const connection = hub.connectionString(hubName);
  const consumer = new EventHubConsumerClient('bench', connection, hubName);
  const subscription = consumer.subscribe(
    {
      async processEvents(events) {
        for (const { body } of events) {
          const { records } = JSON.parse(Buffer.from(body).toString()) as ReturnType<typeof parsed>;
          const upn = records.at(-1)?.properties.userPrincipalName ?? '';
          const headers = { 'x-envelope': /\d+/.exec(upn)?.[0] ?? '' };
          await fetch(url, { method: 'POST', headers, body: 'x'.repeat(4_000) });
        }
      },
      async processError(error) {
        throw error;
      },
    },
    { startPosition: { offset: '-1' }, skipParsingBodyAsJson: true, maxWaitTimeInSeconds: 2 },
  );
  try {
    const sent = await sendAll(connection);
    await untilFull(arrived);
    return delaysOf(sent, arrived);
  } finally {
    await subscription.close();
    await consumer.close();
    sink.closeAllConnections();
    sink.close();
    await hub.close();
  }
}

declare function parsed(): { records: { properties: { userPrincipalName?: string } }[] };

async function untilFull(arrived: ReadonlyMap<number, number>): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (arrived.size < envelopes && Date.now() < deadline) await pause(20);
}

const delaysOf = (sent: readonly number[], arrived: ReadonlyMap<number, number>) =>
  sent.flatMap((at, envelope) => {
    const end = arrived.get(envelope);
    return end === undefined ? [] : [end - at];
  });
