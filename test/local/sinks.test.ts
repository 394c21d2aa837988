import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startMailSink } from '../../local/mail-sink.ts';
import { startPagerDutySink } from '../../local/pagerduty-sink.ts';
import { startTeamsSink } from '../../local/teams-sink.ts';
import { startWebhookSink } from '../../local/webhook-sink.ts';
import type { Alert } from '../../shared/tell/alert.ts';
import email from '../../shared/tell/channels/email.ts';
import pagerduty from '../../shared/tell/channels/pagerduty.ts';
import teams from '../../shared/tell/channels/teams.ts';
import webhook from '../../shared/tell/channels/webhook.ts';
import { transports } from '../../shared/tell/transports.ts';
import { launchChromium } from '../../tools/chromium.ts';
import {
  answeredAlerts,
  hostileAlert,
  hostileNames,
  personalAlert,
  sampleAlerts,
} from '../tell/sample-alerts.ts';

const samplesFile = new URL('../data/formats/pagerduty-events-v2.samples.json', import.meta.url);
const cleanups: (() => unknown)[] = [];
const folder = mkdtempSync(join(tmpdir(), 'glasswatch-sinks-'));
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});
afterAll(() => rmSync(folder, { recursive: true }));

const out = transports({ allowLoopback: true, timeoutMs: 5000 });
afterAll(out.close);

async function startTeams(options: Parameters<typeof startTeamsSink>[0] = {}) {
  const sink = await startTeamsSink(options);
  cleanups.push(sink.close);
  const post = (alert: Alert) => teams.send(alert, { webhookUrl: sink.webhookUrl }, out);
  return { ...sink, post };
}

async function startMail(options: Parameters<typeof startMailSink>[0] = {}) {
  const sink = await startMailSink(options);
  cleanups.push(sink.close);
  const addresses = { from: 'alerts@contoso.example', to: ['oncall@contoso.example'] };
  const send = (alert: Alert) => email.send(alert, { ...addresses, smtpUrl: sink.smtpUrl }, out);
  return { ...sink, send };
}

async function startPagerDuty(options: Parameters<typeof startPagerDutySink>[0] = {}) {
  const sink = await startPagerDutySink(options);
  const standIns = { 'https://events.pagerduty.com': sink.url };
  const paging = transports({ allowLoopback: true, timeoutMs: 5000, standIns });
  cleanups.push(sink.close, paging.close);
  const page = (alert: Alert, routingKey = sink.routingKey) =>
    pagerduty.send(alert, { routingKey, region: 'us' }, paging);
  return { ...sink, page };
}

async function startWebhook(options: Parameters<typeof startWebhookSink>[0] = {}) {
  const sink = await startWebhookSink(options);
  cleanups.push(sink.close);
  const post = (alert: Alert, secret = sink.secret) =>
    webhook.send(alert, { url: sink.hookUrl, secret }, out);
  return { ...sink, post };
}

