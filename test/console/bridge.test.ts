import { HttpRequest } from '@azure/functions';
import { expect, test } from 'vitest';
import { bridge } from '../../shared/console/bridge.ts';

const url = 'https://glasswatch.contoso.example/incidents/1?from=2';

/** What the console was asked. */
async function carried(init: ConstructorParameters<typeof HttpRequest>[0]) {
  const seen: { request: Request; body: string }[] = [];
  const answer = await bridge(new HttpRequest({ url, ...init }), async (request) => {
    seen.push({ request, body: await request.text() });
    return new Response('hello', { status: 201, headers: { 'x-own': 'yes' } });
  });
  return { answer, asked: seen[0], times: seen.length };
}

test('a request arrives as it was sent, and its answer goes back', async () => {
  const { answer, asked } = await carried({
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', origin: 'null' },
    body: { string: 'a=1&b=%C3%A9' },
  });
  expect(asked?.request.url).toBe(url);
  expect(asked?.request.method).toBe('POST');
  expect(asked?.request.headers.get('origin')).toBe('null');
  expect(asked?.body).toBe('a=1&b=%C3%A9');
  expect(answer.status).toBe(201);
  expect(answer.headers['x-own']).toBe('yes');
  expect(Buffer.from(answer.body).toString()).toBe('hello');
});

test.each(['GET', 'HEAD'])('%s has no body', async (method) => {
  const { asked } = await carried({ method });
  expect([asked?.request.method, asked?.body]).toEqual([method, '']);
});

test('a body over 64 KB does not get through', async () => {
  const { answer, times } = await carried({
    method: 'POST',
    body: { bytes: Buffer.alloc(64 * 1024 + 1) },
  });
  expect([answer.status, times]).toEqual([413, 0]);
});
