/**
 * The pictures of the documentation, taken from the running product:
 *
 *   npm run build && node tools/screenshots.ts
 *
 * Starts the embedded stack in memory, plays the sample day, and photographs in Chromium the pages of
 * its sinks, each with one alert of the day and without the others, and the console.
 */
import { mkdir } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { signInAs } from '../local/easy-auth.ts';
import { play } from '../local/play.ts';
import { sampleSnapshot } from '../local/sample-day/directory.ts';
import { responders } from '../local/sample-day/responders.ts';
import { sampleTenant } from '../local/sample-day/tenant.ts';
import { sampleDay } from '../local/sample-day.ts';
import { hubName, type Stack, startStack } from '../local/stack.ts';
import { launchChromium } from './chromium.ts';

const policyFile = fileURLToPath(new URL('../local/sample-day/policy.yaml', import.meta.url));
const images = fileURLToPath(new URL('../docs/images/', import.meta.url));
const longestWaitMs = 60_000;

/** What each picture shows: the alert with these words in its title. */
const pictures = [
  { file: 'teams.png', sink: 'teams', title: 'Break-glass USED' },
  { file: 'teams-role.png', sink: 'teams', title: 'oscar.lind@contoso.com: Global' },
  { file: 'teams-digest.png', sink: 'teams', title: 'Posture of contoso' },
  { file: 'mail.png', sink: 'mail', title: 'Break-glass USED' },
] as const;

/** The page of the break-glass incident, from its top to the form that answers it. */
const consolePictures = [
  { file: 'incident.png', width: 820 },
  { file: 'incident-phone.png', width: 320 },
] as const;

async function playSampleDay(stack: Stack, now: Date): Promise<void> {
  const { hub, functions, teams, mail, pagerDuty } = stack;
  const { envelopes, expected } = sampleDay({ now, seed: 'screenshots' });
  const bodies = envelopes.map(({ body }) => body);
  await play(hub.connectionString(hubName), hubName, bodies);
  await functions.runTimer('refreshDirectory');
  await functions.runTimer('checkPosture');
  const deadline = Date.now() + longestWaitMs;
  const hasAll = () =>
    teams.cards().length >= expected.length &&
    mail.mails().length >= expected.length &&
    pagerDuty.alerts().length > 0;
  while (!hasAll()) {
    if (Date.now() > deadline) throw new Error(`not all ${expected.length} alerts arrived`);
    await pause(100);
  }
}

async function photograph(
  browser: Browser,
  url: string,
  { file, title }: { file: string; title: string },
): Promise<void> {
  const page = await browser.newPage({
    viewport: { width: 820, height: 600 },
    colorScheme: 'light',
  });
  await page.goto(url);
  for (const article of await page.locator('main > article').all()) {
    if ((await article.innerText()).includes(title)) continue;
    await article.evaluate((element) => element.setAttribute('hidden', ''));
  }
  await page.screenshot({ path: `${images}${file}`, fullPage: true });
  await page.close();
}

async function photographIncident(
  browser: Browser,
  httpUrl: string,
  { file, width }: { file: string; width: number },
): Promise<void> {
  const cookie = await signInAs(httpUrl, responders[0]?.upn ?? '');
  const page = await browser.newPage({
    viewport: { width, height: 600 },
    colorScheme: 'light',
    extraHTTPHeaders: { cookie },
  });
  await page.goto(`${httpUrl}/incidents`);
  await page.getByRole('link', { name: 'Break-glass USED' }).click();
  const form = await page.locator('section:has(#who)').boundingBox();
  if (!form) throw new Error('the page of the incident has no form');
  const clip = { x: 0, y: 0, width, height: Math.ceil(form.y + form.height) + 16 };
  await page.screenshot({ path: `${images}${file}`, fullPage: true, clip });
  await page.close();
}

const now = new Date();
const stack = await startStack({
  policyFile,
  snapshot: sampleSnapshot(now),
  tenant: sampleTenant(now),
  people: responders,
});
try {
  await playSampleDay(stack, now);
  await mkdir(images, { recursive: true });
  const browser = await launchChromium();
  for (const picture of pictures) {
    await photograph(browser, stack[picture.sink].url, picture);
    process.stdout.write(`docs/images/${picture.file}\n`);
  }
  for (const picture of consolePictures) {
    await photographIncident(browser, stack.functions.httpUrl, picture);
    process.stdout.write(`docs/images/${picture.file}\n`);
  }
  await browser.close();
} finally {
  await stack.stop();
}
