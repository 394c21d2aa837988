import { describe, expect, test, vi } from 'vitest';
import { WatchError } from '../shared/errors.ts';
import { minuteMs } from '../shared/time.ts';
import {
  type CallerName,
  callers,
  drillId,
  fieldsIn,
  glassId,
  incidentId,
  openScene,
  origin,
  principal,
  roleId,
  type Scene,
} from './console/scene.ts';
import { sampleIncident } from './tell/sample-alerts.ts';

const page = `/incidents/${incidentId}`;
const canary = '/canaries/soc-mail/canary1';
const pages = [
  '/incidents',
  page,
  '/drills',
  `/drills/${drillId}`,
  '/silences',
  '/channels',
  '/sinks',
  canary,
];
const apis = ['/api/status', '/api/posture', '/api/incidents', `/api/incidents/${incidentId}`];

/** The hidden fields of a form, as somebody sees them. */
async function formOf(scene: Scene, path: string, action: string, as: CallerName = 'ana') {
  return fieldsIn(await (await scene.get(path, as)).text(), action);
}

const emergency = { claim: 'emergency', reason: 'CA lock-out' };
const closing = { verdict: 'expected', reason: 'Custodians confirmed', rotated: 'yes' };

async function acknowledge(scene: Scene, as: CallerName = 'ana', given: object = emergency) {
  const action = `${page}/acknowledge`;
  const fields = await formOf(scene, page, action, as);
  return scene.post(action, { ...fields, ...given }, { as });
}

