import { createHash, randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import * as z from 'zod';
import { html } from '../shared/clean-text.ts';
import { cardCss, cardHtml } from './card-html.ts';
import { sinkPage } from './sink-page.ts';
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

/** How a coming request fails. `slow` answers well, but late. */
export type TeamsFault =
  | { status: number; retryAfter?: string | number }
  | { reset: true }
  | { slowMs: number };

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
  const journal = folder && join(folder, 'teams.jsonl');
  const cards: ReceivedCard[] = journal ? readJournal(journal) : [];
  const faults: TeamsFault[] = [];
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
    cards.push(received);
    if (journal) appendFileSync(journal, `${JSON.stringify(received)}\n`);
    server.changed();
    onCard?.(received);
  };

  const receive = async (request: IncomingMessage, response: ServerResponse) => {
    const fault = faults.shift();
    if (fault && 'reset' in fault) return request.socket.resetAndDestroy();
    const body = await bodyOf(request);
    if (fault && 'status' in fault) return sendFault(response, fault);
    if (fault) await new Promise((resolve) => setTimeout(resolve, fault.slowMs).unref());
    const query = new URL(request.url ?? '', 'http://sink').searchParams;
    if (query.get('sig') !== signature) return refuse(response, 401, 'DirectApiInvalidSignature');
    if (body === undefined) return refuse(response, 413, 'RequestEntityTooLarge');
    try {
      keep(body);
    } catch {
      return refuse(response, 400, 'TriggerInputSchemaMismatch');
    }
    response.writeHead(202).end();
  };

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
      receive(request, response).catch(() => response.destroy());
      return true;
    },
  });

  return {
    url: server.url,
    webhookUrl: `${server.url}${path}?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=${signature}`,
    cards: (): readonly ReceivedCard[] => cards,
    /** The next `times` requests fail in this way; calls add up. */
    failNext(times: number, fault: TeamsFault) {
      faults.push(...Array.from({ length: times }, () => fault));
    },
    close: server.close,
  };
}

function readJournal(file: string): ReceivedCard[] {
  mkdirSync(join(file, '..'), { recursive: true });
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
}

/** @returns undefined if it is more than Teams takes. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= maxBytes) chunks.push(chunk);
  }
  return size <= maxBytes ? Buffer.concat(chunks).toString() : undefined;
}

function sendFault(
  response: ServerResponse,
  fault: { status: number; retryAfter?: string | number },
) {
  const { status, retryAfter } = fault;
  response
    .writeHead(status, retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) })
    .end();
}

function refuse(response: ServerResponse, status: number, code: string) {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ error: { code, message: 'The request was refused.' } }));
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
