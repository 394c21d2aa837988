import { Html, html } from '../shared/clean-text.ts';

/** The look that the pages of the local sinks share. No page loads anything from anywhere. */

const css = `
:root { color-scheme: light dark; --page: #f3f2f1; --sheet: #fff; --ink: #201f1e; --soft: #605e5c; --line: #d8d6d4;
  --link: #3b5bb5; --attention: #fbdcdc; --warning: #fde6cf; --accent: #dfe6f8; --good: #dcf0dc; --emphasis: #ebe9e8;
  --attention-ink: #8f1419; --warning-ink: #8a3700; --accent-ink: #2a4a9c; --good-ink: #17621b; }
@media (prefers-color-scheme: dark) {
  :root { --page: #141414; --sheet: #242424; --ink: #f2f1f0; --soft: #b3b0ad; --line: #444; --link: #9db4f5;
    --attention: #4d1f22; --warning: #4a2d12; --accent: #27345a; --good: #1d3d20; --emphasis: #333;
    --attention-ink: #ffb3b5; --warning-ink: #ffc999; --accent-ink: #b9c8fb; --good-ink: #a9dfad; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink);
  font: 15px/1.45 -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif; overflow-wrap: anywhere; }
header, main { max-width: 780px; margin: 0 auto; padding: 12px 16px; }
header h1 { margin: 8px 0 0; font-size: 20px; }
header p, .soft { color: var(--soft); margin: 2px 0; font-size: 14px; }
article { background: var(--sheet); border: 1px solid var(--line); border-radius: 8px; margin: 0 0 16px; overflow: hidden; }
a { color: var(--link); }
pre { white-space: pre-wrap; font: 13px/1.4 ui-monospace, Consolas, monospace; margin: 0; padding: 12px 0; }
summary { cursor: pointer; padding: 6px 0; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.badge { display: inline-block; background: var(--emphasis); border-radius: 10px; padding: 1px 9px; font-size: 13px; }
.empty { text-align: center; padding: 48px 0; color: var(--soft); }
`;

// The list is made by the server, which escapes; the script only puts it in place and keeps open what was open.
const liveScript = `
const list = document.querySelector('main');
const fit = () => { for (const frame of list.querySelectorAll('iframe')) {
  const resize = () => {
    const mail = frame.contentDocument?.documentElement;
    if (!mail || !frame.checkVisibility()) return;
    frame.style.height = '0';
    frame.style.height = mail.scrollHeight + 2 + 'px';
  };
  frame.onload = resize;
  resize();
} };
const refresh = async () => {
  const open = new Map([...list.querySelectorAll('details[id]')].map((one) => [one.id, one.open]));
  const page = new DOMParser().parseFromString(await (await fetch('/')).text(), 'text/html');
  list.replaceChildren(...page.querySelector('main').childNodes);
  for (const one of list.querySelectorAll('details[id]')) if (open.has(one.id)) one.open = open.get(one.id);
  fit();
};
new EventSource('/changes').addEventListener('changed', refresh);
addEventListener('resize', fit);
addEventListener('toggle', fit, true);
fit();
`;

type SinkPage = {
  title: string;
  about: string;
  css?: string;
  items: readonly Html[];
  nonce: string;
};

/** A whole page around the items, newest first. `nonce` is that of the answer's security policy. */
export const sinkPage = ({ title, about, css: more = '', items, nonce }: SinkPage): string =>
  html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title><style>${ownText(css + more)}</style></head>
<body><header><h1>${title}</h1><p>${about}</p></header>
<main>${items.length > 0 ? items : html`<p class="empty">Nothing has arrived yet. This page shows it when it does.</p>`}</main>
<script nonce="${nonce}">${ownText(liveScript)}</script></body></html>
`.markup;

/** Styles and scripts are ours and constant: escaping would change what they mean. */
const ownText = (text: string) => new Html(text);
