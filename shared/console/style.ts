import { createHash } from 'node:crypto';

/** The one stylesheet. Nothing of it comes from elsewhere, and no page has any style of its own. */
const css = `
:root { color-scheme: light dark; --page: #f4f5f7; --sheet: #fff; --well: #f7f8fa; --ink: #1a1f26;
  --soft: #56606c; --line: #d9dee4; --edge: #7b8794; --link: #0a53a8; --press: #0a53a8;
  --on-press: #fff; --critical: #a61b13; --on-critical: #fff; --high: #fbe3d3; --high-ink: #7c3204;
  --calm: #e7edf5; --calm-ink: #23405f; --good: #e0f0e3; --good-ink: #1c5429; --bad: #fbe6e4;
  --bad-ink: #86150e; }
@media (prefers-color-scheme: dark) { :root { --page: #0f1317; --sheet: #171c22; --well: #1d232a;
  --ink: #e9edf1; --soft: #a5b0bb; --line: #303843; --edge: #7d8997; --link: #8fbcff;
  --press: #9cc3ff; --on-press: #0c1d33; --critical: #ff9d94; --on-critical: #350a06;
  --high: #4a2a14; --high-ink: #ffc9a3; --calm: #233040; --calm-ink: #c4d8f0;
  --good: #1a3521; --good-ink: #a9dcb4; --bad: #45191a; --bad-ink: #ffbdb6; } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--ink); overflow-wrap: anywhere;
  font: 16px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif; }
a { color: var(--link); text-underline-offset: .15em; }
h1, h2, h3, p, dl, ol, ul, fieldset { margin: 0; }
h1 { font-size: 1.4rem; line-height: 1.25; letter-spacing: -.01em; text-wrap: balance; }
h2 { font-size: 1.05rem; line-height: 1.3; margin-bottom: .6rem; }
h3 { font-size: 1rem; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 4px; }
.skip { position: absolute; left: -999rem; background: var(--sheet); padding: .8rem 1rem; z-index: 1; }
.skip:focus { left: .5rem; top: .5rem; }
.top { background: var(--sheet); border-bottom: 1px solid var(--line); }
.top > div, main, footer { max-width: 68rem; margin: 0 auto; padding-inline: 1rem; }
.top > div { display: flex; flex-wrap: wrap; gap: 0 1.2rem; align-items: baseline; }
.brand { font-weight: 700; color: inherit; text-decoration: none; padding: .7rem 0; }
.top nav { display: flex; flex-wrap: wrap; gap: 0 1rem; }
.top nav a { color: var(--soft); text-decoration: none; padding: .7rem 0; border-bottom: 3px solid transparent; }
.top nav a:hover, .top nav a[aria-current] { color: var(--ink); }
.top nav a[aria-current] { border-color: var(--press); font-weight: 600; }
.who { margin-left: auto; color: var(--soft); font-size: .875rem; padding: .4rem 0; }
main { padding-block: 1.2rem 2rem; display: grid; gap: 1rem; grid-template-columns: minmax(0, 1fr); }
main:focus { outline: none; }
footer { padding-block: 0 2rem; color: var(--soft); font-size: .875rem; }
.soft { color: var(--soft); }
.small { font-size: .875rem; }
.sheet { background: var(--sheet); border: 1px solid var(--line); border-radius: 10px; padding: 1rem; min-width: 0; }
.sheet > * + *, .stack > * + * { margin-top: .7rem; }
.sheet > h2 { margin-top: 0; }
.head > * + * { margin-top: .5rem; }
.marks { display: flex; flex-wrap: wrap; gap: .4rem; align-items: center; }
.mark { display: inline-block; border-radius: 5px; padding: .1rem .5rem; font-size: .8125rem;
  font-weight: 600; border: 1px solid transparent; background: var(--calm); color: var(--calm-ink); }
.critical { background: var(--critical); color: var(--on-critical); text-transform: uppercase; letter-spacing: .04em; }
.high, .warn { background: var(--high); color: var(--high-ink); border-color: currentColor; }
.open { background: transparent; color: var(--ink); border: 2px solid currentColor; }
.good { background: var(--good); color: var(--good-ink); }
.bad { background: var(--bad); color: var(--bad-ink); border-color: currentColor; }
.drill { background: transparent; color: var(--ink); border: 2px dashed currentColor; letter-spacing: .08em; }
.notice { border-radius: 10px; padding: .8rem 1rem; border: 1px solid currentColor; border-left-width: 6px; }
.notice > * + * { margin-top: .4rem; }
.list { list-style: none; padding: 0; display: grid; gap: .6rem; }
.row { display: block; }
.row h3 a { color: inherit; text-decoration: none; }
.row h3 a:hover { text-decoration: underline; }
.row > * + *, .row > h2 { margin: .35rem 0 0; }
.row.hot { border-left: 6px solid var(--critical); }
.facts { display: grid; gap: .3rem .8rem; grid-template-columns: fit-content(6.2rem) minmax(0, 1fr); align-items: baseline; }
.facts dt { color: var(--soft); font-size: .9375rem; }
.facts dd { margin: 0; }
form { display: grid; gap: .8rem; grid-template-columns: minmax(0, 1fr); }
form.line { display: block; }
fieldset { border: 0; padding: 0; display: grid; gap: .5rem; min-width: 0; }
legend, .field > label { font-weight: 600; padding: 0 0 .3rem; display: block; }
.choice { display: flex; gap: .7rem; align-items: center; border: 1px solid var(--edge); border-radius: 8px;
  padding: .45rem .8rem; min-height: 3rem; cursor: pointer; background: var(--well); }
.choice:has(:checked) { border-color: var(--press); box-shadow: inset 0 0 0 2px var(--press); }
.choice:has(:focus-visible) { outline: 3px solid var(--link); outline-offset: 2px; }
.choice input { width: 1.25rem; height: 1.25rem; margin: 0; flex: none; accent-color: var(--press); outline: none; }
.choice b { display: block; line-height: 1.25; }
.choice span span { font-size: .875rem; color: var(--soft); display: block; line-height: 1.3; }
input[type=text], input[type=datetime-local], select, textarea { font: inherit; width: 100%; min-height: 3rem;
  padding: .5rem .8rem; color: var(--ink); background: var(--sheet); border: 1px solid var(--edge); border-radius: 8px; }
textarea { min-height: 5rem; resize: vertical; }
.hint { color: var(--soft); font-size: .875rem; display: block; font-weight: 400; }
button, .button { font: inherit; font-weight: 600; min-height: 3rem; padding: .6rem 1.4rem; border-radius: 8px;
  border: 1px solid var(--press); background: var(--press); color: var(--on-press); cursor: pointer;
  text-decoration: none; display: inline-block; }
button.second { background: transparent; color: var(--link); }
button.small { min-height: 2.75rem; padding: .3rem .9rem; }
details > summary { cursor: pointer; font-weight: 600; padding: .5rem 0; min-height: 2.75rem; }
.check { list-style: none; padding: 0; }
.check > li { border-top: 1px solid var(--line); padding: .6rem 0; display: grid; gap: .4rem; }
.check > li:first-child { border-top: 0; padding-top: 0; }
.time { list-style: none; padding: 0; }
.time > li { border-left: 2px solid var(--line); padding: 0 0 .9rem .9rem; }
.time > li > * { display: block; }
.time .kind { font-weight: 600; }
.time > .deed { border-left: 5px solid var(--ink); padding-left: calc(.9rem - 3px); }
.time > .deed > .kind { width: fit-content; } .deed > .kind + span { font-weight: 600; }
.trouble { color: var(--bad-ink); }
.told { padding-left: 1.1rem; }
.told > li + li { margin-top: .4rem; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; }
th, td { text-align: left; vertical-align: top; padding: .45rem .8rem .45rem 0; border-top: 1px solid var(--line); }
th .small { font-weight: 400; }
thead th { border-top: 0; color: var(--soft); font-size: .875rem; font-weight: 600; }
ol.next { padding-left: 1.3rem; }
ol.next > li + li { margin-top: .3rem; }
code { font: .875em ui-monospace, Consolas, monospace; background: var(--well); padding: .1em .3em; border-radius: 4px; }
@media (max-width: 36rem) { .brand { padding: .5rem 0 0; width: 100%; } .top nav { gap: 0 .75rem; font-size: .9375rem; } .top nav a { padding: .5rem 0; } main { padding-top: .9rem; } h1 { font-size: 1.25rem; } button, .button { width: 100%; text-align: center; } .who { margin-left: 0; width: 100%; padding-top: 0; }
  button.small { width: auto; } .cards thead { position: absolute; left: -999rem; }
  .cards tr { display: block; border-top: 1px solid var(--line); padding: .5rem 0; } .cards th, .cards td { display: block; border: 0; padding: .1rem 0; } }
@media (min-width: 36rem) { .facts { grid-template-columns: fit-content(12rem) minmax(0, 1fr); } form > button { justify-self: start; }
  .check > li { grid-template-columns: minmax(0, 1fr) max-content; align-items: center; }
  .time > li { display: grid; grid-template-columns: 12.5rem minmax(0, 1fr); gap: 0 1rem; } .time > li > * { grid-column: 2; }
  .time > li > .at { grid-column: 1; grid-row: 1 / span 4; } }
@media (min-width: 60rem) { .jump { display: none; } .two { grid-template-columns: minmax(0, 5fr) minmax(0, 4fr); align-items: start; }
  .two > .all { grid-column: 1 / -1; } .two > .tall { grid-row: span 2; } h1 { font-size: 1.6rem; } .sheet { padding: 1.25rem 1.4rem; } }
@media (prefers-reduced-motion: no-preference) { .top nav a, button { transition: background-color .12s, color .12s; } }
@media (forced-colors: active) { .mark, .notice { border: 1px solid; } .choice:has(:checked) { outline: 3px solid Highlight; } }
@media print { .top, footer, form, .no-print { display: none; } body { background: #fff; color: #000; font-size: 11pt; }
  .sheet { border: 0; padding: 0; break-inside: avoid; } }
`;

/** Without the line breaks that are there for us. */
export const stylesheet = css.trim().replace(/\n\s*/g, ' ');

/** A new look has a new address, so a browser may keep it. */
export const stylePath = `/style-${createHash('sha256').update(stylesheet).digest('hex').slice(0, 12)}.css`;

/** A watching eye in a circle. */
export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><circle cx="16" cy="16" r="15" fill="#0a53a8"/><path d="M4 16q12-14 24 0-12 14-24 0z" fill="#fff"/><circle cx="16" cy="16" r="5" fill="#1a1f26"/></svg>`;
