import * as z from 'zod';
import { address, secretRef, strict } from '../../policy/fields.ts';
import * as http from '../http-answers.ts';
import { secretsIn, wordsWithout } from '../receiver-words.ts';
import { defineSink, taken } from '../sink.ts';

/** How services of Google say no. */
const errorSchema = z.looseObject({
  error: z.looseObject({
    status: z.string().catch(''),
    message: z.string().catch(''),
    details: z.array(z.looseObject({ reason: z.string().catch('') })).catch([]),
  }),
});

export default defineSink({
  type: 'secops',
  settings: strict({
    url: address.describe('The endpoint of the feed, as Google SecOps shows it.'),
    apiKey: secretRef.describe('An API key of the Google Cloud project.'),
    accessKey: secretRef.describe('The secret key of the feed.'),
  }).meta({
    description: 'A webhook feed of Google SecOps: log type OCSF, split at line feeds.',
  }),
  formats: ['ocsf'],
  limits: { maxEvents: 500, maxBytes: 1_000_000, baseBytes: 0, bytesEach: 1 },
  width: 2,
  describe: ({ url }) => `Google SecOps at ${http.placeOf(url)}`,

  open({ url, apiKey, accessKey }, { post }) {
    const host = http.hostOf(url);
    const words = wordsWithout([apiKey, accessKey, ...secretsIn(url)]);
    const headers = {
      'content-type': 'application/json',
      'x-goog-api-key': apiKey,
      'x-webhook-access-key': accessKey,
    };
    return {
      pack: ({ line }) => line,
      async send(batch) {
        const body = batch.map(({ text }) => text).join('\n');
        const answered = await post(url, { headers, body });
        const { status, text } = answered;
        if (status >= 200 && status <= 299) return batch.map(() => taken);
        const error = errorSchema.safeParse(http.jsonOf(text)).data?.error;
        const told = error ? [error.status, error.message].filter(Boolean).join(': ') : text;
        const says = http.answerLine(host, status, words(told));
        // A key that is wrong is an invalid argument there, with the same 400 as a broken body.
        const isKey = error?.details.some(({ reason }) => reason.startsWith('API_KEY_'));
        throw isKey ? http.misconfigured(says) : http.failureOf(says, answered);
      },
      close: async () => {},
    };
  },
});