describe('who may read', () => {
  const mayRead: Partial<Record<CallerName, true>> = {
    reader: true,
    unlisted: true,
    ana: true,
    ben: true,
    admin: true,
  };
  const names = Object.keys(callers) as CallerName[];

  test.each(names)('%s: every page, by GET and HEAD', async (as) => {
    const scene = await openScene();
    for (const path of pages) {
      for (const method of ['GET', 'HEAD']) {
        const answer = await scene.request(path, { as, method });
        const isNobody = as === 'anonymous' || as === 'forged';
        expect([path, answer.status]).toEqual([path, mayRead[as] ? 200 : isNobody ? 302 : 403]);
        if (isNobody) {
          const back = encodeURIComponent(path);
          expect(answer.headers.get('location')).toBe(
            `/.auth/login/aad?post_login_redirect_uri=${back}`,
          );
        }
        if (!mayRead[as]) expect(await answer.text()).not.toContain('bg-01');
        if (method === 'HEAD') expect((await answer.arrayBuffer()).byteLength).toBe(0);
      }
    }
  });

  test.each(names)('%s: the JSON', async (as) => {
    const scene = await openScene();
    for (const path of apis) {
      const answer = await scene.get(path, as);
      const isNobody = as === 'anonymous' || as === 'forged';
      expect(answer.status).toBe(mayRead[as] ? 200 : isNobody ? 401 : 403);
      expect(answer.headers.get('content-type')).toContain('application/json');
      if (!mayRead[as]) expect(await answer.json()).toEqual({ error: expect.any(String) });
    }
  });

  test('the JSON says what it always said', async () => {
    const scene = await openScene();
    const json = async (path: string) => (await scene.get(path, 'reader')).json();
    expect(await json('/api/status')).toEqual({
      deadLetters: 3,
      incidentsWithWaitingDeliveries: 2,
      directory: [],
      sinks: ['soc-sentinel', 'soc-splunk', 'soc-elastic'].map((name) =>
        expect.objectContaining({ name }),
      ),
    });
    expect(await json('/api/posture')).toEqual({ tenants: [] });
    expect(await json(`/api/incidents/${incidentId}`)).toMatchObject({
      incident: { id: incidentId },
      findings: [{ detection: 'breakglass-signin-success' }],
      deliveries: [{ channel: 'soc-teams' }, {}, {}],
    });
    expect((await scene.get('/api/incidents/none')).status).toBe(404);
    expect((await scene.get('/api/other')).status).toBe(404);
  });

  test('without platform sign-in the header counts for nothing, and nobody is sent to sign in', async () => {
    const scene = await openScene({ hasPlatformSignIn: false });
    for (const path of pages) {
      const answer = await scene.get(path, 'admin');
      expect([path, answer.status]).toEqual([path, 403]);
    }
    for (const path of apis) expect((await scene.get(path, 'admin')).status).toBe(401);
  });

  test('at the embedded stack without sign-in the JSON can be read, and no page', async () => {
    const scene = await openScene({ hasPlatformSignIn: false, allowLoopback: true });
    for (const path of apis) expect((await scene.get(path, 'anonymous')).status).toBe(200);
    expect((await scene.get('/incidents', 'anonymous')).status).toBe(403);
    const answer = await scene.post(`${page}/note`, { text: 'x' }, { as: 'anonymous' });
    expect(answer.status).toBe(401);
  });

  test.each([
    ['another provider', { auth_typ: 'github' }],
    ['two object ids', { more: [{ typ: 'oid', val: 'other' }] }],
    ['no object id', { without: 'objectidentifier' }],
    ['something like a role', { roles: ['reader', 'Readers'] }],
    ['a role under another name', { more: [{ typ: 'x/role', val: 'Admin' }], roles: [] }],
  ])('%s is no reader', async (_, change: Record<string, unknown>) => {
    const scene = await openScene();
    const roles = (change.roles as string[] | undefined) ?? ['Admin'];
    const given = JSON.parse(
      Buffer.from(principal({ oid: 'o-1', roles }), 'base64').toString('utf8'),
    ) as { auth_typ: string; claims: { typ: string; val: string }[] };
    const claims = given.claims
      .filter(({ typ }) => !change.without || !typ.endsWith(String(change.without)))
      .concat((change.more as { typ: string; val: string }[] | undefined) ?? []);
    const header = { ...given, ...(change.auth_typ ? { auth_typ: change.auth_typ } : {}), claims };
    const answer = await scene.request('/incidents', {
      as: 'anonymous',
      headers: {
        'x-ms-client-principal': Buffer.from(JSON.stringify(header)).toString('base64'),
      },
    });
    expect(answer.status).not.toBe(200);
  });

  test('health, styles and the icon are anybody’s, and ask no store', async () => {
    const scene = await openScene({ hasPlatformSignIn: false });
    const load = vi.spyOn(scene.cases, 'load');
    expect(await (await scene.get('/health', 'anonymous')).json()).toEqual({ status: 'ok' });
    const [style = ''] =
      /\/style-\w+\.css/.exec(await (await scene.get('/incidents', 'anonymous')).text()) ?? [];
    const sheet = await scene.get(style, 'anonymous');
    expect(sheet.headers.get('content-type')).toBe('text/css; charset=utf-8');
    expect(sheet.headers.get('cache-control')).toContain('max-age');
    expect((await scene.get('/icon.svg', 'anonymous')).headers.get('content-type')).toBe(
      'image/svg+xml',
    );
    expect(load).not.toHaveBeenCalled();
  });

  test('the first page is the list of incidents, and what the platform answers is not ours', async () => {
    const scene = await openScene();
    expect((await scene.get('/')).headers.get('location')).toBe('/incidents');
    expect((await scene.get('/.auth/login/aad', 'anonymous')).status).toBe(404);
    expect((await scene.get('//evil.example/incidents', 'anonymous')).headers.get('location')).toBe(
      '/.auth/login/aad?post_login_redirect_uri=%2Fevil.example%2Fincidents',
    );
    for (const path of ['/nothing', '/incidents/none', '/incidents/a%2Fb', '/drills/none']) {
      expect([path, (await scene.get(path)).status]).toEqual([path, 404]);
    }
  });
});

