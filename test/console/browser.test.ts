import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium } from '../../tools/chromium.ts';
import { hostileNames } from '../tell/sample-alerts.ts';
import { drillId, incidentId, openScene, roleId, type Scene } from './scene.ts';
import { serve } from './serve.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const vectors = JSON.parse(
  readFileSync(new URL('../data/formats/text-safety.vectors.json', import.meta.url), 'utf8'),
) as Record<string, { input?: string }[]>;

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser?.close());

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

type SceneOptions = Parameters<typeof openScene>[0];

/** The console at an address of its own, and a browser that notes all that goes wrong. */
async function visit(options: SceneOptions = {}, look: BrowserContextOptions = {}) {
  const scene = await openScene({ consoleUrl: null, ...options });
  const site = await serve(scene.app);
  cleanups.push(site.close);
  const context = await browser.newContext({ viewport: { width: 1000, height: 800 }, ...look });
  cleanups.push(() => context.close());
  const page = await context.newPage();
  const trouble: string[] = [];
  page.on('pageerror', (error) => trouble.push(String(error)));
  page.on('dialog', (dialog) => trouble.push(dialog.message()));
  page.on('console', (message) => {
    if (message.type() === 'error') trouble.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(site.url)) trouble.push(request.url());
  });
  const open = (path: string) => page.goto(site.url + path);
  return { scene, site, page, trouble, open };
}

const pagesOf = async (scene: Scene) => [
  '/incidents',
  `/incidents/${incidentId}`,
  `/incidents/${roleId}`,
  '/drills',
  `/drills/${drillId}`,
  '/silences',
  '/channels',
  '/sinks',
  '/canaries/soc-mail/canary1',
  '/nothing',
  '/link/x',
  await scene.linkFor('ana', 'look'),
];

const isTooWide = (page: Page) =>
  page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth');

async function violations(page: Page): Promise<string[]> {
  // Past the page's own policy, which would not let it in.
  await page.evaluate(axe);
  const found = (await page.evaluate('axe.run()')) as AxeResults;
  return found.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
  );
}

describe.each([320, 1000])('%i px wide', (width) => {
  test.each(['light', 'dark'] as const)('%s: everybody can use every page', async (colorScheme) => {
    const look = { colorScheme, viewport: { width, height: 800 } };
    const { scene, page, trouble, open } = await visit({ many: 6 }, look);
    for (const path of await pagesOf(scene)) {
      await open(path);
      await page.locator('details').evaluateAll((all) => {
        for (const one of all) one.setAttribute('open', '');
      });
      expect([path, await violations(page), await isTooWide(page)]).toEqual([path, [], false]);
    }
    // A page that is not there is answered so.
    expect(trouble.filter((text) => !/404 \(Not Found\)/.test(text))).toEqual([]);
  });

  test('so are the pages after an answer, and those with a mistake', async () => {
    const { scene, site, page, open } = await visit({}, { viewport: { width, height: 800 } });
    await open(`/incidents/${incidentId}`);
    await page.getByLabel('An emergency').check();
    await page.getByLabel('In a few words').fill('CA lock-out');
    // Somebody else is faster.
    await scene.deps.responding.acknowledge(incidentId, {
      by: { id: 'ben', name: 'Ben Osei', identifiedBy: 'sign-in' },
      claim: 'drill',
      reason: 'the quarterly one',
      seen: { period: 1, revision: 1 },
    });
    await page.getByRole('button', { name: 'I have it' }).click();
    expect(await page.getByRole('alert').textContent()).toContain(
      'Ben Osei has it since 02:05:12 UTC: drill, the quarterly one',
    );
    expect(await violations(page)).toEqual([]);
    await page.getByText('It is over: close it').click();
    expect([await violations(page), await isTooWide(page)]).toEqual([[], false]);
    site.signIn('reader');
    await open(`/incidents/${incidentId}`);
    expect(await violations(page)).toEqual([]);
    site.signIn('glass');
    await open(`/incidents/${incidentId}`);
    expect(await violations(page)).toEqual([]);
  });
});

