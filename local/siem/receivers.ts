import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Html, html } from '../../shared/clean-text.ts';
import { sentinelColumns, sentinelTable } from '../../shared/forward/sentinel-table.ts';
import { sinkPage } from '../sink-page.ts';
import { startSinkServer } from '../sink-server.ts';
import { makeCertificates } from './certificates.ts';
import { startElastic } from './elastic.ts';
import { startHec } from './hec.ts';
import { startLogsIngestion } from './logs-ingestion.ts';
import { startSyslogServer } from './syslog-server.ts';

/** An event as one of the receivers took it. */
type Taken = {
  receiver: string;
  receivedAt: string;
  uid: string | null;
  /** In the receiver's language. */
  text: string;
  kind: string;
  title: string;
};

const mostOnPage = 200;

/**
 * The SIEMs of the embedded stack: Splunk, Elastic, Microsoft Sentinel and a syslog receiver, each a
 * stand-in that checks what it gets as the real one does, and a page that shows what they took.
 *
 * @param options.folder - what Splunk and Elastic hold is kept there.
 */
export async function startReceivers(options: { port?: number; folder?: string } = {}) {
  const { folder } = options;
  const certificates = await makeCertificates();
  // Whoever starts Node has it trust this file: an option of the product would be one for everybody.
  const ownFolder = await mkdtemp(join(tmpdir(), 'glasswatch-siem-'));
  const caFile = join(ownFolder, 'ca.pem');
  await writeFile(caFile, certificates.ca);

  const changed = () => server.changed();
  const indexes = ['security'] as const;
  const [splunk, elastic, sentinel, syslog] = await Promise.all([
    startHec({ ...(folder && { folder }), indexes, onEvent: changed }),
    startElastic({ ...(folder && { folder }), onEvent: changed }),
    startLogsIngestion({
      certificates,
      streams: { [`Custom-${sentinelTable}`]: sentinelColumns },
      onRows: changed,
    }),
    startSyslogServer({ certificates, onMessage: changed }),
  ]);

  const taken = (): Taken[] =>
    [
      ...splunk.received().map(({ event, ...one }) => ({
        ...one,
        receiver: 'Splunk',
        text: json(event),
        ...wordsOf(event.event),
      })),
      ...elastic.received().map(({ event, ...one }) => ({
        ...one,
        receiver: 'Elastic',
        text: json(event),
        ...wordsOf(event),
      })),
      ...sentinel.received().map(({ uid = null, receivedAt, row }) => ({
        ...{ receiver: 'Sentinel', receivedAt, uid, text: json(row) },
        kind: `${row.EventKind} ${row.ActivityName}`,
        title: String(row.FindingTitle),
      })),
      ...syslog.received().map(({ uid = null, receivedAt, text, cef }) => ({
        ...{ receiver: 'syslog', receivedAt, uid, text },
        kind: cef.ruleId,
        title: cef.name,
      })),
    ].sort((a, b) => (a.receivedAt < b.receivedAt ? -1 : 1));

  const server = await startSinkServer({
    port: options.port ?? 0,
    messages: taken,
    page: (nonce) =>
      sinkPage({
        title: 'SIEM',
        about:
          'What Splunk, Elastic, Sentinel and a syslog receiver took, each in its language, newest first.',
        css: '.event { padding: 10px 16px; } .event p { margin: 4px 0; } .event h2 { margin: 6px 0; font-size: 16px; }',
        items: [...Map.groupBy(taken(), ({ uid }) => uid)]
          .slice(-mostOnPage)
          .toReversed()
          .map(articleOf),
        nonce,
      }),
  });

  return {
    url: server.url,
    ...{ splunk, elastic, sentinel, syslog, taken },
    /** What the function process has to be started with. */
    env: { NODE_EXTRA_CA_CERTS: caFile },
    settings: {
      SPLUNK_URL: splunk.url,
      SPLUNK_TOKEN: splunk.token,
      ELASTIC_URL: elastic.url,
      ELASTIC_API_KEY: elastic.apiKey,
      SENTINEL_ENDPOINT: sentinel.endpoint,
      SYSLOG_HOST: `${syslog.host}:${syslog.port}`,
      SYSLOG_CA: syslog.ca,
    },
    async close() {
      const parts = [server, splunk, elastic, sentinel, syslog];
      await Promise.all(parts.map((part) => part.close()));
      await rm(ownFolder, { recursive: true });
    },
  };
}

/** What an event says of itself, in whichever format it came. */
function wordsOf(event: unknown): { kind: string; title: string } {
  const {
    metadata,
    message,
    event: ecs,
  } = (event ?? {}) as {
    metadata?: { event_code?: unknown };
    message?: unknown;
    event?: { kind?: unknown };
  };
  return { kind: String(metadata?.event_code ?? ecs?.kind ?? ''), title: String(message ?? '') };
}

const json = (value: unknown) => JSON.stringify(value, null, 2);

/** What one event became in each of the receivers' languages. */
function articleOf([uid, all]: [string | null, Taken[]]): Html {
  const [first] = all;
  const inOrder = all.toSorted((a, b) => (a.receiver < b.receiver ? -1 : 1));
  return html`<article id="event-${uid}"><div class="event">
<p><span class="badge">${first?.kind}</span> <span class="soft">${first?.receivedAt.slice(11, 19)} UTC · ${uid}</span></p>
<h2>${first?.title}</h2>
${inOrder.map(
  ({ receiver, text }, index) =>
    html`<details id="event-${uid}-${index}"><summary>${receiver}</summary><pre>${text}</pre></details>`,
)}
</div></article>`;
}
