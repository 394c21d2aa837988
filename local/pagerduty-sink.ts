import { createHash, randomBytes } from 'node:crypto';
import * as z from 'zod';
import { type Html, html } from '../shared/clean-text.ts';
import { sinkJournal } from './sink-journal.ts';
import { sinkPage } from './sink-page.ts';
import { answerJson, postSink } from './sink-post.ts';
import { startSinkServer } from './sink-server.ts';

const secureLink = z.string().regex(/^https:\/\//);
const common = {
  routing_key: z.string().regex(/^[A-Za-z0-9]{32}$/),
  // The service makes one up where it is missing; nobody could acknowledge that alert afterwards.
  dedup_key: z.string().min(1).max(255),
  client: z.string().optional(),
  client_url: secureLink.optional(),
  links: z.array(z.strictObject({ href: secureLink, text: z.string().optional() })).optional(),
};
const eventSchema = z.discriminatedUnion('event_action', [
  z.strictObject({
    ...common,
    event_action: z.literal('trigger'),
    payload: z.strictObject({
      summary: z.string().min(1).max(1024),
      source: z.string().min(1),
      severity: z.enum(['critical', 'error', 'warning', 'info']),
      timestamp: z.string().optional(),
      component: z.string().optional(),
      group: z.string().optional(),
      class: z.string().optional(),
      custom_details: z.record(z.string(), z.unknown()).optional(),
    }),
  }),
  z.strictObject({ ...common, event_action: z.literal('acknowledge') }),
  z.strictObject({ ...common, event_action: z.literal('resolve') }),
]);

type Event = z.output<typeof eventSchema>;
type Keyless<E> = E extends unknown ? Omit<E, 'routing_key'> : never;

/** An event as it was taken. */
export type ReceivedPage = {
  id: number;
  receivedAt: string;
  event: Keyless<Event>;
  bytes: number;
  /** Whether somebody's phone rings: a new alert, or one that had been resolved. */
  isPage: boolean;
};

/** What the events have made of an alert. */
export type PagerAlert = {
  key: string;
  state: 'triggered' | 'acknowledged' | 'resolved';
  /** How often it has called somebody. */
  pages: number;
  events: ReceivedPage[];
};

type PagerDutySinkOptions = {
  /** 0, as by default, takes a free one. */
  port?: number;
  /** Events are kept here, in `pagerduty.jsonl`, and are there again after a restart. */
  folder?: string;
  onPage?: (page: ReceivedPage) => void;
};

/** PagerDuty refuses more. */
const maxBytes = 512 * 1024;

/** The Events API v2 of PagerDuty, and a page that shows its alerts. */
export async function startPagerDutySink({ port = 0, folder, onPage }: PagerDutySinkOptions = {}) {
  const journal = sinkJournal<ReceivedPage>(folder, 'pagerduty');
  const alerts = new Map<string, PagerAlert>();
  for (const one of journal.items) apply(alerts, one);
  // As with the real one, the key is all that keeps others from paging.
  const routingKey = randomBytes(16).toString('hex');

  const keep = ({ routing_key: _key, ...event }: Event, bytes: number) => {
    const before = alerts.get(event.dedup_key);
    const isOpen = before !== undefined && before.state !== 'resolved';
    // The service takes these, and nothing comes of them.
    if (event.event_action !== 'trigger' && !isOpen) return;
    const received: ReceivedPage = {
      id: (journal.items.at(-1)?.id ?? 0) + 1,
      receivedAt: new Date().toISOString(),
      event,
      bytes,
      isPage: !isOpen,
    };
    journal.keep(received);
    apply(alerts, received);
    server.changed();
    if (received.isPage) onPage?.(received);
  };

  const posts = postSink({
    maxBytes,
    receive(body, _request, response) {
      const refuse = (status: number, ...errors: string[]) =>
        answerJson(response, status, {
          status: 'invalid event',
          message: 'Event object is invalid',
          errors,
        });
      if (body === undefined) return refuse(413, 'The event is too large.');
      const result = eventSchema.safeParse(parsed(body));
      if (!result.success) {
        return refuse(400, ...result.error.issues.map(({ path }) => `'${path.join('.')}'`));
      }
      if (result.data.routing_key !== routingKey) return refuse(400, 'Invalid routing key');
      keep(result.data, Buffer.byteLength(body));
      const { dedup_key } = result.data;
      answerJson(response, 202, { status: 'success', message: 'Event processed', dedup_key });
    },
  });

  const server = await startSinkServer({
    port,
    messages: () => [...alerts.values()],
    page: (nonce) =>
      sinkPage({
        title: 'PagerDuty service',
        about: 'Alerts as a service would have them, newest first. Nobody is called.',
        css,
        items: [...alerts.values()].sort(newestFirst).map(articleOf),
        nonce,
      }),
    handle(request, response) {
      if (request.method !== 'POST' || request.url !== '/v2/enqueue') return false;
      posts.take(request, response);
      return true;
    },
  });

  return {
    url: server.url,
    routingKey,
    alerts: (): readonly PagerAlert[] => [...alerts.values()],
    failNext: posts.failNext,
    close: server.close,
  };
}

function apply(alerts: Map<string, PagerAlert>, page: ReceivedPage): void {
  const { dedup_key: key, event_action: action } = page.event;
  const before = alerts.get(key) ?? { key, state: 'resolved' as const, pages: 0, events: [] };
  const state =
    action === 'resolve' ? 'resolved' : action === 'acknowledge' ? 'acknowledged' : null;
  alerts.set(key, {
    key,
    // A trigger of an alert that is open adds a line to it, and leaves it as it is.
    state: state ?? (page.isPage ? 'triggered' : before.state),
    pages: before.pages + (page.isPage ? 1 : 0),
    events: [...before.events, page],
  });
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

const newestFirst = (a: PagerAlert, b: PagerAlert) =>
  (b.events.at(-1)?.id ?? 0) - (a.events.at(-1)?.id ?? 0);

const css = `
.alert { padding: 12px 16px; } .alert h2 { margin: 6px 0 8px; font-size: 17px; line-height: 1.35; }
.alert ol { margin: 8px 0; padding-left: 22px; font-size: 14px; }
.alert dl { display: grid; grid-template-columns: minmax(90px, max-content) 1fr; gap: 4px 14px; margin: 8px 0; font-size: 14px; }
.alert dt { color: var(--soft); } .alert dd { margin: 0; white-space: pre-line; }
.state { font-weight: 600; } .triggered { background: var(--attention); color: var(--attention-ink); }
.acknowledged { background: var(--warning); color: var(--warning-ink); } .resolved { background: var(--good); color: var(--good-ink); }
`;

const sentences = {
  trigger: 'triggered',
  acknowledge: 'acknowledged',
  resolve: 'resolved',
};

function articleOf({ key, state, pages, events }: PagerAlert): Html {
  const told = events.findLast(({ event }) => event.event_action === 'trigger')?.event;
  const payload = told?.event_action === 'trigger' ? told.payload : undefined;
  const lines = events.map(
    ({ receivedAt, event, isPage }) =>
      html`<li>${receivedAt.slice(0, 19).replace('T', ' ')} UTC: ${sentences[event.event_action]}${isPage && html` <span class="badge">somebody is called</span>`}</li>`,
  );
  const details = Object.entries(payload?.custom_details ?? {}).map(
    ([label, value]) => html`<dt>${label}</dt><dd>${String(value)}</dd>`,
  );
  return html`<article id="alert-${idOf(key)}"><div class="alert">
<span class="badge state ${state}">${state}</span> <span class="soft">${payload?.severity} · called ${pages} ${pages === 1 ? 'time' : 'times'} · ${key}</span>
<h2>${payload?.summary}</h2>
${told?.links?.map(({ href, text }) => html`<p><a href="${href}" target="_blank" rel="noopener noreferrer">${text ?? href}</a></p>`)}
<ol>${lines}</ol>
<details id="details-${idOf(key)}"><summary>Details</summary><dl>${details}</dl></details>
</div></article>`;
}

/** A key may be anything; an id of the page may not. */
const idOf = (key: string) => createHash('sha256').update(key).digest('hex').slice(0, 12);
