import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { Webhook } from 'standardwebhooks';
import * as z from 'zod';
import { type Html, html } from '../shared/clean-text.ts';
import { sinkJournal } from './sink-journal.ts';
import { sinkPage } from './sink-page.ts';
import { answerJson, postSink } from './sink-post.ts';
import { startSinkServer } from './sink-server.ts';

const bodySchema = z.strictObject({
  type: z.string().regex(/^incident\.[a-z]+$/),
  timestamp: z.iso.datetime(),
  data: z.looseObject({ id: z.string(), incident: z.string(), title: z.string() }),
});

export type ReceivedHook = {
  id: number;
  receivedAt: string;
  /** As its header says: the same on every retry. */
  messageId: string;
  body: z.output<typeof bodySchema>;
  /** The first one with the same id, if this is not it. */
  repeatOf: number | null;
};

type WebhookSinkOptions = {
  /** 0, as by default, takes a free one. */
  port?: number;
  /** Hooks are kept here, in `webhook.jsonl`, and are there again after a restart. */
  folder?: string;
  onHook?: (hook: ReceivedHook) => void;
};

const maxBytes = 1_000_000;

/** A receiver of webhooks that checks the signature, and a page that shows what it took. */
export async function startWebhookSink({ port = 0, folder, onHook }: WebhookSinkOptions = {}) {
  const journal = sinkJournal<ReceivedHook>(folder, 'webhook');
  const secret = `whsec_${randomBytes(32).toString('base64')}`;
  const receiver = new Webhook(secret);

  const keep = (messageId: string, body: ReceivedHook['body']) => {
    const received: ReceivedHook = {
      id: (journal.items.at(-1)?.id ?? 0) + 1,
      receivedAt: new Date().toISOString(),
      messageId,
      body,
      repeatOf: journal.items.find((one) => one.messageId === messageId)?.id ?? null,
    };
    journal.keep(received);
    server.changed();
    onHook?.(received);
  };

  const posts = postSink({
    maxBytes,
    receive(body, { headers }, response) {
      if (body === undefined) return answerJson(response, 413, { error: 'too large' });
      if (!isSigned(receiver, body, headers)) {
        return answerJson(response, 401, { error: 'the signature does not fit' });
      }
      const result = bodySchema.safeParse(JSON.parse(body));
      if (!result.success) return answerJson(response, 400, { error: 'not understood' });
      keep(String(headers['webhook-id']), result.data);
      response.writeHead(204).end();
    },
  });

  const server = await startSinkServer({
    port,
    messages: () => journal.items,
    page: (nonce) =>
      sinkPage({
        title: 'Webhook',
        about:
          'What was posted with a good signature, newest first. Nothing here leaves this computer.',
        css,
        items: journal.items.toReversed().map(articleOf),
        nonce,
      }),
    handle(request, response) {
      if (request.method !== 'POST' || request.url !== '/hook') return false;
      posts.take(request, response);
      return true;
    },
  });

  return {
    url: server.url,
    hookUrl: `${server.url}/hook`,
    secret,
    hooks: (): readonly ReceivedHook[] => journal.items,
    failNext: posts.failNext,
    close: server.close,
  };
}

function isSigned(receiver: Webhook, body: string, headers: IncomingHttpHeaders): boolean {
  const names = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];
  try {
    receiver.verify(
      body,
      Object.fromEntries(names.map((name) => [name, `${headers[name] ?? ''}`])),
    );
    return true;
  } catch {
    return false;
  }
}

const css = `
.hook { padding: 12px 16px; } .hook h2 { margin: 6px 0; font-size: 17px; line-height: 1.35; }
`;

const articleOf = ({ id, receivedAt, body, repeatOf }: ReceivedHook): Html =>
  html`<article id="hook-${id}"><div class="hook">
<span class="badge">${body.type}</span> <span class="soft">${receivedAt.slice(0, 19).replace('T', ' ')} UTC · #${id}</span>${
    repeatOf !== null && html` <a class="badge" href="#hook-${repeatOf}">repeat of #${repeatOf}</a>`
  }
<h2>${body.data.title}</h2>
<details id="body-${id}"><summary>Body</summary><pre>${JSON.stringify(body, null, 2)}</pre></details>
</div></article>`;
