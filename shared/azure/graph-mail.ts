import { ApiError } from '../directory/graph.ts';
import { WatchError } from '../errors.ts';
import type { Mail, Transports } from '../tell/channel.ts';
import { refusalOf, unavailable, unreachable } from '../tell/delivery-failure.ts';
import { addressIn, mimeOf } from '../tell/mail-mime.ts';
import { checkOrigin, tokenOf } from './api-credential.ts';
import { type ApiSettings, cleanCode } from './arm-client.ts';

const host = 'https://graph.microsoft.com';

type GraphMailSettings = Pick<ApiSettings, 'credential' | 'origin'> & { timeoutMs: number };

/**
 * Mails through `sendMail` of Microsoft Graph, from the mailbox that is the sender. As MIME: only so the
 * thread, the plain text and the headers against automatic answers arrive.
 *
 * @throws {WatchError} CONFIG_INVALID for an origin that is not allowed.
 * @see https://learn.microsoft.com/graph/api/user-sendmail
 */
export function graphMail(settings: GraphMailSettings): Transports['sendGraphMail'] {
  const { credential, timeoutMs } = settings;
  const origin = checkOrigin(settings.origin, credential) ?? host;

  return async (mail: Mail) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const sender = encodeURIComponent(addressIn(mail.from));
    const body = (await mimeOf(mail)).toString('base64');
    try {
      const answer = await fetch(`${origin}/v1.0/users/${sender}/sendMail`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${await tokenOf(credential, `${host}/.default`)}`,
          'content-type': 'text/plain',
        },
        body,
        redirect: 'manual',
        signal,
      });
      const text = await answer.text();
      if (answer.status !== 202) throw refusal(answer, text);
    } catch (error) {
      if (error instanceof WatchError) throw error;
      // The identity service, or the identity itself: it may come back, and then the mail goes out.
      if (error instanceof ApiError) throw unavailable('no token for Microsoft Graph');
      throw unreachable('Microsoft Graph', error, timeoutMs);
    }
  };
}

function refusal({ status, headers }: Response, text: string): WatchError {
  const code = codeIn(text);
  return refusalOf({
    host: 'Microsoft Graph',
    status,
    retryAfter: headers.get('retry-after'),
    ...(code && { code }),
  });
}

function codeIn(text: string): string | undefined {
  try {
    return cleanCode((JSON.parse(text) as { error?: { code?: unknown } } | null)?.error?.code);
  } catch {
    return undefined;
  }
}
