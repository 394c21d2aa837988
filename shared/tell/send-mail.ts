import { WatchError } from '../errors.ts';
import type { Mail } from './channel.ts';
import { isLoopbackHost } from './host-rules.ts';
import { mimeOptions } from './mail-mime.ts';

export type MailOptions = { allowLoopback: boolean; timeoutMs: number };

/**
 * Sends through SMTP servers, with one pool of connections for each.
 *
 * `smtps://user:password@host:465` speaks TLS from the first byte, `smtp://…:587` must upgrade to it.
 * Options in the query of the URL are not read: they could turn the checks of TLS off.
 */
export function mailer(options: MailOptions) {
  const pools = new Map<string, ReturnType<typeof openPool>>();
  const poolFor = (smtpUrl: string) => {
    const pool = pools.get(smtpUrl) ?? openPool(serverOf(smtpUrl), options);
    pools.set(smtpUrl, pool);
    return pool;
  };
  return {
    /**
     * @throws {WatchError} `DELIVERY_REJECTED` if the server refuses for good (5xx) the login, the mail or
     *   one of the recipients; `DELIVERY_UNAVAILABLE` if it can not be reached or says try again (4xx).
     */
    async send(smtpUrl: string, mail: Mail): Promise<void> {
      const { hostname } = serverOf(smtpUrl);
      const pool = await poolFor(smtpUrl);
      const { rejected, rejectedErrors } = await pool.sendMail(mimeOptions(mail)).catch((error) => {
        throw failure(hostname, error);
      });
      if (rejected.length === 0) return;
      // A recipient who may still be reached is worth a repeat to all: it has the same Message-ID.
      const errors: readonly { responseCode?: number }[] = rejectedErrors ?? [];
      const worst = errors.find(({ responseCode = 0 }) => responseCode < 500) ?? errors[0];
      throw failure(hostname, worst, `for ${rejected.length} of ${mail.to.length} recipients`);
    },
    close() {
      for (const pool of pools.values()) void pool.then((one) => one.close());
      pools.clear();
    },
  };
}

function serverOf(smtpUrl: string): URL {
  const url = URL.parse(smtpUrl);
  if (url?.hostname && /^smtps?:$/.test(url.protocol)) return url;
  throw new WatchError('DELIVERY_REJECTED', 'the mail server must be smtps://host or smtp://host');
}

/** Its library is loaded with the first mail: whoever has no such channel does not pay for it. */
async function openPool(server: URL, { allowLoopback, timeoutMs }: MailOptions) {
  const { createTransport } = await import('nodemailer');
  const secure = server.protocol === 'smtps:';
  const isLocal = allowLoopback && isLoopbackHost(server.hostname);
  const login = {
    user: unescaped(server.username),
    pass: unescaped(server.password),
  };
  return createTransport({
    pool: true,
    maxConnections: 2,
    // The outbox repeats; a repeat in here would hide from it how long the server has been away.
    ...{ maxRequeues: 0 },
    host: server.hostname.replace(/^\[|\]$/g, ''),
    port: Number(server.port) || (secure ? 465 : 587),
    secure,
    requireTLS: !secure && !isLocal,
    ignoreTLS: isLocal,
    ...(login.user && { auth: login }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

/** What the server said in words stays out: it may repeat the login, and anyone can write it. */
function failure(hostname: string, error: unknown, whom = ''): WatchError {
  const { responseCode, code, command } = (error ?? {}) as Record<string, unknown>;
  const words = [word(code) ?? 'connection failed', word(command) && `at ${word(command)}`, whom];
  const reason = words.filter(Boolean).join(' ');
  if (typeof responseCode !== 'number') {
    // Refused by our own library, before any server: that will not change.
    const isOurs = ['EENVELOPE', 'EMESSAGE', 'EAUTH'].includes(String(code));
    const kind = isOurs ? 'DELIVERY_REJECTED' : 'DELIVERY_UNAVAILABLE';
    return new WatchError(kind, `mail server ${hostname}: ${reason}`);
  }
  const kind = kindOf(responseCode);
  return new WatchError(kind, `mail server ${hostname} answered ${responseCode}: ${reason}`);
}

/** 530, 534 and 535 are about the login, which someone can mend. */
function kindOf(code: number) {
  if (code === 530 || code === 534 || code === 535) return 'DELIVERY_MISCONFIGURED';
  return code >= 500 ? 'DELIVERY_REJECTED' : 'DELIVERY_UNAVAILABLE';
}

/** A stray % in a password is a % then, and no error that repeats it. */
function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const word = (value: unknown) =>
  typeof value === 'string' && /^[A-Z][A-Z0-9 _]{1,30}$/.test(value) ? value : undefined;
