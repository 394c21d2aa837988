import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { standInCredential } from '../../shared/azure/api-credential.ts';
import { armClient } from '../../shared/azure/arm-client.ts';
import { graphClient } from '../../shared/azure/graph-client.ts';
import type { Bucket } from '../../shared/directory/graph.ts';
import { graphReaderOf } from '../../shared/directory/reader.ts';
import { roleAssignableGroups, userById } from '../../shared/directory/requests/principals.ts';
import { shortClock } from './simulated.ts';

// The clients against answers that the simulator would never give.

type Asked = { url: string; headers: IncomingMessage['headers']; body: string; at: number };
type Answer = {
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
  text?: string;
};

const secret = 'the-token-itself';
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function serving(answer: (asked: Asked, nth: number) => Answer, delayMs = 0) {
  const clock = shortClock();
  const asked: Asked[] = [];
  const open = { now: 0, most: 0 };
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    open.now += 1;
    open.most = Math.max(open.most, open.now);
    response.on('finish', () => {
      open.now -= 1;
    });
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { url = '', headers } = request;
      const one = { url, headers, body: Buffer.concat(chunks).toString(), at: clock.now() };
      asked.push(one);
      const { status = 200, headers: more = {}, body = {}, text } = answer(one, asked.length);
      setTimeout(() => {
        response.writeHead(status, { 'content-type': 'application/json', ...more });
        response.end(text ?? JSON.stringify(body));
      }, delayMs);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const settings = { credential: standInCredential(() => secret), origin, clock };
  return { asked, open, clock, graph: graphClient(settings), arm: armClient(settings), origin };
}

const users = { version: 'v1.0', path: '/users', bucket: 'directory' } as const;
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('where requests go', () => {
  const standIn = standInCredential(() => secret);
  const real = { getToken: async () => ({ token: secret }) };

  test.each([
    'https://graph.example',
    'http://graph.example',
    'http://127.0.0.1.example:80',
    'http://10.0.0.1',
    'https://127.0.0.1:8443',
    'http://127.0.0.1@graph.example',
    'file:///tmp',
    'nonsense',
  ])('not to %s', (origin) => {
    for (const client of [graphClient, armClient]) {
      expect(() => client({ credential: standIn, origin })).toThrow(/CONFIG_INVALID/);
    }
  });

  test.each(['http://127.0.0.1:1', 'http://localhost:1', 'http://[::1]:1'])('to %s', (origin) => {
    expect(() => graphClient({ credential: standIn, origin })).not.toThrow();
  });

  test('a simulator never gets a real token, and Microsoft never a stand-in', () => {
    expect(() => graphClient({ credential: real, origin: 'http://127.0.0.1:1' })).toThrow(
      /never gets a real token/,
    );
    expect(() => armClient({ credential: standIn })).toThrow(/CONFIG_INVALID/);
    expect(() => graphClient({ credential: real })).not.toThrow();
  });

  test.each([
    'https://graph.example/v1.0/users?$skiptoken=x',
    'http://graph.microsoft.com/v1.0/users',
    'https://graph.microsoft.com.example/v1.0/users',
    'https://user:word@graph.microsoft.com/v1.0/users',
    'https://graph.microsoft.com:8443/v1.0/users',
    '/v1.0/users',
  ])('no page is fetched from %s', async (link) => {
    const { graph, asked } = await serving(() => ({
      body: { value: [], '@odata.nextLink': link },
    }));
    const error = await failure(graphReaderOf(graph).list(roleAssignableGroups));
    expect(error).toMatchObject({ because: { code: 'ForeignLink' } });
    expect(asked).toHaveLength(1);
  });

  test('nor does Azure lead elsewhere', async () => {
    const { arm, asked } = await serving(() => ({}));
    expect(
      await failure(arm.follow('https://graph.microsoft.com/v1.0/users', 'arm')),
    ).toMatchObject({
      code: 'ForeignLink',
    });
    expect(asked).toHaveLength(0);
  });

  test('a redirect is an answer, and not followed', async () => {
    const { graph, asked, origin } = await serving(() => ({
      status: 302,
      headers: { location: `${origin}/elsewhere` },
    }));
    expect(await failure(graph.get(users))).toMatchObject({ status: 302 });
    expect(asked).toHaveLength(1);
  });
});