describe('the PagerDuty sink', () => {
  test('keeps one alert for an incident, and calls somebody when the real one would', async () => {
    const pages: number[] = [];
    const sink = await startPagerDuty({ onPage: ({ id }) => pages.push(id) });
    const { escalation, acknowledged, lapsed, closed, reopened } = answeredAlerts;
    const states: unknown[] = [];
    const life = [sampleAlerts.breakGlass, escalation, acknowledged, lapsed, closed, reopened];
    for (const alert of life) {
      await sink.page(alert);
      states.push(sink.alerts().map(({ state, pages }) => [state, pages]));
    }
    expect(states).toEqual([
      [['triggered', 1]],
      [['triggered', 1]],
      [['acknowledged', 1]],
      [['triggered', 2]],
      [['resolved', 2]],
      [['triggered', 3]],
    ]);
    expect(pages).toHaveLength(3);
    const listed = await (await fetch(`${sink.url}/messages.json`)).json();
    expect(listed).toEqual(sink.alerts());
    expect(JSON.stringify(listed)).not.toContain(sink.routingKey);
  });

  test('a trigger of an alert that somebody acknowledged calls nobody', async () => {
    const sink = await startPagerDuty();
    await sink.page(sampleAlerts.breakGlass);
    await sink.page(answeredAlerts.acknowledged);
    await sink.page(answeredAlerts.escalation);
    expect(sink.alerts()).toMatchObject([{ state: 'acknowledged', pages: 1 }]);
  });

  test('an acknowledgement of nothing vanishes', async () => {
    const sink = await startPagerDuty();
    await sink.page(answeredAlerts.acknowledged);
    expect(sink.alerts()).toEqual([]);
  });

  test.each(JSON.parse(readFileSync(samplesFile, 'utf8')).invalid as { reason: string }[])(
    'refuses: $reason',
    async ({ body }: { reason: string; body?: unknown }) => {
      const sink = await startPagerDuty();
      const given = { ...(body as object), routing_key: sink.routingKey };
      const answer = await fetch(`${sink.url}/v2/enqueue`, {
        method: 'POST',
        body: JSON.stringify(given),
      });
      expect(answer.status).toBe(400);
      expect(sink.alerts()).toEqual([]);
    },
  );

  test('refuses a key that is not its own', async () => {
    const sink = await startPagerDuty();
    await expect(sink.page(sampleAlerts.noMfa, 'a'.repeat(32))).rejects.toMatchObject({
      code: 'DELIVERY_REJECTED',
    });
  });

  test('fails as told, and alerts are there again after a restart', async () => {
    const first = await startPagerDuty({ folder });
    first.failNext(1, { status: 429, retryAfter: 60 });
    await expect(first.page(sampleAlerts.noMfa)).rejects.toMatchObject({ retryAfterMs: 60_000 });
    await first.page(sampleAlerts.noMfa);
    const second = await startPagerDuty({ folder });
    expect(second.alerts()).toEqual(first.alerts());
    expect(second.alerts()).toHaveLength(1);
  });
});

describe('the webhook sink', () => {
  test('keeps what is signed, and knows a repeat', async () => {
    const seen: string[] = [];
    const sink = await startWebhook({ onHook: ({ body }) => seen.push(body.type) });
    await sink.post(sampleAlerts.breakGlass);
    await sink.post(answeredAlerts.closed);
    await sink.post(sampleAlerts.breakGlass);
    expect(seen).toEqual(['incident.new', 'incident.closed', 'incident.new']);
    expect(sink.hooks().map(({ repeatOf }) => repeatOf)).toEqual([null, null, 1]);
  });

  test('refuses what is signed with another secret, or not at all', async () => {
    const sink = await startWebhook();
    const other = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    await expect(sink.post(sampleAlerts.noMfa, other)).rejects.toMatchObject({
      code: 'DELIVERY_MISCONFIGURED',
    });
    const plain = await fetch(sink.hookUrl, { method: 'POST', body: '{}' });
    expect([plain.status, sink.hooks()]).toEqual([401, []]);
  });

  test('takes one of two secrets while one replaces the other', async () => {
    const sink = await startWebhook();
    const other = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    await sink.post(sampleAlerts.noMfa, `${other} ${sink.secret}`);
    expect(sink.hooks()).toHaveLength(1);
  });

  test('410 is for somebody to mend', async () => {
    const sink = await startWebhook();
    sink.failNext(1, { status: 410 });
    await expect(sink.post(sampleAlerts.noMfa)).rejects.toMatchObject({
      code: 'DELIVERY_MISCONFIGURED',
    });
  });

  test('hooks are there again after a restart', async () => {
    const first = await startWebhook({ folder });
    await first.post(sampleAlerts.noMfa);
    const second = await startWebhook({ folder });
    expect(second.hooks()).toEqual(first.hooks());
  });
});

