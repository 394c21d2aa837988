import { documentsOf } from '../../local/siem/elastic-documents.ts';
import { jsonOf } from '../../shared/forward/http-answers.ts';
import type { Answered, SinkTransports } from '../../shared/forward/sink-transports.ts';
import { isPoison, poisonWords } from './poison.ts';
import { type PostedKind, uidsIn } from './uids-in.ts';
import type { Witness } from './witness.ts';

type Post = SinkTransports['post'];
type Asked = {
  body: string;
  uids: readonly string[];
  /** The first event that it does not like. */
  at: number;
  /** Asks the stand-in itself. */
  ask(body: string): Promise<Answered>;
};
type Item = { create: { status: number; error?: { reason: string }; failure_store?: string } };

const answer = (status: number, body: object): Answered => ({
  ...{ status, retryAfterMs: undefined, text: JSON.stringify(body) },
});

/** How each receiver refuses an event that it does not like, in a request that is fine otherwise. */
const refuse: Record<PostedKind, (asked: Asked) => Answered | Promise<Answered>> = {
  splunk: ({ uids, at }) =>
    answer(400, {
      text: `Invalid data format: ${poisonWords(uids[at] ?? '')}`,
      ...{ code: 6, 'invalid-event-number': at },
    }),
  secops: ({ uids, at }) =>
    answer(400, {
      error: { code: 400, message: poisonWords(uids[at] ?? ''), status: 'INVALID_ARGUMENT' },
    }),
  webhook: ({ uids, at }) => answer(422, { error: poisonWords(uids[at] ?? '') }),
  // It takes the others.
  async elastic({ body, ask }) {
    const documents = documentsOf(body);
    const kept = documents.filter(({ id }) => !isPoison(id));
    const line = (id: string) => JSON.stringify({ create: { _id: id } });
    const rest = kept.map(({ id, text }) => `${line(id)}\n${text}\n`).join('');
    const answered = kept.length > 0 ? await ask(rest) : answer(200, { items: [] });
    const told = answered.status === 200 ? itemsOf(answered) : undefined;
    if (!told) return answered;
    const items = told.values();
    const all = documents.map(({ id }) => {
      if (!isPoison(id)) return items.next().value;
      const error = { type: 'document_parsing_exception', reason: poisonWords(id) };
      return { create: { status: 400, error } };
    });
    return { ...answered, text: JSON.stringify({ items: all }) };
  },
};

/** The stand-in, but it never takes certain events; and a witness hears how each request fared. */
export function pickyPost(kind: PostedKind, post: Post, witness: Witness): Post {
  return async (url, request) => {
    const body = String(request.body);
    const uids = uidsIn[kind](body);
    const at = uids.findIndex(isPoison);
    const ask = (text: string) => post(url, { ...request, body: text });
    const answered = await (at < 0 ? ask(body) : refuse[kind]({ body, uids, at, ask }));
    if (answered.status > 299) witness.fault(`answered ${answered.status}`);
    if (kind === 'elastic' && answered.status === 200) hearItems(uids, answered, witness);
    const [uid] = uids;
    if (uid !== undefined && uids.length === 1 && [400, 413, 422].includes(answered.status)) {
      witness.refusal(uid, wordsOf(answered.text));
    }
    return answered;
  };
}

/** Undefined: the answer was too long to be read whole. */
const itemsOf = ({ text }: Answered) => (jsonOf(text) as { items: Item[] } | undefined)?.items;

function hearItems(uids: readonly string[], answered: Answered, witness: Witness): void {
  const items = itemsOf(answered);
  if (!items) {
    witness.fault('answer cut');
    return;
  }
  for (const [at, { create }] of items.entries()) {
    const { status, failure_store: store, error } = create;
    // What is there already is none.
    if (status > 299 && status !== 409) witness.fault(`item ${status}`);
    if (store) witness.fault('item put aside');
    if (status === 400) witness.refusal(uids[at] ?? '', error?.reason ?? '');
    if (store) witness.refusal(uids[at] ?? '', 'failure store');
  }
}

/** The sentence in an answer. */
function wordsOf(text: string): string {
  const said = jsonOf(text) as { text?: string; error?: string | { message: string } } | undefined;
  if (typeof said?.error === 'string') return said.error;
  return said?.error?.message ?? said?.text ?? text;
}