describe('who may answer', () => {
  const verbs = {
    acknowledge: emergency,
    close: closing,
    check: { do: 'managers-told' },
    note: { text: 'x' },
  };

  /** With everything right but the person: the fields that Ana was shown. */
  test.each([
    ['anonymous', 401, 0],
    ['forged', 401, 0],
    ['stranger', 403, 1],
    ['reader', 403, 1],
    ['unlisted', 403, 1],
    ['admin', 403, 1],
    ['glass', 403, 1],
  ] as const)('%s may not, and is kept with the incident', async (as, status, kept) => {
    for (const [verb, given] of Object.entries(verbs)) {
      const scene = await openScene();
      const before = await scene.incident();
      const fields = await formOf(scene, page, `${page}/acknowledge`);
      const answer = await scene.post(`${page}/${verb}`, { ...fields, ...given }, { as });
      expect([verb, answer.status]).toEqual([verb, status]);
      const refused = (await scene.entries()).filter(({ kind }) => kind === 'refused');
      expect(refused.map(({ data }) => data.tried)).toEqual(kept ? [verb] : []);
      expect(await scene.incident()).toEqual(before);
    }
  });

  test('nobody’s try stores nothing at all', async () => {
    const scene = await openScene();
    const before = await scene.stored();
    await scene.post(`${page}/acknowledge`, emergency, { as: 'anonymous' });
    expect(await scene.stored()).toBe(before);
  });

  test('without people in the policy the app role is enough', async () => {
    const scene = await openScene({ people: {} });
    expect((await acknowledge(scene, 'unlisted')).status).toBe(303);
    expect((await scene.incident()).response.acknowledgement?.by).toEqual({
      id: '0a6f2f3e-0003-4000-8000-000000000003',
      name: 'Uma',
      identifiedBy: 'sign-in',
    });
  });

  test('a reader sees no form, and why', async () => {
    const scene = await openScene();
    const text = await (await scene.get(page, 'reader')).text();
    expect(text).not.toContain('<form');
    expect(text).toContain('To answer takes the app role Responder or Admin.');
    expect(await (await scene.get(page, 'admin')).text()).toContain('people that the policy names');
  });

  test('a break-glass account that opens an incident is refused, and kept once', async () => {
    const scene = await openScene();
    for (let i = 0; i < 3; i += 1) {
      expect((await scene.get(page, 'glass')).status).toBe(403);
      await scene.request(page, { as: 'glass', method: 'HEAD' });
    }
    const entries = (await scene.entries()).filter(({ kind }) => kind === 'refused');
    expect(entries).toHaveLength(1);
    expect(entries[0]).toMatchObject({ by: { name: 'Break glass' }, data: { tried: 'read' } });
    // Its name is in no list, so no other account can open or answer by it.
    expect((await scene.get('/incidents', 'glass')).status).toBe(403);
  });

  test('a refusal that can not be kept is a refusal all the same', async () => {
    const scene = await openScene();
    vi.spyOn(scene.deps.responding, 'refuse').mockRejectedValue(
      new WatchError('STORE_UNAVAILABLE', 'away'),
    );
    expect((await scene.post(`${page}/note`, { text: 'x' }, { as: 'glass' })).status).toBe(403);
    expect(scene.warnings.join()).toContain('away');
  });
});

