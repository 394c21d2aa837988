import { createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import webhook from '../../../shared/tell/channels/webhook.ts';
import { signedHeaders } from '../../../shared/tell/sign-webhook.ts';
import { describeChannel, recorder } from '../channel-contract.ts';
import { answeredAlerts, personalAlert, sampleAlerts } from '../sample-alerts.ts';

const vectors = JSON.parse(
  readFileSync(
    new URL('../../data/formats/standard-webhooks.vectors.json', import.meta.url),
    'utf8',
  ),
);
const secret = 'whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=';
const url = 'https://hooks.example/s3cret';

function* textsOf(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'object' && value !== null)
    for (const one of Object.values(value)) yield* textsOf(one);
}

describeChannel({
  type: 'webhook',
  send: (alert, transports) => webhook.send(alert, { url, secret }, transports),
  readable: ({ body = '' }) => {
    const { data } = JSON.parse(body);
    return [data.severity.toUpperCase(), data.isDrill ? 'DRILL' : '', ...textsOf(data)].join('\n');
  },
});

type Vector = {
  name: string;
  secret: string;
  secretKeySerialized64Byte: string;
  headers: Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>;
  body: string;
};

const signed = (secrets: string, { headers, body }: Pick<Vector, 'headers' | 'body'>) =>
  signedHeaders(secrets, headers['webhook-id'], body, Number(headers['webhook-timestamp']) * 1000);

describe('the signature', () => {
  test.each(vectors.v1Valid as Vector[])('v1: $name', (vector) => {
    expect(signed(vector.secret, vector)).toEqual(vector.headers);
  });

  test.each(vectors.v1aValid as Vector[])(
    'v1a: $name, from the seed and from both keys',
    (vector) => {
      const both = vector.secretKeySerialized64Byte;
      const seed = Buffer.from(both.slice('whsk_'.length), 'base64').subarray(0, 32);
      expect(signed(both, vector)).toEqual(vector.headers);
      expect(signed(`whsk_${seed.toString('base64')}`, vector)).toEqual(vector.headers);
    },
  );

  test('rotation: each secret signs', () => {
    const { secrets, headers } = vectors.rotation;
    expect(signed(`  ${secrets.join(' \n')} `, vectors.rotation)).toEqual(headers);
  });

  test.each(vectors.senderMustRefuse.filter((one: Partial<Vector>) => one.secret) as Vector[])(
    'refused: $name',
    (vector) => {
      const sign = () => signedHeaders(vector.secret, 'id', '{}', 0);
      expect(sign).toThrow(/DELIVERY_MISCONFIGURED: the secret/);
      expect(sign).not.toThrow(vector.secret);
    },
  );

  test.each(['', '   ', 'no prefix', 'whsec_***', `whsk_${'A'.repeat(20)}`, `${secret} broken`])(
    'refused: %j',
    (wrong) => {
      expect(() => signedHeaders(wrong, 'id', '{}', 0)).toThrow(/DELIVERY_MISCONFIGURED/);
    },
  );

  test('an id has no full stop', () => {
    expect(signedHeaders(secret, 'a.b.c', '{}', 0)['webhook-id']).toBe('a-b-c');
  });
});

describe('what is posted', () => {
  async function post(alert = sampleAlerts.breakGlass, secrets = secret) {
    const { sent, transports } = recorder();
    await webhook.send(alert, { url, secret: secrets }, transports);
    const [one] = sent;
    return { body: one?.body ?? '', headers: { ...one?.headers }, to: one?.to };
  }

  test('passes the reference library, and one changed byte does not', async () => {
    const { body, headers, to } = await post();
    expect(to).toBe(url);
    const receiver = new Webhook(secret);
    expect(receiver.verify(body, headers)).toEqual(JSON.parse(body));
    expect(() => receiver.verify(body.replace('critical', 'Critical'), headers)).toThrow();
  });

  test('is verified with the public key alone where it is signed with Ed25519', async () => {
    const [vector] = vectors.v1aValid;
    const { body, headers } = await post(sampleAlerts.breakGlass, vector.secretKeySerialized64Byte);
    const publicKey = createPublicKey({
      key: {
        kty: 'OKP',
        crv: 'Ed25519',
        x: Buffer.from(vector.publicKeyRawBase64, 'base64').toString('base64url'),
      },
      format: 'jwk',
    });
    const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    const signature = Buffer.from(`${headers['webhook-signature']}`.slice('v1a,'.length), 'base64');
    expect(verify(null, Buffer.from(content), publicKey, signature)).toBe(true);
  });

  test('has the keys that receivers rely on', async () => {
    const { type, timestamp, data } = JSON.parse((await post(sampleAlerts.roleOutsidePim)).body);
    const { roleOutsidePim: alert } = sampleAlerts;
    expect([type, timestamp]).toEqual(['incident.update', alert.toldAt]);
    expect(Object.keys(data)).toEqual([
      'id',
      'kind',
      'incident',
      'revision',
      'severity',
      'isDrill',
      'drill',
      'tenant',
      'title',
      'summary',
      'answer',
      'onCall',
      'facts',
      'clocks',
      'why',
      'next',
      'detection',
      'techniques',
      'finding',
      'also',
      'findings',
      'link',
    ]);
    expect([data.finding, ...data.also.map(({ finding }: { finding: string }) => finding)]).toEqual(
      [alert.finding, ...alert.also.map(({ finding }) => finding)],
    );
  });

  test('a drill says so, and the answer of people is in it', async () => {
    const { data } = JSON.parse((await post(answeredAlerts.drill)).body);
    expect(data).toMatchObject({ isDrill: true, drill: { declaredBy: 'Ana Ruiz' } });
    const taken = JSON.parse((await post(answeredAlerts.acknowledged)).body);
    expect(taken.type).toBe('incident.acknowledged');
    expect(taken.data.answer).toContain('Ana Ruiz has it since 02:05:12 UTC');
  });

  test('no link that is for one person goes out', async () => {
    expect((await post(personalAlert)).body).not.toContain('/link/');
  });
});

test.each([
  [{ url: { env: 'WEBHOOK_URL' }, secret: { env: 'WEBHOOK_SECRET' } }, true],
  [{ url: { env: 'WEBHOOK_URL' } }, false],
  [{ url, secret: { env: 'WEBHOOK_SECRET' } }, false],
])('settings %j: %s', (settings, isValid) => {
  expect(webhook.settings.safeParse(settings).success).toBe(isValid);
});
