import { secretRef, strict } from '../../policy/fields.ts';
import { defineChannel } from '../channel.ts';
import { signedHeaders } from '../sign-webhook.ts';
import { webhookBody } from '../webhook-body.ts';

export default defineChannel({
  type: 'webhook',
  settings: strict({
    url: secretRef.describe('The https URL that it is posted to.'),
    secret: secretRef.describe(
      'Signs it: whsec_… (HMAC) or whsk_… (Ed25519); several, with blanks between, while one replaces another.',
    ),
  }).meta({ description: 'A signed POST to a receiver of your own (Standard Webhooks).' }),

  describe: () => 'a signed webhook',
  isOutside: true,
  isPersonal: false,
  // Whoever answers 2xx has checked the signature and has it.
  provenBy: 'answer',
  pace: { mostPerMinute: 300, foldAbove: 200 },

  async send(alert, { url, secret }, { postJson }) {
    const body = webhookBody(alert);
    await postJson(url, body, signedHeaders(secret, alert.id, body, Date.now()));
  },
});
