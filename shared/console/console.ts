import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { messageOf, WatchError } from '../errors.ts';
import { fixedAnswer, goTo, htmlAnswer, jsonAnswer, withHeaders } from './answers.ts';
import { incidentJson, incidentsJson, postureJson, statusJson } from './api.ts';
import type { ConsoleDeps } from './deps.ts';
import { formTokens, mostBodyBytes } from './forms.ts';
import { frame, linkTo, plainPage } from './frame.ts';
import { guarding } from './guard.ts';
import { incidentId, incidentRoutes } from './incident-routes.ts';
import { linkRoutes } from './link-routes.ts';
import { otherRoutes } from './other-routes.ts';
import { icon, stylePath, stylesheet } from './style.ts';

export type { DirectoryStatus, PostureCard } from './api.ts';
export type { ConsoleDeps } from './deps.ts';

/**
 * The pages and the JSON behind the function `console`. Every page is made here, on the server, and
 * needs no script. GET and HEAD change nothing; whoever answers sends a form.
 *
 * @returns what answers any request, whatever it is; it never throws.
 */
export function consoleApp(deps: ConsoleDeps): { fetch(request: Request): Promise<Response> } {
  const app = new Hono({ strict: false });
  const forms = formTokens(deps.keys);
  const guard = guarding(deps, forms);

  app.use(async ({ req }, next) => {
    if (['GET', 'HEAD', 'POST'].includes(req.method)) return next();
    return notAllowed('GET, HEAD, POST');
  });
  const tooLarge = () =>
    guard.plain(413, 'This is too much', 'A form has at most 64 KB. Nothing was changed.');
  app.use(bodyLimit({ maxSize: mostBodyBytes, onError: tooLarge }));

  const notAllowed = (allow: string) => {
    const answer = guard.plain(405, 'This can not be done here', 'Nothing was changed.');
    answer.headers.set('allow', allow);
    return answer;
  };

  app.get('/', () => goTo('/incidents'));
  // Whoever watches the watcher needs no sign-in, and is told nothing but that it lives.
  app.get('/health', () => jsonAnswer(200, { status: 'ok' }));
  app.get(stylePath, () => fixedAnswer(stylesheet, 'text/css; charset=utf-8'));
  app.get('/icon.svg', () => fixedAnswer(icon, 'image/svg+xml'));

  apiRoutes(app, deps, guard);
  incidentRoutes(app, deps, guard, forms);
  linkRoutes(app, deps, guard, forms);
  otherRoutes(app, deps, guard, forms);

  const nothing = () => guard.plain(404, 'There is no such page', 'The address may be cut short.');
  app.notFound(async ({ req }) => {
    if (req.method === 'POST') return notAllowed('GET, HEAD');
    // They belong to the platform: to sign in there would lead here again.
    if (req.path.startsWith('/.auth/')) return nothing();
    return guard.read(req.raw, nothing);
  });
  app.onError((error, { req }) => {
    const isAway = error instanceof WatchError && error.retryable;
    // The token of a personal link is nobody's to read.
    const path = req.path.replace(/^\/link\/.*/s, '/link/…');
    deps.warn(`${req.method} ${path}: ${messageOf(error)}`);
    const status = isAway ? 503 : 500;
    if (req.path.startsWith('/api/')) {
      return jsonAnswer(status, { error: isAway ? 'Storage does not answer.' : 'It failed.' });
    }
    const [title, text] = isAway
      ? ['Storage does not answer', 'Try again in a moment. To send something twice is safe.']
      : ['This failed', 'The log of the service says why.'];
    return htmlAnswer(
      status,
      frame(plainPage(title, text, linkTo('/incidents', 'To the incidents')), null, deps.now()),
    );
  });

  return {
    fetch: async (request) => withHeaders(await app.fetch(request), request),
  };
}

function apiRoutes(app: Hono, deps: ConsoleDeps, guard: ReturnType<typeof guarding>): void {
  const json = (path: string, answer: (id: string) => Promise<unknown>) =>
    app.get(`/api/${path}`, (c) =>
      guard.readJson(c.req.raw, async () => {
        const body = await answer(c.req.param('id') ?? '');
        return body === undefined ? noSuchJson() : jsonAnswer(200, body);
      }),
    );
  json('status', () => statusJson(deps.api));
  json('posture', () => postureJson(deps.api));
  json('incidents', () => incidentsJson(deps.cases));
  json(`incidents/${incidentId}`, (id) => incidentJson(id, deps.cases));
  app.get('/api/*', (c) => guard.readJson(c.req.raw, async () => noSuchJson()));
}

const noSuchJson = () => jsonAnswer(404, { error: 'There is no such page.' });