describe('what goes out', () => {
  test('the token, a low priority, and the path as it was encoded', async () => {
    const { graph, asked } = await serving(() => ({ body: { id: 'x' } }));
    await graphReaderOf(graph).one(userById, "o'b#rien&?/%+@example.com");
    expect(asked[0]?.headers).toMatchObject({
      authorization: `Bearer ${secret}`,
      'x-ms-throttle-priority': 'low',
    });
    const [path = '', query] = asked[0]?.url.split('?') ?? [];
    expect(decodeURIComponent(path)).toBe("/v1.0/users/o'b#rien&?/%+@example.com");
    expect(path.split('/')).toHaveLength(4);
    expect(query).toMatch(/^\$select=id,userPrincipalName,/);
  });

  test('a link of a page goes out as it came', async () => {
    const link =
      'https://graph.microsoft.com/beta/groups?$select=id&$filter=a%20eq%20%27b%27&$skiptoken=a==%2B';
    const { graph, asked } = await serving(() => ({ body: { value: [] } }));
    await graph.follow(link, 'directory');
    expect(asked[0]?.url).toBe(link.replace('https://graph.microsoft.com', ''));
  });

  test('Azure has a token of its own', async () => {
    const scopes: string[] = [];
    const { origin, clock, asked } = await serving(() => ({ body: {} }));
    const credential = standInCredential(() => secret);
    const { getToken } = credential;
    credential.getToken = async (scope) => {
      scopes.push(scope);
      return await getToken(scope);
    };
    await graphClient({ credential, origin, clock }).get(users);
    await armClient({ credential, origin, clock }).get({
      path: '/subscriptions?x=1',
      bucket: 'arm',
    });
    expect(scopes).toEqual([
      'https://graph.microsoft.com/.default',
      'https://management.azure.com/.default',
    ]);
    expect(asked[1]?.url).toBe('/arm/subscriptions?x=1');
  });
});

describe('what is made of answers', () => {
  test.each([
    ['no JSON', { text: '{"value": [' }],
    ['a page of HTML', { text: '<html>', headers: { 'content-type': 'text/html' } }],
    ['no list', { body: { value: 'all of them' } }],
    ['rows without an id', { body: { value: [{ displayName: 'x' }] } }],
    ['another type', { body: { value: [{ id: 'x', isAssignableToRole: 'yes' }] } }],
    ['nothing at all', { text: '' }],
  ])('%s is not understood', async (_, answer) => {
    const { graph } = await serving(() => answer);
    const error = await failure(graphReaderOf(graph).list(roleAssignableGroups));
    expect(error).toMatchObject({ name: 'ReadError', because: { code: 'NotUnderstood' } });
  });

  test('pages that lead in circles end, and it begins once more', async () => {
    const next = 'https://graph.microsoft.com/v1.0/groups?$skiptoken=again';
    const { graph, asked } = await serving((_, nth) => ({
      body: { value: [{ id: `g${nth}` }], ...(nth < 4 && { '@odata.nextLink': next }) },
    }));
    const rows = await graphReaderOf(graph).list(roleAssignableGroups);
    expect(rows.map(({ id }) => id)).toEqual(['g3', 'g4']);
    expect(asked).toHaveLength(4);

    const endless = await serving(() => ({ body: { value: [], '@odata.nextLink': next } }));
    const error = await failure(graphReaderOf(endless.graph).list(roleAssignableGroups));
    expect(error).toMatchObject({ because: { code: 'EndlessPages' } });
    expect(endless.asked).toHaveLength(4);
  });

  test('a row that comes twice is one, whatever the case of its id', async () => {
    const next = 'https://graph.microsoft.com/v1.0/groups?$skiptoken=2';
    const { graph } = await serving((_, nth) => ({
      body: {
        value: [{ id: nth === 1 ? 'ABC' : 'abc', displayName: `${nth}` }],
        ...(nth === 1 && { '@odata.nextLink': next }),
      },
    }));
    expect(await graphReaderOf(graph).list(roleAssignableGroups)).toMatchObject([
      { id: 'abc', displayName: '2' },
    ]);
  });

  test('an error tells status and code, and nothing of what was said or sent', async () => {
    const told = `You sent ${secret} and <script>`;
    const { graph, arm } = await serving(() => ({
      status: 403,
      headers: { 'www-authenticate': `Bearer ${secret}` },
      body: { error: { code: 'Authorization_RequestDenied', message: told } },
    }));
    for (const ask of [
      () => graph.get(users),
      () => arm.get({ path: '/x', bucket: 'arm' }),
      () => graph.batch([users]),
    ]) {
      const error = await failure(ask());
      expect(error).toMatchObject({ status: 403, code: 'Authorization_RequestDenied' });
      expect(inspect(error, { depth: 9 })).not.toMatch(new RegExp(`${secret}|script`));
    }
  });

  test.each([{ error: null }, { error: 'x' }, { error: { code: 7 } }, null])(
    'an error without a code: %j',
    async (body) => {
      const { graph, arm } = await serving(() => ({ status: 400, body }));
      const unknown = { status: 400, code: expect.stringMatching(/^(Unknown|NotUnderstood)$/) };
      expect(await failure(arm.get({ path: '/x', bucket: 'arm' }))).toMatchObject(unknown);
      expect(await failure(graph.get(users))).toMatchObject(unknown);
    },
  );

  test('a code that is none is not repeated', async () => {
    const { graph } = await serving(() => ({
      status: 400,
      body: { error: { code: `x ${secret}` } },
    }));
    expect(await failure(graph.get(users))).toMatchObject({ status: 400, code: 'Unknown' });
  });

  test.each([
    ['a token that no header can hold', () => `${secret}\nx`],
    ['no token', () => ''],
    [
      'a credential that says too much',
      () => {
        throw new Error(`secret ${secret}`);
      },
    ],
  ])('%s gives nothing away', async (_, token) => {
    const { origin, clock } = await serving(() => ({}));
    const settings = { credential: standInCredential(token), origin, clock };
    for (const ask of [
      () => graphClient(settings).get(users),
      () => armClient(settings).get({ path: '/x', bucket: 'arm' }),
    ]) {
      const error = await failure(ask());
      expect(error).toMatchObject({ name: 'ApiError', status: 0 });
      expect(inspect(error, { depth: 9 })).not.toContain(secret);
    }
  });

  test('what a token allows is read from it; one that is no JWT says nothing', async () => {
    const claims = (value: object) =>
      `x.${Buffer.from(JSON.stringify(value)).toString('base64url')}.y`;
    const { origin } = await serving(() => ({}));
    const of = (token: string) =>
      graphClient({ credential: standInCredential(() => token), origin }).permissions();
    expect(await of(claims({ roles: ['User.Read.All'] }))).toEqual(new Set(['User.Read.All']));
    expect(await of(claims({ aud: 'x' }))).toEqual(new Set());
    expect(await of(claims({ roles: 'all' }))).toBeUndefined();
    expect(await of('opaque')).toBeUndefined();
  });
});

