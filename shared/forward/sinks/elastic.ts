import * as z from 'zod';
import { address, flag, secretRef, strict } from '../../policy/fields.ts';
import { maxAnswerBytes } from '../../post.ts';
import { rejected } from '../../tell/delivery-failure.ts';
import * as http from '../http-answers.ts';
import { secretsIn, wordsWithout } from '../receiver-words.ts';
import { defineSink, type Outcome, taken } from '../sink.ts';
import type { Answered } from '../sink-transports.ts';

/** A part of the name of a data stream; `-` is what divides the parts. */
function streamPart(what: string) {
  const allowed = `${what} of 1 to 80 small letters, digits, _ and .`;
  return z.string(allowed).regex(/^[a-z0-9_][a-z0-9_.]{0,79}$/, allowed);
}

const reasonSchema = z.looseObject({ type: z.string().catch(''), reason: z.string().catch('') });
const wholeSchema = z.looseObject({
  error: z.union([reasonSchema, z.string().transform((reason) => ({ type: '', reason }))]),
});
const itemSchema = z.looseObject({
  status: z.int(),
  error: reasonSchema.optional(),
  failure_store: z.string().optional(),
});
type Item = z.output<typeof itemSchema>;
const bulkSchema = z.looseObject({ items: z.array(z.looseObject({ create: itemSchema })) });

/** All that is read of an answer. The whole of it grows with the batch, and is not read to its end. */
const wanted = ['status', 'failure_store', 'error.type', 'error.reason']
  .map((field) => `items.*.${field}`)
  .join(',');

export default defineSink({
  type: 'elastic',
  settings: strict({
    url: address.describe('Elasticsearch, e.g. https://elastic.contoso.com:9200'),
    apiKey: secretRef.describe(
      'An API key in its encoded form that may create documents in the data stream.',
    ),
    dataset: streamPart('a dataset')
      .default('glasswatch.finding')
      .describe('The data stream is logs-<dataset>-<namespace>.'),
    namespace: streamPart('a namespace').default('default').describe('See dataset.'),
    private: flag().default(false).describe('It stands in a private network of ours.'),
  }).meta({ description: 'A data stream of Elasticsearch.' }),
  formats: ['ecs'],
  limits: { maxEvents: 500, maxBytes: 5_000_000, baseBytes: 0, bytesEach: 1 },
  width: 2,
  describe: ({ url, dataset, namespace }) =>
    `logs-${dataset}-${namespace} of Elasticsearch at ${http.placeOf(url)}`,

  open({ url, apiKey, dataset, namespace, private: isPrivate }, { post }) {
    const target = `${http.baseOf(url)}/logs-${dataset}-${namespace}/_bulk?filter_path=${wanted}`;
    const host = http.hostOf(url);
    const words = wordsWithout([apiKey, ...secretsIn(url)]);
    const headers = {
      'content-type': 'application/x-ndjson',
      authorization: `ApiKey ${apiKey}`,
    };
    const lineOf = (status: number, { type, reason }: { type: string; reason: string }) =>
      http.answerLine(host, status, words([type, reason].filter((part) => part !== '').join(': ')));

    function wholeFailure(answered: Answered) {
      const { status, text } = answered;
      const error = wholeSchema.safeParse(http.jsonOf(text)).data?.error;
      return http.failureOf(lineOf(status, error ?? { type: '', reason: text }), answered);
    }

    /** @throws {WatchError} DELIVERY_MISCONFIGURED for what is no fault of the document. */
    function outcomeOf({ status, error, failure_store }: Item): Outcome {
      // There already, by its id: a repeat of ours.
      if (status === 409) return taken;
      const says = lineOf(status, error ?? { type: '', reason: '' });
      if (failure_store === 'used') {
        return { became: 'refused', says: `${says}, and put it into the failure store` };
      }
      if (status >= 200 && status <= 299) return taken;
      if (http.isForLater(status)) return { became: 'later', says };
      if (status === 401 || status === 403 || status === 404) throw http.misconfigured(says);
      return { became: 'refused', says };
    }

    return {
      pack: ({ uid, line }) => `${JSON.stringify({ create: { _id: uid } })}\n${line}`,
      async send(batch) {
        const body = batch.map(({ text }) => `${text}\n`).join('');
        const answered = await post(target, { headers, body, isPrivate });
        if (answered.status !== 200) throw wholeFailure(answered);
        const items = bulkSchema.safeParse(http.jsonOf(answered.text)).data?.items;
        if (items?.length === batch.length) return items.map(({ create }) => outcomeOf(create));
        const detail = `${host} answered 200 without a result for each event`;
        // A smaller batch has a shorter answer.
        const isCut = Buffer.byteLength(answered.text) >= maxAnswerBytes - 4;
        throw isCut ? rejected(`${detail} in 64 KiB`) : http.misconfigured(detail);
      },
      close: async () => {},
    };
  },
});
