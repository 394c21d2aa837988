import type { Transports } from './channel.ts';
import { type PostOptions, postJson } from './post-json.ts';
import { type MailOptions, mailer } from './send-mail.ts';

type TransportOptions = {
  /** For the embedded stack and tests: plain http and SMTP to this computer, and to it only. */
  allowLoopback?: boolean;
  timeoutMs?: number;
  /** The addresses of a host name; tests replace it. */
  resolve?: PostOptions['resolve'];
};

/**
 * The ways out of the process. Their errors name the host and what it answered, never a URL, a
 * password or what an answer or a library said in free words: those repeat secrets.
 */
export function transports(options: TransportOptions = {}): Transports & { close(): void } {
  const { allowLoopback = false, timeoutMs = 20_000, resolve } = options;
  const limits: PostOptions & MailOptions = {
    allowLoopback,
    timeoutMs,
    ...(resolve && { resolve }),
  };
  const mail = mailer(limits);
  return {
    postJson: (url, body) => postJson(url, body, limits),
    sendMail: mail.send,
    close: mail.close,
  };
}
