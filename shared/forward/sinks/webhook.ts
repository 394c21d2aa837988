import { flag, secretRef, strict } from '../../policy/fields.ts';
import { signedHeaders } from '../../tell/sign-webhook.ts';
import * as http from '../http-answers.ts';
import { allSecretsIn, wordsWithout } from '../receiver-words.ts';
import { defineSink, type Outcome, type Outgoing, taken } from '../sink.ts';

export default defineSink({
  type: 'webhook',
  settings: strict({
    url: secretRef.describe('The https URL that each event is posted to.'),
    secret: secretRef.describe(
      'Signs it: whsec_… (HMAC) or whsk_… (Ed25519); several, with blanks between, while one replaces another.',
    ),
    private: flag().default(false).describe('It stands in a private network of ours.'),
  }).meta({ description: 'A signed POST for each event (Standard Webhooks).' }),
  formats: ['native', 'ocsf'],
  limits: { maxEvents: 1, maxBytes: 1_000_000, baseBytes: 0, bytesEach: 0 },
  width: 4,
  describe: ({ url }) => `a signed webhook at ${http.placeOf(url)}`,

  open({ url, secret, private: isPrivate }, { post }) {
    // A secret that is none is told at once, not with the first event.
    signedHeaders(secret, 'none', '', 0);
    const host = http.hostOf(url);
    const words = wordsWithout([...secret.split(/\s+/), ...allSecretsIn(url)]);

    async function sendOne(uid: string, body: string): Promise<Outcome> {
      const headers = {
        ...signedHeaders(secret, uid, body, Date.now()),
        'content-type': 'application/json; charset=utf-8',
      };
      const answered = await post(url, { headers, body, isPrivate });
      const { status, text, retryAfterMs } = answered;
      if (status >= 200 && status <= 299) return taken;
      const says = http.answerLine(host, status, words(text));
      if (status === 400 || status === 413 || status === 422) return { became: 'refused', says };
      // It may be this event alone that the receiver stumbles over; the others shall not wait for it.
      if (status >= 500 && !slowDown.has(status)) {
        return { became: 'later', says, ...(retryAfterMs !== undefined && { retryAfterMs }) };
      }
      throw http.failureOf(says, answered);
    }

    return {
      pack: webhookEvent,
      async send(batch) {
        const outcomes: Outcome[] = [];
        for (const { outgoing, text } of batch) outcomes.push(await sendOne(outgoing.uid, text));
        return outcomes;
      },
      close: async () => {},
    };
  },
});

/** Said by what stands before a receiver, or by one that is busy: nothing else gets through either. */
const slowDown = new Set([502, 503, 504]);

/** The body of a webhook. A repeat is the same, byte for byte. */
export function webhookEvent({ kind, time, event, line }: Outgoing): string {
  const date = new Date(time);
  // A time that nobody can write down is left out: it must not keep its event back.
  const timestamp = Number.isNaN(date.valueOf()) ? '' : `"timestamp":"${date.toISOString()}",`;
  return `{"type":${JSON.stringify(typeOf(kind, event))},${timestamp}"data":${line}}`;
}

const ocsfChanges = new Map<unknown, string>([
  [1, 'created'],
  [2, 'updated'],
  [3, 'closed'],
]);

/** What a receiver sorts by: `finding.created`, as the event itself says it, or as OCSF has a word for it. */
function typeOf(kind: Outgoing['kind'], event: unknown): string {
  const { type, activity_id } = event as { type?: unknown; activity_id?: unknown };
  if (typeof type === 'string' && /^[a-z]+(?:\.[a-z]+)*$/.test(type)) return type;
  const change = ocsfChanges.get(activity_id);
  return change ? `${kind}.${change}` : kind;
}
