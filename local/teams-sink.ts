import { createHash, randomBytes } from 'node:crypto';
import * as z from 'zod';
import { html } from '../shared/clean-text.ts';
import { cardCss, cardHtml } from './card-html.ts';
import { sinkJournal } from './sink-journal.ts';
import { sinkPage } from './sink-page.ts';
import { answerJson, postSink, type SinkFault } from './sink-post.ts';
import { startSinkServer } from './sink-server.ts';

const messageSchema = z.strictObject({
  type: z.literal('message'),
  attachments: z.tuple([
    z.strictObject({
      contentType: z.literal('application/vnd.microsoft.card.adaptive'),
      contentUrl: z.null().optional(),
      content: z.looseObject({
        type: z.literal('AdaptiveCard'),
        version: z.enum(['1.2', '1.3', '1.4', '1.5']),
        fallbackText: z.string(),
        body: z.array(z.looseObject({ type: z.string() })).min(1),
      }),
    }),
  ]),
});

type Card = z.output<typeof messageSchema>['attachments'][0]['content'];

export type ReceivedCard = {
  id: number;
  receivedAt: string;
  card: Card;
  bytes: number;
  sha256: string;
  /** The first card with the very same body, if this is not it. */
  repeatOf: number | null;
};

export type TeamsFault = SinkFault;

type TeamsSinkOptions = {
  /** 0, as by default, takes a free one. */
  port?: number;
  /** Cards are kept here, in `teams.jsonl`, and are there again after a restart. */
  folder?: string;
  onCard?: (card: ReceivedCard) => void;
};

/** Teams refuses more. */
const maxBytes = 28 * 1024;

/** A Teams Workflows webhook, and a page that shows its cards as a channel would. */
export async function startTeamsSink({ port = 0, folder, onCard }: TeamsSinkOptions = {}) {
  const journal = sinkJournal<ReceivedCard>(folder, 'teams');
  const cards = journal.items;
  // As with the real one, the signature is all that keeps others from posting.
  const path = `/workflows/${randomBytes(16).toString('hex')}/triggers/manual/paths/invoke`;
  const signature = randomBytes(32).toString('base64url');

  const keep = (body: string) => {
    const message = messageSchema.parse(JSON.parse(body));
    const sha256 = createHash('sha256').update(body).digest('hex');
    const received: ReceivedCard = {
      id: (cards.at(-1)?.id ?? 0) + 1,
      receivedAt: new Date().toISOString(),
      card: message.attachments[0].content,
      bytes: Buffer.byteLength(body),
      sha256,
      repeatOf: cards.find((card) => card.sha256 === sha256)?.id ?? null,
    };
    journal.keep(received);
    server.changed();
    onCard?.(received);
  };

  const posts = postSink({
    maxBytes,
    receive(body, request, response) {
      const query = new URL(request.url ?? '', 'http://sink').searchParams;
      const refuse = (status: number, code: string) =>
        answerJson(response, status, { error: { code, message: 'The request was refused.' } });
      if (query.get('sig') !== signature) return refuse(401, 'DirectApiInvalidSignature');
      if (body === undefined) return refuse(413, 'RequestEntityTooLarge');
      try {
        keep(body);
      } catch {
        return refuse(400, 'TriggerInputSchemaMismatch');
      }
      response.writeHead(202).end();
    },
  });

  const server = await startSinkServer({
    port,
    messages: () => cards,
    page: (nonce) =>
      sinkPage({
        title: 'Teams channel',
        about:
          'Cards as a Teams channel would show them, newest first. Nothing here leaves this computer.',
        css: cardCss,
        items: cards.toReversed().map(articleOf),
        nonce,
      }),
    handle(request, response) {
      if (request.method !== 'POST' || !request.url?.startsWith(`${path}?`)) return false;
      posts.take(request, response);
      return true;
    },
  });

  return {
    url: server.url,
    webhookUrl: `${server.url}${path}?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=${signature}`,
    cards: (): readonly ReceivedCard[] => cards,
    failNext: posts.failNext,
    close: server.close,
  };
}

const articleOf = ({
  id,
  receivedAt,
  card,
  bytes,
  repeatOf,
}: ReceivedCard) => html`<article id="card-${id}">
<p class="soft" style="padding:10px 16px 6px">Glasswatch · ${receivedAt.slice(0, 19).replace('T', ' ')} UTC · #${id} · ${(bytes / 1000).toFixed(1)} KB${
  repeatOf !== null && html` <a class="badge" href="#card-${repeatOf}">repeat of #${repeatOf}</a>`
}</p>
${cardHtml(card)}</article>`;
