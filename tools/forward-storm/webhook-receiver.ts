import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { faultsToCome, faultyReceiver, wayFaults } from '../../local/siem/faults.ts';
import { startSinkServer } from '../../local/sink-server.ts';
import { uidsIn } from './uids-in.ts';

const webhookFaults = [...wayFaults, 'refused', 'stumbles'] as const;
type WebhookFault = Exclude<(typeof webhookFaults)[number], (typeof wayFaults)[number]>;

const names = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];

/** A receiver of signed events that keeps the uid of each, and fails as it is told to. */
export async function startWebhookReceiver() {
  const secret = `whsec_${randomBytes(32).toString('base64')}`;
  const checker = new Webhook(secret);
  const faults = faultsToCome(webhookFaults);
  const uids: string[] = [];

  const receive = faultyReceiver<WebhookFault>({
    maxBytes: 1_000_000,
    faults,
    refusal: (way) => ({ error: way }),
    receive({ headers, body }, way) {
      const text = String(body);
      try {
        checker.verify(text, Object.fromEntries(names.map((name) => [name, `${headers[name]}`])));
      } catch {
        return { status: 401, body: { error: 'the signature does not fit' } };
      }
      // Unlike one that is busy, it stumbles over this event.
      if (way === 'stumbles') return { status: 500, body: 'failed in the handler' };
      if (way === 'refused') return { status: 422, body: 'the event is not understood' };
      uids.push(...uidsIn.webhook(text));
      return { status: 204, body: undefined };
    },
  });

  const server = await startSinkServer({
    port: 0,
    messages: () => uids,
    page: () => '',
    handle(request, response) {
      if (request.method !== 'POST') return false;
      receive(request, response);
      return true;
    },
  });
  return { ...faults, url: `${server.url}/hook`, secret, uids, close: server.close };
}
