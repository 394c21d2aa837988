import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Html, html } from '../../shared/clean-text.ts';
import { sinkJournal } from '../sink-journal.ts';
import { sinkPage } from '../sink-page.ts';
import { startSinkServer } from '../sink-server.ts';

/** An event as a stand-in holds it. */
export type ReceivedEvent<Event = unknown> = {
  id: number;
  receivedAt: string;
  /** What receivers deduplicate by; null where it says none. */
  uid: string | null;
  /** The first one with the same uid, if this is not it. */
  repeatOf: number | null;
  event: Event;
};

/** More of them make a page that nobody scrolls. */
const mostOnPage = 200;

/**
 * What a stand-in has taken, in the order of arrival.
 *
 * @param folder - it is kept there, in `<name>.jsonl`, and is there again after a restart.
 */
export function receivedEvents<Event>(folder: string | undefined, name: string) {
  const journal = sinkJournal<ReceivedEvent<Event>>(folder, name);
  const firsts = new Map<string, number>();
  const note = ({ uid, id }: ReceivedEvent) => {
    if (uid !== null && !firsts.has(uid)) firsts.set(uid, id);
  };
  for (const one of journal.items) note(one);
  return {
    all: () => journal.items,
    has: (uid: string) => firsts.has(uid),
    keep(uid: string | null, event: Event): ReceivedEvent<Event> {
      const received = {
        id: (journal.items.at(-1)?.id ?? 0) + 1,
        receivedAt: new Date().toISOString(),
        uid,
        repeatOf: (uid !== null && firsts.get(uid)) || null,
        event,
      };
      journal.keep(received);
      note(received);
      return received;
    },
  };
}

type EventsServer = {
  /** 0 takes a free one. */
  port: number | undefined;
  title: string;
  about: string;
  events: () => readonly ReceivedEvent[];
  /** What an event says in one line. */
  headline(event: unknown): string;
  /** Whether what is posted there is for {@link receive}. */
  takes(url: string): boolean;
  receive(request: IncomingMessage, response: ServerResponse): void;
};

/** A receiver, and a page of what it took, newest first. */
export const startEventsServer = ({ title, about, events, headline, ...server }: EventsServer) =>
  startSinkServer({
    port: server.port ?? 0,
    messages: events,
    page: (nonce) =>
      sinkPage({
        title,
        about,
        css: '.event { padding: 12px 16px; } .event h2 { margin: 6px 0; font-size: 16px; }',
        items: events().slice(-mostOnPage).toReversed().map(articleOf(headline)),
        nonce,
      }),
    handle(request, response) {
      if (request.method !== 'POST' || !server.takes(request.url ?? '')) return false;
      server.receive(request, response);
      return true;
    },
  });

const articleOf =
  (headline: EventsServer['headline']) =>
  ({ id, receivedAt, uid, repeatOf, event }: ReceivedEvent): Html =>
    html`<article id="event-${id}"><div class="event">
<span class="soft">${receivedAt.slice(0, 19).replace('T', ' ')} UTC · #${id} · ${uid}</span>${
      repeatOf !== null &&
      html` <a class="badge" href="#event-${repeatOf}">repeat of #${repeatOf}</a>`
    }
<h2>${headline(event)}</h2>
<details id="body-${id}"><summary>Event</summary><pre>${JSON.stringify(event, null, 2)}</pre></details>
</div></article>`;