describe('answering', () => {
  test('to acknowledge takes one form, and everybody sees who has it', async () => {
    const scene = await openScene();
    const answer = await acknowledge(scene);
    expect([answer.status, answer.headers.get('location')]).toEqual([
      303,
      `${page}?done=acknowledged`,
    ]);
    expect(await scene.incident()).toMatchObject({
      status: 'acknowledged',
      response: {
        acknowledgement: { by: { id: 'ana', name: 'Ana Ruiz' }, claim: 'emergency' },
      },
    });
    const seen = await (await scene.get(`${page}?done=acknowledged`, 'reader')).text();
    expect(seen).toContain('<b>Ana Ruiz</b> has it since');
    expect(seen).toContain('emergency, CA lock-out');
    expect(seen).toContain('You have it.');
    expect(await (await scene.get('/incidents', 'reader')).text()).toContain('Ana Ruiz has it');
  });

  test('of two clicks at once the first counts, and the second is told who has it', async () => {
    const scene = await openScene();
    const action = `${page}/acknowledge`;
    const [ana, ben] = [
      await formOf(scene, page, action, 'ana'),
      await formOf(scene, page, action, 'ben'),
    ];
    const answers = await Promise.all([
      scene.post(action, { ...ana, ...emergency }, { as: 'ana' }),
      scene.post(action, { ...ben, claim: 'misuse', reason: 'not us' }, { as: 'ben' }),
    ]);
    // Signatures are checked on other threads, so either may be the first.
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409]);
    const isAnaFirst = answers[0]?.status === 303;
    const has = isAnaFirst ? 'ana' : 'ben';
    expect((await scene.incident()).response.acknowledgement?.by.id).toBe(has);
    expect(await answers[isAnaFirst ? 1 : 0]?.text()).toContain(
      isAnaFirst
        ? 'Ana Ruiz has it since 02:05:12 UTC: emergency, CA lock-out'
        : 'Ben Osei has it since 02:05:12 UTC: misuse, not us',
    );
  });

  test.each([
    ['no claim', { reason: 'x' }],
    ['a claim of another kind of incident', { claim: 'expected', reason: 'x' }],
    ['no reason', { claim: 'drill', reason: ' \u200b ' }],
    ['no place seen', { claim: 'drill', reason: 'x', period: '' }],
    ['a place that is no number', { claim: 'drill', reason: 'x', revision: '1e3' }],
  ])('%s: the page comes again, with what was typed', async (_, given) => {
    const scene = await openScene();
    const answer = await acknowledge(scene, 'ana', { ...given, more: '"><script>' });
    expect(answer.status).toBe(422);
    const text = await answer.text();
    expect(text).toContain('role="alert"');
    if ('claim' in given && given.claim === 'drill') {
      expect(text).toMatch(/value="drill" required checked/);
    }
    expect((await scene.incident()).status).toBe('open');
  });

  test('what happened since the page was shown comes first, and the form again', async () => {
    const scene = await openScene();
    const action = `${page}/acknowledge`;
    const fields = await formOf(scene, page, action);
    const { incident, findings } = (await scene.cases.read(incidentId, [])).incident
      ? { incident: await scene.incident(), findings: await scene.cases.findingsOf(incidentId) }
      : { incident: undefined, findings: [] };
    const row = (await scene.cases.read(incidentId, [])).incident;
    const first = findings[0];
    if (!incident || !row || !first) throw new Error('nothing is there');
    scene.wait(30_000);
    const later = new Date(scene.deps.now()).toISOString();
    await scene.cases.save({
      incidentId,
      incident: {
        value: { ...incident, revision: 2, response: { ...incident.response, newsRevision: 2 } },
        version: row.version,
      },
      findings: [
        {
          value: {
            ...first,
            detectedAt: later,
            finding: { ...first.finding, id: 'f-2', title: 'Break-glass ACTS: new role' },
          },
          version: null,
        },
      ],
      deliveries: [],
    });
    const answer = await scene.post(action, { ...fields, ...emergency });
    const text = await answer.text();
    expect(answer.status).toBe(409);
    expect(text).toContain('New since you opened the page:');
    expect(text.split('</ul>')[0]).toContain('Break-glass ACTS: new role');
    expect(text).toContain('value="CA lock-out"');
    // As it is shown now, it can be answered.
    const again = { ...fieldsIn(text, action), ...emergency };
    expect((await scene.post(action, again)).status).toBe(303);
  });

  test('a break-glass incident is closed by a second person, who says what became of the credential', async () => {
    const scene = await openScene();
    const action = `${page}/close`;
    expect(await (await scene.get(page)).text()).toContain('closed once somebody has acknowledged');
    await acknowledge(scene);
    const own = await (await scene.get(page)).text();
    expect(own).toContain('You acknowledged it, so you can not close it.');
    expect(own).not.toContain(`action="${action}"`);

    const fields = await formOf(scene, page, action, 'ben');
    const mine = await formOf(scene, page, `${page}/note`);
    const refused = await scene.post(action, { ...fields, ...mine, ...closing });
    expect(refused.status).toBe(409);
    expect((await scene.entries()).at(-1)).toMatchObject({ kind: 'refused', by: { id: 'ana' } });
    const { rotated: _, ...without } = closing;
    const half = await scene.post(action, { ...fields, ...without }, { as: 'ben' });
    expect(half.status).toBe(422);
    expect(await half.text()).toMatch(/value="expected" required checked/);

    const done = await scene.post(action, { ...fields, ...closing }, { as: 'ben' });
    expect(done.headers.get('location')).toBe(`${page}?done=closed`);
    expect(await scene.incident()).toMatchObject({
      status: 'resolved',
      response: { resolution: { by: { id: 'ben' }, isCredentialRotated: true } },
    });
    const after = await (await scene.get(page, 'reader')).text();
    expect(after).toContain('<b>Ben Osei</b> closed it');
    expect(after).not.toContain('<form');
  });

  test('where the policy lets one person do both, the page says so, and they can', async () => {
    const closingRule = { secondPerson: false, reason: 'There are only two of us' };
    const scene = await openScene({ closing: closingRule });
    await acknowledge(scene);
    expect(await (await scene.get(page)).text()).toContain('There are only two of us');
    const fields = await formOf(scene, page, `${page}/close`);
    expect((await scene.post(`${page}/close`, { ...fields, ...closing })).status).toBe(303);
  });

  test('any other incident is closed by one person, and asks for no credential', async () => {
    const scene = await openScene();
    const path = `/incidents/${roleId}`;
    const fields = await formOf(scene, path, `${path}/close`);
    const given = { verdict: 'false', reason: 'planned, CHG-4711' };
    expect((await scene.post(`${path}/close`, { ...fields, ...given })).status).toBe(303);
    expect((await scene.incident(roleId)).response.resolution).toMatchObject({
      verdict: 'false',
      isCredentialRotated: null,
    });
  });

  test('lines of the checklist are ticked, and taken back', async () => {
    const scene = await openScene();
    const action = `${page}/check`;
    const fields = await formOf(scene, page, action);
    expect((await scene.post(action, { ...fields, do: 'managers-told' })).status).toBe(303);
    const text = await (await scene.get(page)).text();
    expect(text).toContain('Checklist: 1 of 11 done');
    expect(text).toMatch(/name="undo" value="managers-told"/);
    scene.wait(1000);
    await scene.post(action, { ...fields, undo: 'managers-told' });
    expect(await (await scene.get(page)).text()).toContain('Checklist: 0 of 11 done');
    for (const item of ['nothing', '__proto__', '']) {
      expect((await scene.post(action, { ...fields, do: item })).status).toBe(422);
    }
  });

  test('a note is kept in the timeline; an empty one is not', async () => {
    const scene = await openScene();
    const fields = await formOf(scene, page, `${page}/note`);
    const note = 'Called the custodians.\nBoth say no.';
    expect((await scene.post(`${page}/note`, { ...fields, text: note })).status).toBe(303);
    expect(await (await scene.get(page)).text()).toContain('Called the custodians. Both say no.');
    expect((await scene.post(`${page}/note`, { ...fields, text: ' \n ' })).status).toBe(422);
  });

  test('an answer to an incident that is not there leads to a page that says so', async () => {
    const scene = await openScene();
    const token = await scene.keys.sign(
      { audience: 'form', subject: 'ana', purpose: 'incident:none', id: 'form' },
      minuteMs,
    );
    for (const verb of ['acknowledge', 'close', 'check', 'note']) {
      const fields = { form: token, period: '1', revision: '1', ...emergency, text: 'x' };
      expect((await scene.post(`/incidents/none/${verb}`, fields)).status).toBe(404);
      expect((await scene.get(`${page}/${verb}`)).headers.get('location')).toBe(page);
    }
  });

  test('storage that is away is said, and nothing of it is shown', async () => {
    const scene = await openScene();
    const away = new WatchError('STORE_UNAVAILABLE', 'reading cases: secret-account');
    vi.spyOn(scene.cases, 'load').mockRejectedValue(away);
    vi.spyOn(scene.cases, 'incidents').mockRejectedValue(new Error('a bug'));
    const answer = await scene.get(page);
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([503, 'no-store']);
    expect(await answer.text()).not.toContain('secret-account');
    expect((await scene.get('/incidents')).status).toBe(500);
    expect(await (await scene.get(`/api/incidents/${incidentId}`)).json()).toEqual({
      error: 'Storage does not answer.',
    });
    expect(scene.warnings).toHaveLength(3);
  });
});

