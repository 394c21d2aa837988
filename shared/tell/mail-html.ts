import { type Html, html } from '../clean-text.ts';
import type { Severity } from '../severity.ts';
import { type Alert, headlineOf, isAllClear } from './alert.ts';
import { clockLine } from './clock-line.ts';
import * as mail from './mail-text.ts';

/**
 * One column, at most 600 px, readable at 320. Nothing is fetched and nothing runs. Only the banner and
 * the button have colours of their own; all else takes the reader's, so dark mode needs no second set.
 */
export const mailHtml = (alert: Alert): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no">
<title>${mail.plain(alert.title)}</title>
</head>
<body style="${style.body}">
<div style="${style.column}">
${banner(alert)}
${notes(alert)}
${alert.summary && html`<p style="${style.paragraph}">${mail.plain(alert.summary)}</p>`}
${button(alert)}
${nextSteps(alert)}
${facts(alert)}
<p style="${style.clocks}">${clockLine(alert.clocks)}</p>
${alert.why && [heading('Why it matters'), html`<p style="margin:0">${mail.plain(alert.why, 600)}</p>`]}
${also(alert)}
<div style="${style.ids}">${mail.idsOf(alert).map(([label, value]) => html`<div>${label}: ${value}</div>`)}</div>
</div>
</body>
</html>
`.markup;

// Inline, for some mail programs throw style elements away.
const hairline = 'border-top:1px solid rgba(128,128,128,.35)';
const fonts = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const style = {
  body: `margin:0;padding:0;color-scheme:light dark;${fonts};font-size:16px;line-height:1.45`,
  column: 'max-width:600px;margin:0 auto;padding:12px;overflow-wrap:anywhere;word-break:break-word',
  banner: 'color:#ffffff;padding:14px 16px;border-radius:6px',
  news: 'font-size:13px;font-weight:700;letter-spacing:.06em',
  title: 'margin:4px 0 0;font-size:21px;line-height:1.25;font-weight:700',
  paragraph: 'margin:16px 0 0',
  drill: 'margin:12px 0 0;padding:8px 12px;border:2px dashed currentColor;font-weight:600',
  note: 'margin:12px 0 0;font-weight:600',
  small: 'margin:8px 0 0;font-size:14px',
  button:
    'display:inline-block;background:#1f5fbf;color:#ffffff;padding:12px 18px;border-radius:6px;' +
    'font-weight:600;text-decoration:none',
  heading: 'margin:20px 0 6px;font-size:16px',
  list: 'margin:0;padding-left:22px',
  item: 'margin:0 0 6px',
  table: 'width:100%;border-collapse:collapse;table-layout:fixed;font-size:15px',
  label: `width:92px;padding:6px 10px 6px 0;vertical-align:top;font-size:14px;${hairline}`,
  value: `padding:6px 0;vertical-align:top;font-weight:600;${hairline}`,
  clocks: 'margin:12px 0 0;font-size:14px',
  ids: `margin:20px 0 0;padding:10px 0 0;${hairline};font-size:13px`,
};

// White on each of them has a contrast of at least 4.5, and programs that darken mail leave them readable.
const bannerColors: Record<Severity, string> = {
  critical: '#a4161a',
  high: '#b23c00',
  medium: '#7a5b00',
  low: '#2b5f8a',
  informational: '#4d5866',
};

const allClearColor = '#17621b';

const banner = (
  alert: Alert,
) => html`<div style="background:${isAllClear(alert) ? allClearColor : bannerColors[alert.severity]};${style.banner}">
<div style="${style.news}">${headlineOf(alert)} · ${mail.tenantOf(alert)}</div>
<h1 style="${style.title}">${mail.plain(alert.title)}</h1>
</div>`;

/** A drill, an answer, and who is asked: before all that the log says. */
function notes(alert: Alert) {
  const drill = mail.drillLine(alert);
  const lines = [mail.answerLine(alert), mail.askedLine(alert)].filter((line) => line);
  return [
    drill && html`<p style="${style.drill}">${drill}</p>`,
    lines.map((line) => html`<p style="${style.note}">${line}</p>`),
  ];
}

function button(alert: Alert) {
  const action = mail.actionOf(alert);
  if (!action) return null;
  const { title, url, note } = action;
  return [
    html`<p style="${style.paragraph}"><a href="${url}" style="${style.button}">${title}</a></p>`,
    note && html`<p style="${style.small}">${note}</p>`,
  ];
}

const heading = (text: string) => html`<h2 style="${style.heading}">${text}</h2>`;

const items = (texts: readonly string[]) =>
  texts.map((text) => html`<li style="${style.item}">${text}</li>`);

function nextSteps({ next }: Alert) {
  if (next.length === 0) return null;
  const steps = next.slice(0, mail.maxNext).map((step) => mail.plain(step));
  return [heading('What to do next'), html`<ol style="${style.list}">${items(steps)}</ol>`];
}

function also(alert: Alert) {
  const others = mail.othersOf(alert);
  if (others <= 0) return null;
  const lines = items(mail.alsoLines(alert));
  return [
    heading(`Also in this incident (${others})`),
    html`<ul style="${style.list}">${lines}</ul>`,
  ];
}

function facts(alert: Alert) {
  const rows = mail.factsOf(alert);
  if (rows.length === 0) return null;
  const table = html`<table role="presentation" style="${style.table}">${rows.map(row)}</table>`;
  return [heading('What happened'), table];
}

const row = ([label, value]: mail.Row): Html =>
  html`<tr><td style="${style.label}">${label}</td><td style="${style.value}">${value}</td></tr>
`;