describe('hostile words', () => {
  const words = [
    ...Object.entries(hostileNames),
    ...Object.entries(vectors).flatMap(([kind, list]) =>
      Array.isArray(list) ? [[kind, list.map(({ input }) => input ?? '').join(' ')] as const] : [],
    ),
    ['script', '<script>window.__ran=1</script>'],
    ['attribute', '" autofocus onfocus="window.__ran=1" x="'],
    ['unquoted', "' onmouseover=window.__ran=1 '"],
    [
      'closing',
      '</title></textarea></style></dl></main><h1>x</h1><form action="https://e.example">',
    ],
    ['entity', '&lt;img src=x onerror=window.__ran=1&gt;&#60;b&#62;'],
    ['template', '{{constructor.constructor("window.__ran=1")()}}'],
    ['comment', '<!--><svg onload=window.__ran=1>-->'],
  ] as const;

  /** What of a page could do anything; parsed as a browser does, and not run. */
  const suspects = `(pages) => pages.map(([path, markup]) => {
    const page = new DOMParser().parseFromString(markup, 'text/html');
    const found = page.querySelectorAll('script, img, svg, iframe, object, style, base, [onerror], [onfocus], [autofocus], [onmouseover], [onload], [style]');
    const targets = [...page.querySelectorAll('a, form, link')]
      .map((one) => one.getAttribute('href') ?? one.getAttribute('action'))
      .filter((one) => !/^[/#](?!\\/)/.test(one));
    const heads = page.querySelectorAll('h1').length;
    return [path, found.length, targets, heads, page.body.textContent];
  })`;
  type Suspects = [path: string, found: number, targets: string[], heads: number, text: string][];

  test('are text on every page, and nothing else, whichever they are', async () => {
    const page = await browser.newPage();
    cleanups.push(() => page.close());
    for (const [kind, word] of words) {
      const scene = await openScene({ word });
      const markups = [];
      for (const path of await pagesOf(scene)) {
        markups.push([path, await (await scene.request(path)).text()]);
      }
      const seen = (await page.evaluate(`(${suspects})(${JSON.stringify(markups)})`)) as Suspects;
      for (const [path, found, targets, heads, text] of seen) {
        expect([kind, path, found, targets, heads]).toEqual([kind, path, 0, [], 1]);
        expect(text).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200b\ufeff\u2028\u2029]/u);
      }
    }
  });

  const gathered = words.map(([, word]) => word.slice(0, 60)).join(' ');
  test.each([
    ['markup', hostileNames.html],
    ['one long word', 'W'.repeat(3000)],
    ['all of it', gathered],
  ])('%s neither runs nor widens a page', async (_, word) => {
    const look = { viewport: { width: 320, height: 800 } };
    const { scene, page, trouble, open } = await visit({ word }, look);
    for (const path of (await pagesOf(scene)).filter((one) => !/nothing|link\/x/.test(one))) {
      await open(path);
      const hasRun = await page.evaluate('window.__ran ?? null');
      expect([path, hasRun, await isTooWide(page)]).toEqual([path, null, false]);
    }
    expect(trouble).toEqual([]);
  });

  test('what people type is text as well', async () => {
    const { page, trouble, open } = await visit();
    await open(`/incidents/${incidentId}`);
    await page.getByLabel('For whoever reads this later').fill(`${hostileNames.html}\n</textarea>`);
    await page.getByRole('button', { name: 'Keep the note' }).click();
    await page.getByLabel('Misuse').check();
    await page.getByLabel('In a few words').fill(hostileNames.html);
    await page.getByRole('button', { name: 'I have it' }).click();
    expect(await page.getByRole('status').textContent()).toContain('You have it.');
    expect(await page.locator('#timeline').textContent()).toContain('<img src=x onerror=');
    expect(await page.evaluate('window.__ran ?? null')).toBeNull();
    expect(await page.locator('img, script').count()).toBe(0);
    expect(trouble).toEqual([]);
  });
});

test('the words of the header stand on one line, and long names break after their @ and dots', async () => {
  const title = 'Break-glass USED: breakglass-emergency@contoso.onmicrosoft.com';
  const { page, open } = await visit({ incident: { title } });
  await open(`/incidents/${incidentId}`);
  const feet =
    await page.evaluate(`[...document.querySelectorAll('.brand, .top nav a, .who')].map((one) => {
    const foot = one.appendChild(document.createElement('span'));
    foot.style = 'display: inline-block';
    return foot.getBoundingClientRect().bottom;
  })`);
  expect(new Set(feet as number[]).size).toBe(1);
  await page.setViewportSize({ width: 320, height: 800 });
  const lines = (await page.evaluate(`(() => {
    const range = document.createRange();
    const lines = new Map();
    const heading = document.querySelector('h1');
    for (const node of [...heading.childNodes].filter((one) => one.nodeType === 3)) {
      for (let at = 0; at < node.data.length; at += 1) {
        range.setStart(node, at);
        range.setEnd(node, at + 1);
        const { top } = range.getBoundingClientRect();
        lines.set(top, (lines.get(top) ?? '') + node.data[at]);
      }
    }
    return [...lines.values()];
  })()`)) as string[];
  expect(lines.join('')).toBe(title);
  expect(lines.length).toBeGreaterThan(1);
  expect(lines.slice(0, -1).filter((line) => !/[ @.-]$/.test(line))).toEqual([]);
});