describe('forms from elsewhere', () => {
  const action = `${page}/acknowledge`;
  const refusals = async (scene: Scene) =>
    (await scene.entries()).filter(({ kind }) => kind === 'refused').length;

  test.each([
    ['another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['a neighbour of ours', { origin: 'null', 'sec-fetch-site': 'same-site' }],
    ['an address typed in', { origin: 'null', 'sec-fetch-site': 'none' }],
    ['a browser that says two things', { origin: 'https://evil.example' }],
    ['somebody who says nothing', { origin: '', 'sec-fetch-site': '' }],
  ])('%s is refused, and kept', async (_, headers: Record<string, string>) => {
    const scene = await openScene();
    const fields = await formOf(scene, page, action);
    const sent: Record<string, string> = {
      origin: 'null',
      'sec-fetch-site': 'same-origin',
      ...headers,
    };
    const request = new Request(origin + action, {
      method: 'POST',
      headers: {
        ...callers.ana,
        'content-type': 'application/x-www-form-urlencoded',
        ...Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== '')),
      },
      body: new URLSearchParams({ ...fields, ...emergency }).toString(),
    });
    expect((await scene.app.fetch(request)).status).toBe(403);
    expect([(await scene.incident()).status, await refusals(scene)]).toEqual(['open', 1]);
  });

  test('an older browser that only names the origin is let in', async () => {
    const scene = await openScene();
    const fields = await formOf(scene, page, action);
    const request = (from: string) =>
      new Request(`http://internal:8080${action}`, {
        method: 'POST',
        headers: {
          ...callers.ana,
          'content-type': 'application/x-www-form-urlencoded',
          origin: from,
        },
        body: new URLSearchParams({ ...fields, ...emergency }).toString(),
      });
    // Where requests do not say where they went, the policy does.
    expect((await scene.app.fetch(request('https://evil.example'))).status).toBe(403);
    expect((await scene.app.fetch(request('null'))).status).toBe(403);
    expect((await scene.app.fetch(request(origin))).status).toBe(303);
  });

  test.each(['text/plain', 'multipart/form-data; boundary=x', 'application/json', ''])(
    'a body that is %s is no form',
    async (type) => {
      const scene = await openScene();
      const fields = await formOf(scene, page, action);
      const answer = await scene.post(
        action,
        { ...fields, ...emergency },
        {
          headers: { 'content-type': type },
        },
      );
      expect(answer.status).toBe(415);
      expect((await scene.incident()).status).toBe('open');
    },
  );

  /** How a token goes wrong; all else of the form is right. */
  const tokens: Record<string, (scene: Scene, good: string) => Promise<string> | string> = {
    'left out': () => '',
    'of another incident': async (scene) =>
      (await formOf(scene, `/incidents/${roleId}`, `/incidents/${roleId}/acknowledge`)).form ?? '',
    'of another person': async (scene) => (await formOf(scene, page, action, 'ben')).form ?? '',
    'of another page': async (scene) => (await formOf(scene, '/drills', '/drills')).form ?? '',
    'cut short': (_, good) => good.slice(0, -4),
    'with other claims': (_, good) => swapPart(good, 1, { sub: 'ana', exp: 9_999_999_999 }),
    'with no algorithm': (_, good) => swapPart(good, 0, { alg: 'none' }).replace(/[^.]*$/, ''),
    'with another algorithm': (_, good) => swapPart(good, 0, { alg: 'HS512' }),
    'with another key': async () => {
      const other = await openScene();
      return (await formOf(other, page, action)).form ?? '';
    },
    'that is a personal link': async (scene) => (await scene.linkFor('ana')).replace('/link/', ''),
    'older than an hour': async (scene, good) => {
      scene.wait(61 * minuteMs);
      return good;
    },
  };

  test.each(Object.keys(tokens))('a token %s is refused, and kept', async (name) => {
    const scene = await openScene();
    const fields = await formOf(scene, page, action);
    const form = (await tokens[name]?.(scene, fields.form ?? '')) ?? '';
    const answer = await scene.post(action, { ...fields, ...emergency, form });
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('Nothing was changed.');
    expect([(await scene.incident()).status, await refusals(scene)]).toEqual(['open', 1]);
  });

  test('a token of nearly an hour is good', async () => {
    const scene = await openScene();
    const fields = await formOf(scene, page, action);
    scene.wait(59 * minuteMs);
    expect((await scene.post(action, { ...fields, ...emergency })).status).toBe(303);
  });

  test('a body over 64 KB is refused, whether or not it says so', async () => {
    const scene = await openScene();
    const body = `text=${'x'.repeat(65 * 1024)}`;
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    };
    expect((await scene.request(`${page}/note`, { ...init, body })).status).toBe(413);
    const stream = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(body));
        controller.close();
      },
    });
    const request = new Request(`${origin}${page}/note`, {
      ...init,
      headers: { ...init.headers, ...callers.ana },
      body: stream,
      duplex: 'half',
    });
    expect((await scene.app.fetch(request)).status).toBe(413);
  });

  test.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS'])('%s is answered 405', async (method) => {
    const scene = await openScene();
    for (const path of [page, '/', '/health', '/nothing', '/api/status']) {
      const answer = await scene.request(path, { method });
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST']);
    }
  });

  test('a form sent to a page that has none is answered 405', async () => {
    const scene = await openScene();
    for (const path of [page, '/incidents', '/', '/health', '/channels', '/api/incidents']) {
      expect([path, (await scene.post(path, {})).status]).toEqual([path, 405]);
    }
  });
});

