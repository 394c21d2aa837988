import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEventHub } from '../../local/event-hub.ts';
import { startElastic } from '../../local/siem/elastic.ts';
import { startHec } from '../../local/siem/hec.ts';
import { startLogsIngestion } from '../../local/siem/logs-ingestion.ts';
import { startSecops } from '../../local/siem/secops.ts';
import { startSyslogServer } from '../../local/siem/syslog-server.ts';
import { sentinelColumns, sentinelTable } from '../../shared/forward/sentinel-table.ts';
import { hubEvents } from './hub-events.ts';
import type { Receiver } from './receiver.ts';
import { shakyDisk } from './shaky-disk.ts';
import { startWebhookReceiver } from './webhook-receiver.ts';

const uidsOf = (all: readonly { uid?: string | null | undefined }[]) =>
  all.map(({ uid }) => uid ?? null);

async function splunk(): Promise<Receiver> {
  const hec = await startHec({ acknowledgeAfterMs: 5 });
  return {
    ...hec,
    written: { type: 'splunk', url: { env: 'URL' }, token: { env: 'TOKEN' }, acknowledge: true },
    env: { URL: hec.url, TOKEN: hec.token },
    arrived: async () => uidsOf(hec.received()),
  };
}

async function elastic(): Promise<Receiver> {
  const server = await startElastic();
  return {
    ...server,
    written: { type: 'elastic', url: { env: 'URL' }, apiKey: { env: 'API_KEY' } },
    env: { URL: server.url, API_KEY: server.apiKey },
    arrived: async () => uidsOf(server.received()),
    repeatsNotKept: server.repeats,
  };
}

async function sentinel(): Promise<Receiver> {
  const streams = { [`Custom-${sentinelTable}`]: sentinelColumns };
  const server = await startLogsIngestion({ streams });
  return {
    ...server,
    written: { type: 'sentinel', endpoint: server.endpoint, ruleId: server.ruleId },
    env: {},
    arrived: async () => uidsOf(server.received()),
  };
}

async function syslog(): Promise<Receiver> {
  const server = await startSyslogServer();
  const { host, port, ca } = server;
  return {
    ...server,
    written: { type: 'syslog', host, port, ca: { env: 'SYSLOG_CA' } },
    env: { SYSLOG_CA: ca },
    arrived: async () => uidsOf(server.received()),
  };
}

async function eventHub(): Promise<Receiver> {
  const hub = await startEventHub({ hubs: [{ name: 'findings', partitions: 4 }] });
  const connection = hub.connectionString('findings');
  return {
    ...hub,
    written: { type: 'eventHub', connection: { env: 'HUB' } },
    env: { HUB: connection },
    arrived: () => hubEvents(connection),
  };
}

async function webhook(): Promise<Receiver> {
  const server = await startWebhookReceiver();
  return {
    ...server,
    written: { type: 'webhook', url: { env: 'URL' }, secret: { env: 'SECRET' } },
    env: { URL: server.url, SECRET: server.secret },
    arrived: async () => server.uids,
  };
}

async function secops(): Promise<Receiver> {
  const server = await startSecops();
  return {
    ...server,
    written: {
      ...{ type: 'secops', url: { env: 'URL' } },
      ...{ apiKey: { env: 'API_KEY' }, accessKey: { env: 'ACCESS_KEY' } },
    },
    env: { URL: server.feedUrl, API_KEY: server.apiKey, ACCESS_KEY: server.accessKey },
    arrived: async () => uidsOf(server.received()),
  };
}

async function file(): Promise<Receiver> {
  const disk = shakyDisk();
  const folder = await mkdtemp(join(tmpdir(), 'glasswatch-storm-'));
  const path = join(folder, 'findings.jsonl');
  return {
    ...disk,
    over: (transports) => ({ ...transports, append: disk.over(transports.append) }),
    written: { type: 'file', path },
    env: {},
    arrived: async () => uidsInLines(await readFile(path, 'utf8').catch(() => '')),
    close: () => rm(folder, { recursive: true }),
  };
}

/** A line that was torn is no event. */
const uidsInLines = (text: string): string[] =>
  text.split('\n').flatMap((line) => {
    try {
      return [String((JSON.parse(line) as { eventUid: unknown }).eventUid)];
    } catch {
      return [];
    }
  });

/** By the kind of sink that sends there. */
export const receivers = {
  ...{ splunk, elastic, sentinel, syslog, eventHub, webhook, secops, file },
} satisfies Record<string, () => Promise<Receiver>>;
export type StormKind = keyof typeof receivers;
export const stormKinds = Object.keys(receivers) as StormKind[];
