import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { signInAs } from '../../local/easy-auth.ts';
import { responders } from '../../local/sample-day/responders.ts';
import type { Checks } from './checks.ts';

/** HTTP as a browser and a monitor use it. */
export async function lookAtConsole(checks: Checks, httpUrl: string): Promise<void> {
  const cookie = await signInAs(httpUrl, responders[0]?.upn ?? '');
  const get = (path: string, init: RequestInit = {}) =>
    fetch(httpUrl + path, { redirect: 'manual', ...init });
  const asResponder = (path: string, init: RequestInit = {}) =>
    get(path, { ...init, headers: { cookie, ...init.headers } });

  await checks.that('HTTP: GET /health says that it lives', async () => {
    const answer = await get('/health');
    deepEqual([answer.status, await answer.text()], [200, '{"status":"ok"}']);
  });

  await checks.that('HTTP: HEAD has the head of GET, and no body', async () => {
    const [head, whole] = [await get('/health', { method: 'HEAD' }), await get('/health')];
    const heads = [head, whole].map(({ status, headers }) => [status, headers.get('content-type')]);
    deepEqual(heads[0], heads[1]);
    equal(await head.text(), '');
    await whole.text();
  });

  await checks.that('HTTP: whoever has not signed in is sent there, and comes back', async () => {
    const path = '/incidents?from=1&from=2&text=a%2Cb%26c';
    const answer = await get(path);
    const back = encodeURIComponent(path);
    equal(answer.status, 302);
    equal(answer.headers.get('location'), `/.auth/login/aad?post_login_redirect_uri=${back}`);
  });

  let incident = '';
  await checks.that('HTTP: a page with its headers', async () => {
    const answer = await asResponder('/incidents');
    const page = await answer.text();
    equal(answer.status, 200);
    equal(answer.headers.get('content-type'), 'text/html; charset=utf-8');
    match(answer.headers.get('content-security-policy') ?? '', /^default-src 'none'/);
    equal(answer.headers.get('cache-control'), 'no-store');
    deepEqual(answer.headers.getSetCookie(), []);
    match(page, /<\/html>\s*$/);
    incident = /href="(\/incidents\/[^"?/]+)"/.exec(page)?.[1] ?? '';
    ok(incident, 'The page names no incident.');
    return `${page.length} characters`;
  });

  await checks.that('HTTP: a form with letters of every kind is kept', async () => {
    const form = await formOf(await asResponder(incident));
    const text = 'Gültig & “geprüft” – 確認済み 🔑';
    const answer = await asResponder(`${incident}/note`, {
      method: 'POST',
      headers: { origin: httpUrl },
      body: new URLSearchParams({ form, text }),
    });
    equal(answer.status, 303, await answer.text());
    const page = await (await asResponder(answer.headers.get('location') ?? '')).text();
    ok(page.includes(text.replace('&', '&amp;')), 'The note is not on the page.');
  });

  await checks.that('HTTP: what is not there is a page too', async () => {
    const answer = await asResponder('/there/is-no?such=page');
    equal(answer.status, 404);
    match(await answer.text(), /There is no such page/);
  });

  await checks.that('HTTP: a form that is too large is refused', async () => {
    const body = new URLSearchParams({ text: 'x'.repeat(70_000) });
    const answer = await asResponder(`${incident}/note`, { method: 'POST', body });
    equal(answer.status, 413);
    await answer.arrayBuffer();
  });
}

async function formOf(answer: Response): Promise<string> {
  const token = /name="form" value="([^"]+)"/.exec(await answer.text())?.[1];
  ok(token, 'The page has no form.');
  return token;
}