describe('the Teams sink', () => {
  test('keeps a card and knows a repeat', async () => {
    const seen: number[] = [];
    const sink = await startTeams({ onCard: ({ id }) => seen.push(id) });
    await sink.post(sampleAlerts.breakGlass);
    await sink.post(sampleAlerts.noMfa);
    await sink.post(sampleAlerts.breakGlass);
    expect(sink.cards().map(({ repeatOf }) => repeatOf)).toEqual([null, null, 1]);
    expect(seen).toEqual([1, 2, 3]);
    const listed = await (await fetch(`${sink.url}/messages.json`)).json();
    expect(listed).toEqual(sink.cards());
  });

  test.each([
    ['no JSON', 'hello', 400],
    ['a bare card', JSON.stringify({ type: 'AdaptiveCard', version: '1.4', body: [] }), 400],
    ['a message card', JSON.stringify({ '@type': 'MessageCard', text: 'x' }), 400],
    ['more than Teams takes', ' '.repeat(30_000), 413],
  ])('refuses %s', async (_, body, status) => {
    const sink = await startTeams();
    expect((await fetch(sink.webhookUrl, { method: 'POST', body })).status).toBe(status);
    expect(sink.cards()).toEqual([]);
  });

  test('refuses a post without its signature, and who calls it by another name', async () => {
    const sink = await startTeams();
    const unsigned = sink.webhookUrl.replace(/sig=.*/, 'sig=');
    expect((await fetch(unsigned, { method: 'POST', body: '{}' })).status).toBe(401);
    expect((await fetch(`${sink.url}/other`)).status).toBe(404);
  });

  test.each([
    [
      { status: 429, retryAfter: 3 },
      { code: 'DELIVERY_UNAVAILABLE', retryAfterMs: 3000 },
    ],
    [{ status: 500 }, { code: 'DELIVERY_UNAVAILABLE' }],
    [{ status: 404 }, { code: 'DELIVERY_MISCONFIGURED' }],
    [{ reset: true }, { code: 'DELIVERY_UNAVAILABLE' }],
  ] as const)('fails as told: %j', async (fault, failure) => {
    const sink = await startTeams();
    sink.failNext(2, fault);
    await expect(sink.post(sampleAlerts.noMfa)).rejects.toMatchObject(failure);
    await expect(sink.post(sampleAlerts.noMfa)).rejects.toMatchObject(failure);
    await sink.post(sampleAlerts.noMfa);
    expect(sink.cards()).toHaveLength(1);
  });

  test('a slow answer is a card kept and a sender who does not know it', async () => {
    const sink = await startTeams();
    const hasty = transports({ allowLoopback: true, timeoutMs: 50 });
    sink.failNext(1, { slowMs: 200 });
    const work = teams.send(sampleAlerts.noMfa, { webhookUrl: sink.webhookUrl }, hasty);
    await expect(work).rejects.toMatchObject({ code: 'DELIVERY_UNAVAILABLE' });
    await sink.post(sampleAlerts.noMfa);
    await expect.poll(() => sink.cards().length).toBe(2);
    expect(sink.cards()[1]?.repeatOf).toBe(1);
  });

  test('cards are there again after a restart', async () => {
    const first = await startTeams({ folder });
    await first.post(sampleAlerts.noMfa);
    await first.close();
    const second = await startTeams({ folder });
    expect(second.cards()).toEqual(first.cards());
  });
});

describe('the mail sink', () => {
  test('keeps a mail as it was sent, its thread, and knows a repeat', async () => {
    const sink = await startMail();
    const opened = { ...sampleAlerts.roleOutsidePim, revision: 1 };
    await sink.send(opened);
    await sink.send(sampleAlerts.roleOutsidePim);
    await sink.send(sampleAlerts.roleOutsidePim);
    const [first, second, third] = sink.mails();
    expect(new Set(sink.mails().map(({ thread }) => thread))).toEqual(new Set([first?.messageId]));
    expect(new Set(sink.mails().map(({ subject }) => subject)).size).toBe(1);
    expect([first?.repeatOf, second?.repeatOf, third?.repeatOf]).toEqual([null, null, 2]);
    const listed = await (await fetch(`${sink.url}/messages.json`)).json();
    expect(listed).toEqual(sink.mails());
  });

  test.each(Object.entries(hostileNames))(
    'a hostile name (%s) adds no header and no part',
    async (_, name) => {
      const sink = await startMail();
      await sink.send({ ...hostileAlert(name), detection: 'd' });
      const [mail] = sink.mails();
      expect(mail?.headers).not.toHaveProperty('bcc');
      expect(mail?.to).toEqual(['oncall@contoso.example']);
      expect(mail?.raw.match(/^Content-Type:/gim)).toHaveLength(3);
    },
  );

  test('mails are there again after a restart', async () => {
    const first = await startMail({ folder });
    await first.send(sampleAlerts.noMfa);
    await first.close();
    const second = await startMail({ folder });
    const plain = first.mails().map(({ receivedAt: _, ...mail }) => mail);
    expect(second.mails()).toMatchObject(plain);
  });
});