describe('patience', () => {
  test.each([
    ['seconds', '20', 20_000],
    ['a date', new Date(Date.UTC(2026, 10, 20, 12, 0, 45)).toUTCString(), 45_000],
    ['a date that is over', new Date(0).toUTCString(), 0],
  ])('waits for as long as it is told: %s', async (_, retryAfter, atLeast) => {
    const { graph, clock, asked } = await serving((_, nth) =>
      nth === 1 ? { status: 429, headers: { 'retry-after': retryAfter } } : {},
    );
    await graph.get(users);
    expect(asked).toHaveLength(2);
    expect(clock.waited()).toBeGreaterThanOrEqual(atLeast);
    expect(clock.waited()).toBeLessThan(atLeast + 2_000);
  });

  test('does not wait for longer than there is time', async () => {
    const { graph, clock } = await serving(() => ({
      status: 429,
      headers: { 'retry-after': '86400' },
    }));
    expect(await failure(graph.get(users))).toMatchObject({ status: 429 });
    expect(clock.waited()).toBe(0);
  });

  test('a refusal is final', async () => {
    const { graph, asked } = await serving(() => ({ status: 403 }));
    await failure(graph.get(users));
    expect(asked).toHaveLength(1);
  });

  test('gives up on a server that is down', async () => {
    const { graph, asked, clock } = await serving(() => ({ status: 503 }));
    expect(await failure(graph.get(users))).toMatchObject({ status: 503 });
    expect(asked).toHaveLength(8);
    expect(clock.waited()).toBeGreaterThan(60_000);
  });

  const burst = async (bucket: Bucket, count: number) => {
    const { graph, asked } = await serving(() => ({}));
    await Promise.all(Array.from({ length: count }, () => graph.get({ ...users, bucket })));
    return asked.map(({ at }) => at);
  };

  test('asks reports five times in ten seconds, Conditional Access once a second', async () => {
    const reports = await burst('reports', 11);
    expect((reports[5] ?? 0) - (reports[0] ?? 0)).toBeGreaterThan(10_000);
    expect((reports[10] ?? 0) - (reports[5] ?? 0)).toBeGreaterThan(10_000);
    const policies = await burst('idp-ca', 4);
    expect((policies[3] ?? 0) - (policies[0] ?? 0)).toBeGreaterThan(3_000);
    const directory = await burst('directory', 11);
    expect(directory.at(-1)).toBe(directory[0]);
  });

  test.each([
    ['pim', 1],
    ['access-reviews', 1],
    ['directory', 4],
  ] as const)('asks %s %i at a time', async (bucket, most) => {
    const { graph, open } = await serving(() => ({}), 20);
    await Promise.all(Array.from({ length: 9 }, () => graph.get({ ...users, bucket })));
    expect(open.most).toBe(most);
  });
});

