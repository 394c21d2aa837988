import { afterEach, describe, expect, test } from 'vitest';
import { type EasyAuthOptions, signInAs } from '../../local/easy-auth.ts';
import { startHttpServer } from '../../local/functions-host/http-server.ts';
import { principal } from './scene.ts';

const ana = {
  oid: '0a6f2f3e-0001-4000-8000-000000000001',
  upn: 'ana.ruiz@contoso.example',
  name: 'Ana <Ruiz>',
  roles: ['Responder'],
};
const rita = { oid: 'oid-2', upn: 'rita@contoso.example', name: 'Rita', roles: ['Reader'] };

const running: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
});

/** A function that answers with the headers it was given. */
async function start(easyAuth?: EasyAuthOptions) {
  const server = await startHttpServer({
    port: 0,
    routePrefix: '',
    routes: [
      {
        template: '{*path}',
        methods: ['GET', 'POST'],
        target: {
          log: () => {},
          invoke: async ({ data }) => ({
            returnValue: {
              http: { statusCode: '200', body: { string: JSON.stringify(data.http) } },
            },
            outputData: [],
          }),
        },
      },
    ],
    ...(easyAuth && { easyAuth }),
  });
  running.push(server);
  const headersOf = async (headers: Record<string, string> = {}) => {
    const answer = await fetch(`${server.url}/incidents`, { headers });
    const { nullableHeaders } = (await answer.json()) as {
      nullableHeaders: Record<string, { value: string }>;
    };
    return Object.fromEntries(
      Object.entries(nullableHeaders).map(([name, { value }]) => [name, value]),
    );
  };
  const login = (query = '', init: RequestInit = {}) =>
    fetch(`${server.url}/.auth/login/aad${query}`, { redirect: 'manual', ...init });
  return { url: server.url, headersOf, login };
}

const forged = {
  'x-ms-client-principal': principal({ oid: 'evil', roles: ['Admin'] }),
  'X-MS-CLIENT-PRINCIPAL-ID': 'evil',
  'x-ms-client-principal-name': 'evil',
};

describe('the stand-in for App Service authentication', () => {
  test('whoever has signed in is named to the app, in the platform’s form', async () => {
    const { url, headersOf } = await start({ people: [ana, rita] });
    const headers = await headersOf({ cookie: await signInAs(url, ana.upn) });
    const text = Buffer.from(headers['x-ms-client-principal'] ?? '', 'base64').toString('utf8');
    expect(JSON.parse(text)).toMatchObject({
      auth_typ: 'aad',
      claims: expect.arrayContaining([
        { typ: 'http://schemas.microsoft.com/identity/claims/objectidentifier', val: ana.oid },
        { typ: 'preferred_username', val: ana.upn },
        { typ: 'name', val: 'Ana <Ruiz>' },
        { typ: 'roles', val: 'Responder' },
      ]),
    });
  });

  test('a header that comes from outside is taken away, signed in or not', async () => {
    const { url, headersOf } = await start({ people: [ana] });
    const names = Object.keys(await headersOf(forged));
    expect(names.filter((name) => name.startsWith('x-ms-client-principal'))).toEqual([]);
    const headers = await headersOf({ ...forged, cookie: await signInAs(url, ana.upn) });
    expect(headers['x-ms-client-principal-id']).toBe(ana.oid);
  });

  test('a cookie that was changed, or signed by another, is nobody’s', async () => {
    const { url, headersOf } = await start({ people: [ana, rita] });
    const cookie = await signInAs(url, ana.upn);
    const other = await start({ people: [ana, rita] });
    for (const wrong of [
      cookie.replace(ana.oid, rita.oid),
      cookie.slice(0, -1),
      `${cookie}x`,
      cookie.replace(/\..*/, ''),
      await signInAs(other.url, ana.upn),
    ]) {
      expect(await headersOf({ cookie: wrong })).not.toHaveProperty('x-ms-client-principal');
    }
  });

  test('with the same key people stay signed in when the host starts anew', async () => {
    const [first, second] = [
      await start({ people: [ana], key: 'k' }),
      await start({ people: [ana], key: 'k' }),
    ];
    const cookie = await signInAs(first.url, ana.upn);
    expect(await second.headersOf({ cookie })).toHaveProperty('x-ms-client-principal');
  });

  test('the page shows the people as text, says what it is, and signs nobody in by itself', async () => {
    const { login } = await start({ people: [ana] });
    const page = await login('?as=ana.ruiz@contoso.example');
    const text = await page.text();
    expect([page.status, page.headers.get('set-cookie')]).toEqual([200, null]);
    expect(text).toContain('stand-in');
    expect(text).toContain('Ana &lt;Ruiz&gt;');
  });

  test.each([
    ['/incidents/1?from=2', '/incidents/1?from=2'],
    ['https://evil.example/', '/'],
    ['//evil.example/x', '/'],
    ['/\\evil.example/x', '/'],
    ['/\t/evil.example', '/'],
    ['javascript:alert(1)', '/'],
    [undefined, '/'],
  ])('after signing in one comes back to a place of this server (%s)', async (wanted, location) => {
    const { login } = await start({ people: [ana] });
    const body = new URLSearchParams({
      as: ana.upn,
      ...(wanted !== undefined && { post_login_redirect_uri: wanted }),
    });
    const answer = await login('', { method: 'POST', body });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, location]);
    expect(answer.headers.get('set-cookie')).toMatch(/; HttpOnly; SameSite=Lax$/);
  });

  test('nobody signs in as somebody who is not there; signing out forgets the cookie', async () => {
    const { url, login } = await start({ people: [ana] });
    await expect(signInAs(url, 'eve@contoso.example')).rejects.toThrow('eve@contoso.example');
    expect((await login('', { method: 'POST', body: new URLSearchParams() })).status).toBe(400);
    const out = await fetch(`${url}/.auth/logout?post_logout_redirect_uri=//evil.example`, {
      redirect: 'manual',
    });
    expect([out.status, out.headers.get('location')]).toEqual([302, '/']);
    expect(out.headers.get('set-cookie')).toContain('Max-Age=0');
    expect((await fetch(`${url}/.auth/me`)).status).toBe(404);
  });
});

test('without it the host hands on whatever comes', async () => {
  const { headersOf, login } = await start();
  expect((await headersOf(forged))['x-ms-client-principal']).toBe(forged['x-ms-client-principal']);
  expect((await login()).status).toBe(200);
});