describe('in a browser', () => {
  let browser: Browser;
  // One context: each of its own would start a process anew.
  let context: BrowserContext;
  beforeAll(async () => {
    browser = await launchChromium();
    context = await browser.newContext();
  });
  afterAll(() => browser?.close());

  /** A page, and all that went wrong or left this computer while it was open. */
  async function show(url: string, width = 600) {
    const page = await context.newPage();
    cleanups.push(() => page.close());
    await page.setViewportSize({ width, height: 900 });
    const trouble: string[] = [];
    page.on('pageerror', (error) => trouble.push(String(error)));
    page.on('dialog', (dialog) => trouble.push(dialog.message()));
    // A request that the page's policy stops is announced as well, but never answered.
    page.on('response', (response) => {
      if (!/^(?:about|data):/.test(response.url()) && !response.url().startsWith(url)) {
        trouble.push(response.url());
      }
    });
    await page.goto(url);
    return { page, trouble };
  }

  const hasRun = (page: Page) =>
    Promise.all(page.frames().map((frame) => frame.evaluate('window.__ran ?? null')));

  const isTooWide = (page: Page) =>
    page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth');

  test.each(Object.keys(hostileNames))(
    'a hostile name (%s) is text in the channel',
    async (key) => {
      const name = hostileNames[key as keyof typeof hostileNames];
      const sink = await startTeams();
      await sink.post({ ...hostileAlert(name), detection: 'd' });
      const { page, trouble } = await show(sink.url, 320);
      expect(await page.locator('article').count()).toBe(1);
      expect(
        await page.locator('article img, article script, article strong, article em').count(),
      ).toBe(0);
      expect(await page.locator('article a').count()).toBe(1);
      expect([await hasRun(page), trouble, await isTooWide(page)]).toEqual([[null], [], false]);
    },
  );

  test.each(['pagerduty', 'webhook'])('a hostile name is text on the page of %s', async (kind) => {
    const hostile = { ...hostileAlert(hostileNames.html), detection: 'd' };
    const pager = await startPagerDuty();
    const hook = await startWebhook();
    await (kind === 'pagerduty' ? pager.page(hostile) : hook.post(hostile));
    const { page, trouble } = await show(kind === 'pagerduty' ? pager.url : hook.url, 320);
    await page.locator('article details').evaluate((one) => one.setAttribute('open', ''));
    expect(await page.locator('article h2').textContent()).toContain('<img src=x onerror=');
    expect(await page.locator('article img, article script').count()).toBe(0);
    expect([await hasRun(page), trouble, await isTooWide(page)]).toEqual([[null], [], false]);
  });

  test.each(Object.entries({ ...answeredAlerts, personal: personalAlert }))(
    '%s fits 320 px, as a card and as a mail',
    async (key, alert) => {
      const [cards, mails] = [await startTeams(), await startMail()];
      await cards.post(alert);
      await mails.send(alert);
      const { page } = await show(cards.url, 320);
      expect([key, await isTooWide(page)]).toEqual([key, false]);
      await page.goto(mails.url);
      expect([key, await isTooWide(page)]).toEqual([key, false]);
      const mail = page.locator('iframe').contentFrame().locator('html');
      await mail.waitFor();
      expect(await mail.evaluate((one) => one.scrollWidth > one.clientWidth)).toBe(false);
    },
  );

  test('people on call are called by name on the card, and a hostile name calls nobody else', async () => {
    const sink = await startTeams();
    await sink.post({ ...answeredAlerts.escalation, title: '<at>Everyone</at>' });
    const { page } = await show(sink.url, 320);
    expect(await page.locator('article .mention').allTextContents()).toEqual([
      'Ana Ruiz',
      'Ben Okafor',
    ]);
  });

  test('a hostile name is text in the mail, in a frame that runs nothing', async () => {
    const sink = await startMail();
    await sink.send({ ...hostileAlert(hostileNames.html), detection: 'd' });
    const { page, trouble } = await show(sink.url, 320);
    const mail = page.frameLocator('iframe');
    await mail.locator('h1').waitFor();
    expect(await mail.locator('h1').textContent()).toContain(
      '<img src=x onerror="window.__ran=1">',
    );
    expect(await mail.locator('img, script').count()).toBe(0);
    expect([trouble, await isTooWide(page)]).toEqual([[], false]);
  });

  test('a mail that is itself an attack neither runs nor fetches', async () => {
    const sink = await startMail();
    const tracker = await startTeams();
    const mail = {
      from: 'x@x.example',
      to: ['y@y.example'],
      subject: '<img src=x onerror=window.__ran=1>',
      text: '<script>window.__ran=1</script>',
      html: `<h1>bait</h1><script>top.__ran=1</script><img src="${tracker.url}/i.png" onerror="top.__ran=1"><style>@import '${tracker.url}/x.css';</style><iframe src="${tracker.url}"></iframe>`,
      messageId: '<1@x.example>',
      headers: {},
      priority: 'normal' as const,
    };
    await out.sendMail(sink.smtpUrl, mail);
    const { page, trouble } = await show(sink.url);
    await page.frameLocator('iframe').locator('h1').waitFor();
    expect(await page.evaluate('window.__ran ?? null')).toBeNull();
    expect(trouble).toEqual([]);
    expect(await page.locator('iframe').getAttribute('sandbox')).not.toContain('allow-scripts');
  });

  test('an older mail opens to its full height, and its link in a tab of its own', async () => {
    const sink = await startMail();
    const alert = { ...sampleAlerts.roleOutsidePim, link: sink.url };
    await sink.send({ ...alert, revision: 1 });
    await sink.send(alert);
    const { page } = await show(sink.url);
    await page.locator('#mail-1 > summary').click();
    const heightOf = async (id: number) =>
      (await page.locator(`#mail-${id} iframe`).boundingBox())?.height ?? 0;
    await expect.poll(() => heightOf(1)).toBeGreaterThan(900);
    expect(Math.abs((await heightOf(1)) - (await heightOf(2)))).toBeLessThan(60);
    const opened = page.waitForEvent('popup');
    await page.locator('#mail-1 iframe').contentFrame().locator('a').click();
    expect((await opened).url()).toMatch(/^(?:about:blank|http:)/);
    await (await opened).waitForURL(`${sink.url}/`);
  });

  test('a new card and a new mail appear by themselves, the newest first', async () => {
    const [cards, mails] = [await startTeams(), await startMail()];
    const [channel, mailbox] = [await show(cards.url), await show(mails.url)];
    for (const alert of [sampleAlerts.noMfa, sampleAlerts.breakGlass]) {
      await cards.post(alert);
      await mails.send(alert);
    }
    await channel.page.locator('article').nth(1).waitFor();
    await mailbox.page.locator('article').nth(1).waitFor();
    expect(await channel.page.locator('article h2').allTextContents()).toEqual([
      'CRITICAL',
      'HIGH',
    ]);
    const newest = mailbox.page.locator('article').first().frameLocator('iframe').locator('h1');
    await newest.waitFor();
    expect(await newest.textContent()).toContain('Break-glass account USED');
    expect(await mailbox.page.screenshot({ fullPage: true })).toBeInstanceOf(Buffer);
  });
});