describe('drills, silences and channels', () => {
  const drill = { account: `tenant-1/${glassId}`, from: '', minutes: '60', reason: 'Quarterly' };
  const silence = {
    detections: 'admin-new-device, x',
    accounts: '',
    hours: '4',
    reason: 'Laptops',
  };
  const forms = [
    ['/drills', '/drills', drill],
    [`/drills/${drillId}`, `/drills/${drillId}/cancel`, {}],
    ['/silences', '/silences', silence],
    ['/silences', '/silences/end', { id: 's1' }],
    [canary, canary, {}],
  ] as const;

  test.each(forms)('%s: %s takes the role, and a form of its own', async (path, action, given) => {
    for (const as of ['anonymous', 'forged', 'stranger', 'reader', 'glass'] as const) {
      const scene = await openScene();
      const fields = await formOf(scene, path, action);
      const before = await scene.stored();
      const answer = await scene.post(action, { ...fields, ...given }, { as });
      expect([as, answer.status >= 400]).toEqual([as, true]);
      expect(await scene.stored()).toBe(before);
    }
    const scene = await openScene();
    const other = await formOf(scene, page, `${page}/note`);
    expect((await scene.post(action, { ...other, ...given })).status).toBe(403);
    // The list of people is about answering incidents, and about nothing else.
    const fields = await formOf(scene, path, action, 'unlisted');
    const before = await scene.stored();
    const done = await scene.post(action, { ...fields, ...given }, { as: 'unlisted' });
    expect(done.status).toBe(303);
    expect(await scene.stored()).not.toBe(before);
    expect((await scene.get(done.headers.get('location') ?? '')).status).toBe(200);
  });

  test('a drill has its window in UTC, from the moment it is declared or as it says', async () => {
    const scene = await openScene();
    const declare = vi.spyOn(scene.deps.drills, 'declare');
    const fields = await formOf(scene, '/drills', '/drills');
    await scene.post('/drills', { ...fields, ...drill });
    await scene.post('/drills', { ...fields, ...drill, from: '2026-11-21T09:30', minutes: '120' });
    expect(declare.mock.calls.map(([{ from, until }]) => [from, until])).toEqual([
      ['2026-11-20T02:05:12.000Z', '2026-11-20T03:05:12.000Z'],
      ['2026-11-21T09:30:00.000Z', '2026-11-21T11:30:00.000Z'],
    ]);
    for (const wrong of [{ from: 'soon' }, { minutes: '-1' }, { account: 'tenant-1/else' }]) {
      const answer = await scene.post('/drills', { ...fields, ...drill, ...wrong });
      expect(answer.status).toBe(422);
      expect(await answer.text()).toContain('value="Quarterly"');
    }
  });

  test('the page of a drill has each step with its delay', async () => {
    const scene = await openScene();
    const text = await (await scene.get(`/drills/${drillId}`, 'reader')).text();
    for (const step of [
      'Signed in',
      'Log arrived',
      'Alert on soc-teams',
      '2 min 12 s',
      'not seen',
    ]) {
      expect(text).toContain(step);
    }
    expect(text).not.toContain('<form');
    expect(await (await scene.get('/drills')).text()).toContain('100 days ago, of at most 90');
  });

  test('a silence that is refused says why, and keeps what was typed', async () => {
    const scene = await openScene();
    const fields = await formOf(scene, '/silences', '/silences');
    const glass = { ...silence, detections: 'breakglass-acts' };
    const answer = await scene.post('/silences', { ...fields, ...glass });
    expect(answer.status).toBe(422);
    const text = await answer.text();
    expect(text).toContain('Nothing silences a break-glass account.');
    expect(text).toContain('value="breakglass-acts"');
    expect((await scene.post('/silences', { ...fields, ...silence, hours: '9999' })).status).toBe(
      422,
    );
    const link = '/silences?detections=a-b&accounts=%3Cx%3E';
    expect(await (await scene.get(link)).text()).toContain('value="&lt;x&gt;"');
  });

  test('a channel says how it stands, and a test is confirmed by whoever read it', async () => {
    const scene = await openScene();
    const text = await (await scene.get('/channels')).text();
    for (const word of ['Proven', 'Not proven', 'Failing', '502 Bad Gateway']) {
      expect(text).toContain(word);
    }
    const before = await scene.stored();
    for (let i = 0; i < 3; i += 1) await scene.get(canary);
    expect(await scene.stored()).toBe(before);
    await scene.post(canary, await formOf(scene, canary, canary));
    expect(await (await scene.get(canary, 'reader')).text()).toContain('by Ana Ruiz');
    expect((await scene.get('/canaries/soc-mail/older')).status).toBe(404);
  });
});

