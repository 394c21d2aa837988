import { cleanLine, type Html, type HtmlValue, html } from '../clean-text.ts';
import { isoOf } from '../time.ts';
import type { Reader } from './access.ts';
import { shortLine } from './fit.ts';
import { stylePath } from './style.ts';
import { timeText } from './words.ts';

export type Page = {
  title: string;
  /** Which part of the navigation it belongs to. */
  part?: 'incidents' | 'drills' | 'silences' | 'channels' | 'sinks';
  /** Two columns, where there is room. */
  isWide?: boolean;
  body: HtmlValue;
};

const parts = [
  ['incidents', 'Incidents'],
  ['drills', 'Drills'],
  ['silences', 'Silences'],
  ['channels', 'Channels'],
  ['sinks', 'Sinks'],
] as const;

/** A whole page. @param caller - null: whoever sees it is not signed in, and gets no navigation. */
export function frame(page: Page, caller: Reader | null, now: number): string {
  const nav = parts.map(
    ([part, name]) =>
      html`<a href="/${part}"${page.part === part && html` aria-current="page"`}>${name}</a>`,
  );
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no"><meta name="robots" content="noindex">
<title>${shortLine(page.title, 240)} · Glasswatch</title><link rel="stylesheet" href="${stylePath}"><link rel="icon" href="/icon.svg"></head>
<body><a class="skip" href="#main">Skip to the page</a>
<header class="top"><div>${caller ? html`<a class="brand" href="/incidents">Glasswatch</a><nav aria-label="Pages">${nav}</nav><p class="who">${cleanLine(caller.person.name, 80)} · <a href="/.auth/logout">Sign out</a></p>` : html`<p class="brand">Glasswatch</p>`}</div></header>
<main id="main" tabindex="-1"${page.isWide && html` class="two"`}>${page.body}</main>
<footer><p>As of ${timeText(isoOf(now))}. All times are UTC.</p></footer></body></html>
`.markup;
}

/** @param kind - `good`: it is done; `warn`: it is not, or not yet; `bad`: it was refused. */
export const notice = (kind: 'good' | 'warn' | 'bad', text: HtmlValue): Html =>
  html`<div class="notice ${kind} all" role="${kind === 'good' ? 'status' : 'alert'}">${text}</div>`;

/** A page that says one thing. */
export const plainPage = (title: string, text: string, more: HtmlValue = null): Page => ({
  title,
  body: html`<div class="sheet stack"><h1>${title}</h1><p>${text}</p>${more}</div>`,
});

export const linkTo = (href: string, text: string) => html`<p><a href="${href}">${text}</a></p>`;