describe('batches', () => {
  type Item = { id: string; method: string; url: string };
  const itemsOf = ({ body }: Asked) => (JSON.parse(body) as { requests: Item[] }).requests;
  const calls = (count: number, bucket: Bucket = 'directory') =>
    Array.from({ length: count }, (_, nth) => ({ ...users, path: `/users/${nth}`, bucket }));
  const answer = (asked: Asked, status = 200) => ({
    responses: itemsOf(asked)
      .map(({ id, url }) => ({ id, status, headers: {}, body: { url } }))
      .toReversed(),
  });

  test('are of twenty, without the version, and answered in the order asked', async () => {
    const { graph, asked } = await serving((one) => ({ body: answer(one) }));
    const outcomes = await graph.batch(calls(45));
    expect(asked.map((one) => itemsOf(one).length).sort()).toEqual([20, 20, 5]);
    expect(asked.every(({ url }) => url === '/v1.0/$batch')).toBe(true);
    expect(outcomes).toEqual(calls(45).map(({ path }) => ({ value: { url: path } })));
    expect(graph.sent()).toBe(3);
  });

  test('what is throttled in one is asked for again, alone, when it says', async () => {
    const { graph, asked, clock } = await serving((one, nth) => {
      const { responses } = answer(one);
      if (nth > 1) return { body: { responses } };
      return {
        body: {
          responses: responses.map((item, at) =>
            at > 1 ? item : { ...item, status: 429, headers: { 'Retry-After': 17 } },
          ),
        },
      };
    });
    const outcomes = await graph.batch(calls(5));
    expect(asked.map((one) => itemsOf(one).length)).toEqual([5, 2]);
    expect(outcomes).toEqual(calls(5).map(({ path }) => ({ value: { url: path } })));
    expect(clock.waited()).toBeGreaterThanOrEqual(17_000);
  });

  test('what is left out of an answer is asked for again', async () => {
    const { graph } = await serving((one, nth) => {
      const { responses } = answer(one);
      return { body: { responses: nth === 1 ? responses.slice(1) : responses } };
    });
    expect(await graph.batch(calls(3))).toEqual(
      calls(3).map(({ path }) => ({ value: { url: path } })),
    );
  });

  test('one that fails for good leaves the others alone', async () => {
    const { graph } = await serving((one) => {
      const { responses } = answer(one);
      const refused = { status: 404, body: { error: { code: 'Request_ResourceNotFound' } } };
      return {
        body: { responses: responses.map((r) => (r.id === '1' ? { ...r, ...refused } : r)) },
      };
    });
    const [first, second] = await graph.batch(calls(2));
    expect(first).toEqual({ value: { url: '/users/0' } });
    expect(second).toMatchObject({ error: { status: 404, code: 'Request_ResourceNotFound' } });
  });

  test('of reports count as what is in them', async () => {
    const { graph, asked } = await serving((one) => ({ body: answer(one) }));
    await graph.batch(calls(15, 'reports'));
    expect(asked.map((one) => itemsOf(one).length)).toEqual([5, 5, 5]);
    expect((asked[2]?.at ?? 0) - (asked[0]?.at ?? 0)).toBeGreaterThan(20_000);
  });

  test.each([{ body: [] }, { body: {} }, { text: 'no' }])('%j is no answer', async (given) => {
    const { graph } = await serving(() => given);
    expect(await failure(graph.batch(calls(1)))).toMatchObject({ code: 'NotUnderstood' });
  });
});
