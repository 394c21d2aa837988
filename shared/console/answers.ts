/** What every answer of the console has in its head: nothing runs, nothing is fetched, nothing is kept. */
const always = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=()',
} as const;

const hsts = 'max-age=31536000; includeSubDomains';

export function withHeaders(answer: Response, request: Request): Response {
  for (const [name, value] of Object.entries(always)) answer.headers.set(name, value);
  if (!answer.headers.has('cache-control')) answer.headers.set('cache-control', 'no-store');
  const isHttps =
    URL.parse(request.url)?.protocol === 'https:' ||
    request.headers.get('x-forwarded-proto') === 'https';
  if (isHttps) answer.headers.set('strict-transport-security', hsts);
  return answer;
}

export const htmlAnswer = (status: number, markup: string) =>
  new Response(markup, { status, headers: { 'content-type': 'text/html; charset=utf-8' } });

export const jsonAnswer = (status: number, body: unknown) =>
  new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
  });

/** @param path - of this console: a place elsewhere is never gone to. */
export const goTo = (path: `/${string}`, status: 302 | 303 = 302) =>
  new Response(null, { status, headers: { location: path } });

/** What may be kept: it is the same for everybody. */
export const fixedAnswer = (body: string, type: string) =>
  new Response(body, {
    headers: { 'content-type': type, 'cache-control': 'public, max-age=86400' },
  });

/** Where one signs in, and comes back from. */
export const signInPath = (back: string) =>
  `/.auth/login/aad?post_login_redirect_uri=${encodeURIComponent(back)}` as const;
