import type { EmailClient, EmailMessage } from '@azure/communication-email';
import type { TokenCredential } from '@azure/identity';
import { WatchError } from '../errors.ts';
import type { Mail, Transports } from '../tell/channel.ts';
import { refusalOf, rejected, unavailable, unreachable } from '../tell/delivery-failure.ts';
import { isLoopbackHost } from '../tell/host-rules.ts';
import { addressIn } from '../tell/mail-mime.ts';
import { cleanCode } from './arm-client.ts';

type AcsMailSettings = {
  /** Signs in where the resource is named by its endpoint. */
  credential: TokenCredential;
  /** For the sending and for asking how it went, together. */
  timeoutMs: number;
  allowLoopback?: boolean;
};

/**
 * Mails through Azure Communication Services. Waits until the service has handed the mail out; if that
 * takes longer than there is time, a repeat with the same operation asks on and sends nothing twice.
 *
 * @see https://learn.microsoft.com/azure/communication-services/quickstarts/email/send-email
 */
export function acsMail(settings: AcsMailSettings): Transports['sendAcsMail'] {
  const clients = new Map<string, Promise<EmailClient>>();
  const clientFor = (resource: string) => {
    const client = clients.get(resource) ?? openClient(resource, settings);
    clients.set(resource, client);
    client.catch(() => clients.delete(resource));
    return client;
  };
  const { timeoutMs } = settings;

  return async (resource, mail, operationId) => {
    const { hostname } = targetOf(resource);
    const abortSignal = AbortSignal.timeout(timeoutMs);
    const client = await clientFor(resource);
    try {
      const options = { operationId, abortSignal, updateIntervalInMs: 1_000 };
      const poller = await client.beginSend(messageOf(mail), options);
      await poller.pollUntilDone({ abortSignal });
    } catch (error) {
      if (abortSignal.aborted) {
        throw unavailable(`${hostname} has not sent the mail within ${timeoutMs} ms`);
      }
      throw failure(hostname, error, timeoutMs);
    }
  };
}

/** Loaded on first use: whoever has no such channel does not pay for it. */
async function openClient(resource: string, settings: AcsMailSettings): Promise<EmailClient> {
  const { url, hasKey } = targetOf(resource);
  const isLocal = settings.allowLoopback === true && isLoopbackHost(url.hostname);
  if (url.protocol !== 'https:' && !isLocal) throw misconfigured('must begin with https://');
  const { EmailClient } = await import('@azure/communication-email');
  const options = {
    // The outbox repeats; a redirect would lead somewhere that nobody named.
    retryOptions: { maxRetries: 0 },
    redirectOptions: { maxRetries: 0 },
    ...(isLocal && { allowInsecureConnection: true }),
  };
  if (hasKey) return new EmailClient(resource, options);
  if (!/\.communication\.azure\.(?:com|us|cn)$/.test(url.hostname)) {
    throw misconfigured('must be an endpoint under communication.azure.com to be signed in to');
  }
  return new EmailClient(url.origin, settings.credential, options);
}

/** Not the library's own reading: its errors repeat the connection string, and so the key. */
function targetOf(resource: string): { url: URL; hostname: string; hasKey: boolean } {
  const fields = new Map(
    resource.split(';').map((field) => {
      const at = field.indexOf('=');
      return [field.slice(0, at).trim().toLowerCase(), field.slice(at + 1).trim()] as const;
    }),
  );
  const key = fields.get('accesskey');
  const url = URL.parse(fields.get('endpoint') ?? resource.trim());
  if (!url || url.username || url.password || url.hostname === '' || key === '') {
    throw misconfigured('must be endpoint=https://…;accesskey=…, or https://…');
  }
  return { url, hostname: url.hostname, hasKey: key !== undefined };
}

const misconfigured = (what: string) =>
  new WatchError('DELIVERY_MISCONFIGURED', `the resource of Azure Communication Services ${what}`);

function messageOf(mail: Mail): EmailMessage {
  const { from, to, subject, text, html, messageId, inReplyTo, references, headers } = mail;
  return {
    // It takes an address alone: the name that people see is set with the sender address in the resource.
    senderAddress: addressIn(from),
    recipients: { to: to.map((address) => ({ address })) },
    content: { subject, plainText: text, html },
    headers: {
      ...headers,
      'Message-ID': messageId,
      ...(inReplyTo && { 'In-Reply-To': inReplyTo }),
      ...(references && { References: references }),
      ...(mail.priority === 'high' && { 'X-Priority': '1', Importance: 'High' }),
    },
    disableUserEngagementTracking: true,
  };
}

/** What the service or the library says in words stays out: it may repeat what was sent. */
function failure(host: string, error: unknown, timeoutMs: number): WatchError {
  const { statusCode, code, response, message } = (error ?? {}) as {
    statusCode?: unknown;
    code?: unknown;
    message?: unknown;
    response?: { headers?: { get(name: string): string | undefined } };
  };
  // The library has no other sign that the mail was accepted, and then not sent.
  const ended = /long-running operation has failed|Operation was canceled/.exec(String(message));
  if (ended) return rejected(`${host} has accepted the mail and not sent it`);
  if (typeof statusCode === 'number') {
    const retryAfter = response?.headers?.get('retry-after') ?? null;
    const word = cleanCode(code);
    return refusalOf({ host, status: statusCode, retryAfter, ...(word && { code: word }) });
  }
  if (error instanceof Error && /Credential|Authentication/.test(error.name)) {
    return unavailable(`no token for ${host}`);
  }
  return unreachable(host, error, timeoutMs);
}