test('without JavaScript an incident is acknowledged by a keyboard alone', async () => {
  const { scene, page, open } = await visit({}, { javaScriptEnabled: false });
  await open(`/incidents/${incidentId}`);
  const order: string[] = [];
  const name = async () => {
    const snapshot = await page
      .locator(':focus')
      .evaluateAll((all) =>
        all.map((one) => (one as { value?: string }).value || one.textContent || ''),
      );
    return (snapshot[0] ?? '').trim().slice(0, 30);
  };
  await page.keyboard.press('Tab');
  order.push(await name());
  await page.keyboard.press('Enter');
  // The first stops after the skip link: what is on the page, in the order in which it is read.
  for (let i = 0; i < 5; i += 1) {
    await page.keyboard.press('Tab');
    order.push(await name());
  }
  expect(order).toEqual([
    'Skip to the page',
    'All incidents',
    'Timeline',
    'More facts',
    'drill',
    '',
  ]);
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Tab');
  await page.keyboard.type('CA lock-out');
  await page.keyboard.press('Enter');
  await page.getByRole('status').waitFor();
  expect((await scene.incident()).response.acknowledgement).toMatchObject({
    by: { id: 'ana' },
    claim: 'emergency',
    reason: 'CA lock-out',
  });
});

test('a personal link works in a browser that is not signed in, and without JavaScript', async () => {
  const { scene, site, page, open } = await visit({}, { javaScriptEnabled: false });
  site.signIn('anonymous');
  const link = await scene.linkFor('ana');
  await open(link);
  await page.getByLabel('Not known yet').check();
  await page.getByLabel('In a few words').fill('calling the custodians');
  await page.getByRole('button', { name: 'I have it' }).click();
  expect(await page.getByRole('status').textContent()).toContain('You have it.');
  expect((await scene.incident()).response.acknowledgement?.by.identifiedBy).toBe('link');
});

test('a page of another site can not send our forms', async () => {
  const { scene, site, page } = await visit();
  const evil = await serve({
    fetch: async () =>
      new Response(
        `<form method="post" action="${site.url}/incidents/${incidentId}/note"><input name="text" value="x"><button>Win</button></form>`,
        { headers: { 'content-type': 'text/html' } },
      ),
  });
  cleanups.push(evil.close);
  await page.goto(evil.url.replace('127.0.0.1', 'localhost'));
  await page.getByRole('button').click();
  expect(await page.locator('h1').textContent()).toBe('This did not come from here');
  expect((await scene.entries()).filter(({ kind }) => kind === 'noted')).toEqual([]);
});

test('a drill’s page prints without what is for the screen', async () => {
  const { page, open } = await visit();
  await open(`/drills/${drillId}`);
  await page.emulateMedia({ media: 'print' });
  expect(await page.locator('header, form, .no-print').filter({ visible: true }).count()).toBe(0);
  expect(await page.getByText('Alert on soc-teams').isVisible()).toBe(true);
});

test('whatever follows every link there is, signed in or not, changes nothing', async () => {
  const scene = await openScene({ many: 40 });
  const links = [await scene.linkFor('ana'), await scene.linkFor('ben', 'd-2')];
  for (const as of ['ana', 'ben', 'reader', 'anonymous'] as const) {
    const before = await scene.stored();
    const queue = ['/', ...links, '/canaries/soc-mail/canary1'];
    const seen = new Set(queue);
    for (const path of queue) {
      for (const method of ['GET', 'HEAD']) {
        const answer = await scene.request(path, { as, method });
        const next = [answer.headers.get('location') ?? ''];
        const text = await answer.text();
        // Forms too, as something that only ever GETs would try them.
        for (const [, href = ''] of text.matchAll(/(?:href|action)="(\/[^"#]*)/g)) {
          next.push(href.replaceAll('&amp;', '&'));
        }
        for (const one of next.filter((found) => found.startsWith('/') && !seen.has(found))) {
          seen.add(one);
          queue.push(one);
        }
      }
    }
    expect(queue.length).toBeGreaterThan(as === 'anonymous' ? 5 : 12);
    expect(await scene.stored()).toBe(before);
  }
});
