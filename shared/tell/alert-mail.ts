import { cleanLine, truncate } from '../clean-text.ts';
import { WatchError } from '../errors.ts';
import { list, mailAddress } from '../policy/fields.ts';
import { isAtLeast } from '../severity.ts';
import { type Alert, isOfAnswer, uncorrectedTitle } from './alert.ts';
import type { Mail } from './channel.ts';
import { mailHtml } from './mail-html.ts';
import { mailText } from './mail-text.ts';

/** What every channel that sends mails asks of the policy. */
export const mailFields = {
  from: mailAddress.describe('The sender; its domain needs SPF, DKIM and DMARC.'),
  to: list(mailAddress, 'soc@contoso.com')
    .min(1, 'at least one mail address')
    .describe('At least one of them should be readable without signing in to the watched tenant.'),
};

/**
 * The alert as a mail. One that is for a person alone goes to that person alone.
 *
 * @throws {WatchError} `DELIVERY_REJECTED` if an id could be read as more than an id by a mail server;
 *   `DELIVERY_MISCONFIGURED` if the person has no address.
 */
export function mailOf(alert: Alert, from: string, to: readonly string[]): Mail {
  const domain = /^[^\s<>@]+@([A-Za-z0-9.-]+)$/.exec(from)?.[1];
  if (!domain) throw new WatchError('DELIVERY_REJECTED', 'the sender (from) is no mail address');
  const incident = plainId(alert.incident, 'incident');
  const delivery = cleanLine(alert.id).replace(/[^A-Za-z0-9-]/g, '-');
  const first = `<${incident}.1@${domain}>`;
  const messageId = hasOwnId(alert)
    ? `<${incident}.${Math.trunc(alert.revision)}.${delivery}@${domain}>`
    : `<${incident}.${Math.trunc(alert.revision)}@${domain}>`;
  return {
    // The severity stands with the sender, and so does a drill: shown first on a phone, and no part of
    // what makes a thread.
    from: `Glasswatch ${alert.drill ? 'DRILL ' : ''}${alert.severity.toUpperCase()} <${from}>`,
    to: alert.personal ? [addressOf(alert.personal.to)] : to,
    subject: subjectOf(alert),
    text: mailText(alert),
    html: mailHtml(alert),
    messageId,
    ...(messageId !== first && { inReplyTo: first, references: first }),
    headers: {
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      'X-Glasswatch-Incident': incident,
      ...(alert.finding && { 'X-Glasswatch-Finding': plainId(alert.finding, 'finding') }),
      'X-Glasswatch-Delivery': delivery,
    },
    priority: isAtLeast(alert.severity, 'high') ? 'high' : 'normal',
  };
}

/**
 * Of one revision a channel may tell more than once: each tier of an escalation, each person's own mail.
 * Mail programs drop a second mail with a Message-ID that they know.
 */
const hasOwnId = ({ kind, personal }: Alert) => personal !== null || isOfAnswer(kind);

function addressOf({ id, mail }: { id: string; mail: string | null }): string {
  if (mail !== null) return mail;
  throw new WatchError('DELIVERY_MISCONFIGURED', `people.${id}: the policy names no mail address`);
}

/**
 * The same for every revision, because some programs (Gmail) begin a new thread when it differs, even
 * though References holds the thread together everywhere else. So it has no severity, which may rise,
 * and is named after the finding that happened first, for the newest one leads the alert.
 */
function subjectOf(alert: Alert): string {
  const lead = { title: uncorrectedTitle(alert), time: alert.clocks.happenedAt };
  const first = [lead, ...alert.also].reduce((a, b) => (b.time < a.time ? b : a));
  const [start, end] = ['[Glasswatch] ', ` (${alert.incident.slice(0, 8)})`];
  // In characters, not graphemes: the limit of 78 is about what fits on one header line.
  const room = 77 - start.length - end.length;
  let title = cleanLine(first.title, room);
  for (let most = room; title.length > room; most -= 1) title = truncate(title, most);
  return `${start}${title}${end}`;
}

/** Ids become part of headers, and ours are all of this kind. */
function plainId(id: string, what: string): string {
  if (/^[A-Za-z0-9-]{1,100}$/.test(id)) return id;
  throw new WatchError(
    'DELIVERY_REJECTED',
    `the ${what} id must be 1 to 100 letters, digits and hyphens`,
  );
}
