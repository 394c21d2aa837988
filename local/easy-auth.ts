import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { html } from '../shared/clean-text.ts';

/** Somebody who can sign in at the stand-in. */
export type SamplePerson = {
  /** Object id. */
  oid: string;
  upn: string;
  name: string;
  /** App roles of the console: Reader, Responder, Admin. */
  roles: readonly string[];
};

export type EasyAuthOptions = {
  people: readonly SamplePerson[];
  /** Signs the cookie. The same one keeps people signed in when the host starts anew. */
  key?: string;
};

/** What stands in front of an HTTP server. */
export type EasyAuth = {
  /** Answers what belongs to signing in. @returns whether it did. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<boolean>;
  /** The headers that the app gets, instead of those that came. */
  headersFor(headers: Record<string, string>): Record<string, string>;
};

const cookieName = 'GlasswatchStandInSession';
const ownHeader = /^x-ms-client-principal/i;
const mostFormBytes = 8 * 1024;

/**
 * The stand-in for App Service authentication: like that, it takes away every header that speaks for a
 * person, whoever sent it, and puts in its own for whoever has signed in. Here one signs in by choosing
 * a name, so it is for this machine alone.
 *
 * @see https://learn.microsoft.com/azure/app-service/configure-authentication-user-identities
 */
export function easyAuth({
  people,
  key = randomBytes(32).toString('hex'),
}: EasyAuthOptions): EasyAuth {
  const signature = (text: string) =>
    createHmac('sha256', key).update(text).digest().toString('base64url');
  const sessionOf = ({ oid }: SamplePerson) => `${oid}.${signature(oid)}`;
  const personIn = (cookies: string | undefined): SamplePerson | undefined => {
    const [oid = '', sent = ''] = cookieIn(cookies).split('.');
    const [given, own] = [Buffer.from(sent), Buffer.from(signature(oid))];
    if (given.length !== own.length || !timingSafeEqual(given, own)) return undefined;
    return people.find((one) => one.oid === oid);
  };

  async function signIn(request: IncomingMessage, response: ServerResponse, url: URL) {
    const isPost = request.method === 'POST';
    const form = isPost ? new URLSearchParams(await readBody(request)) : url.searchParams;
    const back = ownPath(form.get('post_login_redirect_uri'));
    const chosen = isPost && people.find(({ upn }) => upn === form.get('as'));
    if (!chosen) return sendPage(response, isPost ? 400 : 200, signInPage(people, back));
    const cookie = `${cookieName}=${sessionOf(chosen)}; Path=/; HttpOnly; SameSite=Lax`;
    response.writeHead(303, { location: back, 'set-cookie': cookie, 'cache-control': 'no-store' });
    response.end();
  }

  return {
    async handle(request, response) {
      const url = URL.parse(request.url ?? '/', 'http://stand-in.invalid');
      if (!url?.pathname.startsWith('/.auth/')) return false;
      if (url.pathname === '/.auth/login/aad') {
        await signIn(request, response, url);
      } else if (url.pathname === '/.auth/logout') {
        const back = ownPath(url.searchParams.get('post_logout_redirect_uri'));
        const cookie = `${cookieName}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0`;
        response.writeHead(302, { location: back, 'set-cookie': cookie }).end();
      } else {
        response.writeHead(404).end();
      }
      return true;
    },
    headersFor(headers) {
      const cleaned = Object.fromEntries(
        Object.entries(headers).filter(([name]) => !ownHeader.test(name)),
      );
      const person = personIn(headers.cookie);
      return person ? { ...cleaned, ...principalHeaders(person) } : cleaned;
    },
  };
}

/**
 * Signs in at the stand-in, for scripts and tests.
 *
 * @returns the value of the `cookie` header.
 * @throws if there is no such person.
 */
export async function signInAs(httpUrl: string, upn: string): Promise<string> {
  const answer = await fetch(`${httpUrl}/.auth/login/aad`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ as: upn }),
  });
  const [cookie] = answer.headers.getSetCookie();
  if (answer.status !== 303 || !cookie) throw new Error(`Nobody can sign in as ${upn}.`);
  return cookie.split(';')[0] ?? '';
}

/** As the platform writes them. */
function principalHeaders({ oid, upn, name, roles }: SamplePerson): Record<string, string> {
  const claims = [
    { typ: 'http://schemas.microsoft.com/identity/claims/objectidentifier', val: oid },
    { typ: 'preferred_username', val: upn },
    { typ: 'name', val: name },
    ...roles.map((val) => ({ typ: 'roles', val })),
  ];
  const principal = { auth_typ: 'aad', name_typ: 'name', role_typ: 'roles', claims };
  return {
    'x-ms-client-principal': Buffer.from(JSON.stringify(principal)).toString('base64'),
    'x-ms-client-principal-id': oid,
    'x-ms-client-principal-idp': 'aad',
    // A header holds no more than Latin-1.
    'x-ms-client-principal-name': encodeURIComponent(upn),
  };
}

function cookieIn(cookies = ''): string {
  const found = cookies.split(/;\s*/).find((one) => one.startsWith(`${cookieName}=`));
  return found?.slice(cookieName.length + 1) ?? '';
}

/** A path of this server: anywhere else would be somebody else's choice. */
function ownPath(wanted: string | null): string {
  const here = 'http://stand-in.invalid';
  const url = wanted?.startsWith('/') ? URL.parse(wanted, here) : null;
  return url?.origin === here ? url.pathname + url.search : '/';
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size <= mostFormBytes) chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

const css =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:32rem;margin:2rem auto;padding:0 1rem}' +
  'button{font:inherit;display:block;width:100%;text-align:left;padding:.7rem 1rem;margin:.5rem 0}' +
  'small{display:block}:root{color-scheme:light dark}';

const signInPage = (people: readonly SamplePerson[], back: string) =>
  html`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Sign in (stand-in)</title><link rel="stylesheet" href="data:text/css,${encodeURIComponent(css)}"></head>
<body><main><h1>Who are you?</h1><p>This is the stand-in for Microsoft Entra on this machine. It asks for no password: choose one of the sample people.</p><form method="post" action="/.auth/login/aad"><input type="hidden" name="post_login_redirect_uri" value="${back}">${people.map(({ upn, name, roles }) => html`<button name="as" value="${upn}">${name}<small>${upn} · ${roles.join(', ') || 'no app role'}</small></button>`)}</form></main></body></html>`
    .markup;

function sendPage(response: ServerResponse, status: number, page: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy':
      "default-src 'none'; style-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
  });
  response.end(page);
}
