import { WatchError } from '../errors.ts';
import type { Transports } from './channel.ts';
import { type PostOptions, postJson } from './post-json.ts';
import { type MailOptions, mailer } from './send-mail.ts';

/** The ways out that need a service of Azure; the wiring brings them. */
export type AzureMail = Pick<Transports, 'sendGraphMail' | 'sendAcsMail'>;

export type TransportOptions = Partial<AzureMail> & {
  /** For the embedded stack and tests: plain http and SMTP to this computer, and to it only. */
  allowLoopback?: boolean;
  timeoutMs?: number;
  standIns?: PostOptions['standIns'];
  /** The addresses of a host name; tests replace it. */
  resolve?: PostOptions['resolve'];
};

/**
 * The ways out of the process. Their errors name the host and what it answered, never a URL, a
 * password or what an answer or a library said in free words: those repeat secrets.
 */
export function transports(options: TransportOptions = {}): Transports & { close(): void } {
  const { allowLoopback = false, timeoutMs = 20_000, standIns, resolve } = options;
  const limits: PostOptions & MailOptions = {
    allowLoopback,
    timeoutMs,
    ...(standIns && { standIns }),
    ...(resolve && { resolve }),
  };
  const mail = mailer(limits);
  return {
    postJson: (url, body, headers) => postJson(url, body, limits, headers),
    sendMail: mail.send,
    sendGraphMail: options.sendGraphMail ?? (() => notConnected('Microsoft Graph')),
    sendAcsMail: options.sendAcsMail ?? (() => notConnected('Azure Communication Services')),
    close: mail.close,
  };
}

const notConnected = (service: string) =>
  Promise.reject(new WatchError('DELIVERY_MISCONFIGURED', `no mail goes through ${service} here`));
