import type { SendMailOptions } from 'nodemailer';
import type { Mail } from './channel.ts';

/** How nodemailer is told of a mail: never with a file or a URL to fetch. */
export function mimeOptions(mail: Mail): SendMailOptions {
  const { from, subject, text, html, messageId, inReplyTo, references, priority } = mail;
  return {
    from,
    subject,
    text,
    html,
    messageId,
    priority,
    to: [...mail.to],
    headers: { ...mail.headers },
    ...(inReplyTo && { inReplyTo }),
    ...(references && { references }),
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** The bytes of a mail as SMTP would carry them. */
export async function mimeOf(mail: Mail): Promise<Buffer> {
  const { createTransport } = await import('nodemailer');
  const builder = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
  const { message } = await builder.sendMail(mimeOptions(mail));
  if (Buffer.isBuffer(message)) return message;
  throw new TypeError('the builder of mails gave no bytes');
}

/** The address within `Name <address>`. */
export const addressIn = (from: string) => /<([^<>\s]+)>$/.exec(from)?.[1] ?? from;
