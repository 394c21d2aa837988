import type * as z from 'zod';
import type { Resolved } from '../secrets.ts';
import type { Alert } from './alert.ts';

/**
 * The ways out of the process, each with a time limit, without redirects.
 * All throw WatchError: DELIVERY_UNAVAILABLE (try again, perhaps with `retryAfterMs`) or DELIVERY_REJECTED.
 */
export type Transports = {
  /** @param headers - beside `content-type`. */
  postJson(url: string, body: string, headers?: Readonly<Record<string, string>>): Promise<void>;
  sendMail(smtpUrl: string, mail: Mail): Promise<void>;
  /** Through Microsoft Graph, as MIME, from the mailbox in `mail.from`; the identity of the app signs in. */
  sendGraphMail(mail: Mail): Promise<void>;
  /**
   * Through Azure Communication Services.
   *
   * @param resource - a connection string, or an https endpoint that the identity of the app may use.
   * @param operationId - a GUID; a repeat with the same one sends nothing twice.
   */
  sendAcsMail(resource: string, mail: Mail, operationId: string): Promise<void>;
};

export type Mail = {
  from: string;
  to: readonly string[];
  subject: string;
  text: string;
  html: string;
  messageId: string;
  /** The thread's first message, on every message after it. */
  inReplyTo?: string;
  references?: string;
  headers: Readonly<Record<string, string>>;
  priority: 'high' | 'normal';
};

/** One kind of place where people are told. `channels/` has a file each. */
export type Channel<S extends z.ZodObject = z.ZodObject> = {
  type: string;
  /** What the policy may say of it besides its type. Secrets are named, never written: `secretRef`. */
  settings: S;
  /** In a few words, for `glasswatch check`. */
  describe(settings: z.output<S>): string;
  /**
   * Whether it works, and is read, without signing in to the watched tenant. A break-glass alert must go
   * to one that does: whoever holds the tenant can silence all others.
   */
  isOutside: boolean;
  /** It can address one person: `alert.personal` is set for such a channel alone. */
  isPersonal: boolean;
  /** The channel's own answer proves that it arrived (`answer`), or only whoever reads it can say (`reader`). */
  provenBy: 'answer' | 'reader';
  /** How many messages a minute it takes, and from how many on those that are not critical are folded. */
  pace: { mostPerMinute: number; foldAbove: number };
  /** @param settings - with each secret resolved to its value. */
  send(alert: Alert, settings: Resolved<z.output<S>>, transports: Transports): Promise<void>;
};

/** Checks a channel against its own settings, then hands it on as one of many. */
export const defineChannel = <S extends z.ZodObject>(channel: Channel<S>): Channel =>
  channel as unknown as Channel;
