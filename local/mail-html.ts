import { type Html, html } from '../shared/clean-text.ts';
import type { ReceivedMail } from './received-mail.ts';

export const mailCss = `
.mail { padding: 12px 16px; border-top: 1px solid var(--line); } .mail:first-of-type { border-top: 0; }
.mail h3 { margin: 0; font-size: 15px; } article > h2 { margin: 0; padding: 12px 16px; font-size: 17px; background: var(--emphasis); }
.mail iframe { display: block; width: 100%; height: 480px; border: 1px solid var(--line); border-radius: 6px; margin: 10px 0 4px; }
`;

/** A thread is an article, the one with the newest mail first; in it the newest mail comes first and is open. */
export function threadsHtml(mails: readonly ReceivedMail[]): Html[] {
  const threads = Map.groupBy(mails.toReversed(), ({ thread }) => thread);
  return [...threads.values()].map(
    (thread) => html`<article>
<h2>${thread.at(-1)?.subject}${thread.length > 1 && html` <span class="badge">${thread.length} mails</span>`}</h2>
${thread.map((mail, i) => mailHtml(mail, i === 0, thread.at(-1)?.subject))}</article>`,
  );
}

function mailHtml(mail: ReceivedMail, isOpen: boolean, threadSubject: string | undefined): Html {
  const { id, from, to, subject, receivedAt, repeatOf, text, raw } = mail;
  return html`<details class="mail" id="mail-${id}"${isOpen && html` open`}>
<summary><strong>${from}</strong> <span class="soft">to ${to.join(', ')} · ${receivedAt.slice(0, 19).replace('T', ' ')} UTC · #${id}</span>${
    repeatOf !== null && html` <a class="badge" href="#mail-${repeatOf}">repeat of #${repeatOf}</a>`
  }</summary>
${subject !== threadSubject && html`<h3>${subject}</h3>`}
${mail.html !== '' && html`<iframe title="Mail ${id}" sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox" srcdoc="${framed(mail.html)}"></iframe>`}
<details id="text-${id}"${mail.html === '' && html` open`}><summary>Text part</summary><pre>${text}</pre></details>
<details id="source-${id}"><summary>Source</summary><pre>${raw}</pre></details>
</details>`;
}

/**
 * In the frame nothing runs (no allow-scripts, and the page's own policy holds there as well); only so may
 * it share our origin, which is needed to give it the height of the mail. Links open in a new tab.
 */
const framed = (mail: string) =>
  mail.replace(/^(\s*<!doctype[^>]*>)?/i, '$1<base target="_blank">');
