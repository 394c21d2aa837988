import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import { launchChromium } from '../../tools/chromium.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const openBrowser = async (): Promise<Browser> => launchChromium();

/** A phone on which scripts are off. */
export const phone = { viewport: { width: 320, height: 700 }, javaScriptEnabled: false };

/** Presses Tab until what has the focus is called so. */
export async function tabTo(
  page: Page,
  role: 'button' | 'radio' | 'textbox',
  name: string | RegExp,
): Promise<void> {
  const focused = page.getByRole(role, { name }).and(page.locator(':focus'));
  for (let presses = 0; presses < 80; presses += 1) {
    await page.keyboard.press('Tab');
    if ((await focused.count()) > 0) return;
  }
  throw new Error(`Tab never comes to ${name} on ${page.url()}.`);
}

/** Whoever sees little, or uses no mouse, can use the page; and nothing of it sticks out of a phone. */
export async function expectUsable(page: Page): Promise<void> {
  await page.locator('details').evaluateAll((all) => {
    for (const one of all) one.setAttribute('open', '');
  });
  for (const width of [320, 1000]) {
    await page.setViewportSize({ width, height: 800 });
    // Past the page's own policy, which would not let it in.
    await page.evaluate(axe);
    const { violations } = (await page.evaluate('axe.run()')) as AxeResults;
    const found = violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
    const overhang = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
    expect([page.url(), found, await page.evaluate(overhang)]).toEqual([page.url(), [], 0]);
  }
}