describe('what every answer says', () => {
  test('nothing runs, nothing is fetched, nothing is kept', async () => {
    const scene = await openScene();
    const link = await scene.linkFor('ana');
    for (const path of [...pages, ...apis, link, '/link/x', '/nothing', '/health', '/']) {
      for (const as of ['ana', 'anonymous', 'glass'] as const) {
        const { headers } = await scene.get(path, as);
        expect(headers.get('content-security-policy')).toBe(
          "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        );
        expect(headers.get('x-content-type-options')).toBe('nosniff');
        expect(headers.get('referrer-policy')).toBe('no-referrer');
        expect(headers.get('cache-control')).toBe('no-store');
        expect(headers.get('strict-transport-security')).toContain('max-age=31536000');
      }
    }
    const plain = await scene.app.fetch(new Request('http://127.0.0.1:7071/health'));
    expect(plain.headers.has('strict-transport-security')).toBe(false);
  });

  test('pages stay below 30 kB with their styles, however much there is and however long', async () => {
    const style = (scene: Scene) =>
      scene.get('/incidents').then(async (answer) => {
        const [path = ''] = /\/style-\w+\.css/.exec(await answer.text()) ?? [];
        return (await (await scene.get(path)).arrayBuffer()).byteLength;
      });
    const family = '\u{1F468}\u200d\u{1F469}'.repeat(900);
    for (const word of [undefined, '"'.repeat(4000), family, 'abc@d.ef.gh.'.repeat(300)]) {
      const scene = await openScene({ many: 400, ...(word && { word }) });
      const styles = await style(scene);
      for (const path of [...pages, `/incidents/${roleId}`, await scene.linkFor('ana')]) {
        const size = (await (await scene.get(path)).arrayBuffer()).byteLength;
        expect([path, word?.slice(0, 1), Math.max(size + styles, 30_000)]).toEqual([
          path,
          word?.slice(0, 1),
          30_000,
        ]);
      }
    }
  });

  test('the timeline goes on to the oldest, each moment once', async () => {
    const scene = await openScene({ many: 400 });
    const seen: string[] = [];
    let next: string | undefined = page;
    for (let i = 0; next && i < 50; i += 1) {
      const text: string = await (await scene.get(next)).text();
      seen.push(...[...text.matchAll(/<span class="kind[^"]*">/g)].map(([all]) => all));
      const [, path] =
        /href="(\/incidents\/[^"]+\?before=[^"]+)#timeline">\d+ older/.exec(text) ?? [];
      next = path?.replaceAll('&amp;', '&');
    }
    // Findings, acts, entries, and the one message that three channels got.
    expect(seen).toHaveLength(1 + 401 + 400 + 1);
  });

  test('what nobody is asked about is for the record, and counts as no open matter', async () => {
    const scene = await openScene();
    const before = await (await scene.get('/incidents')).text();
    const id = 'f'.repeat(32);
    const value = { ...sampleIncident(), id, severity: 'low' as const, matter: 'role' };
    const incident = { value, version: null };
    await scene.cases.save({ incidentId: id, incident, findings: [], deliveries: [] });
    const after = await (await scene.get('/incidents')).text();
    const countIn = (text: string) => /(\d+) open/.exec(text)?.[1];
    expect(countIn(before)).toBeDefined();
    expect(countIn(after)).toBe(countIn(before));
    expect(before).not.toContain('For the record');
    expect(after).toContain('For the record');
  });

  test('a long list of incidents goes on, each once, the graver and the older first', async () => {
    const scene = await openScene();
    const row = await scene.incident();
    for (let i = 0; i < 150; i += 1) {
      const id = `many-${i}`;
      const value = { ...row, id, matter: 'role', severity: 'low' as const, title: `No ${i}.` };
      const incident = { value, version: null };
      await scene.cases.save({ incidentId: id, incident, findings: [], deliveries: [] });
    }
    const seen: string[] = [];
    let next: string | undefined = '/incidents';
    for (let i = 0; next && i < 20; i += 1) {
      const text: string = await (await scene.get(next)).text();
      seen.push(
        ...[...text.matchAll(/<h3><a href="\/incidents\/([^"]+)"/g)].map(([, id = '']) => id),
      );
      next = /href="(\/incidents\?from=\d+)"/.exec(text)?.[1];
    }
    expect(seen).toHaveLength(152);
    expect(new Set(seen).size).toBe(152);
    expect(seen.slice(0, 2)).toEqual([incidentId, roleId]);
  });
});

/** With one part of a token replaced, and its signature as it was. */
function swapPart(token: string, at: number, change: object): string {
  const parts = token.split('.');
  const before = JSON.parse(Buffer.from(parts[at] ?? '', 'base64url').toString('utf8'));
  parts[at] = Buffer.from(JSON.stringify({ ...before, ...change })).toString('base64url');
  return parts.join('.');
}

test('a page is there at once, whatever an account did ten thousand times and calls itself', async () => {
  const scene = await openScene({ many: 10_000, word: '\u{1F1E6}'.repeat(1_000) });
  const before = performance.now();
  const answer = await scene.get(page);
  expect(answer.status).toBe(200);
  expect((await answer.text()).length).toBeLessThan(64 * 1024);
  expect(performance.now() - before).toBeLessThan(2_000);
});
