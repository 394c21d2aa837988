import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import PostalMime from 'postal-mime';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { mailCss, threadsHtml } from './mail-html.ts';
import type { ReceivedMail } from './received-mail.ts';
import { sinkPage } from './sink-page.ts';
import { startSinkServer } from './sink-server.ts';

/** How a coming mail fails: refused with a code at one of the steps of SMTP, or the connection is cut. */
export type MailFault = { code: number; at?: 'connect' | 'from' | 'to' | 'data' } | { reset: true };

type MailSinkOptions = {
  /** 0, as by default, takes a free one. */
  smtpPort?: number;
  httpPort?: number;
  /** Mails are kept here as `.eml` files, and are there again after a restart. */
  folder?: string;
  onMail?: (mail: ReceivedMail) => void;
};

const maxMailBytes = 1_000_000;

/** A mail server that keeps what it gets, and a page that shows it as a mail program would. */
export async function startMailSink(options: MailSinkOptions = {}) {
  const { smtpPort = 0, httpPort = 0, folder, onMail } = options;
  const mails: ReceivedMail[] = [];
  const faults: MailFault[] = [];
  for (const { raw, receivedAt } of savedMails(folder)) {
    mails.push(await parseMail(raw, receivedAt, [], mails));
  }

  const server = await startSinkServer({
    port: httpPort,
    messages: () => mails,
    page: (nonce) =>
      sinkPage({
        title: 'Mailbox',
        about: 'Mails as they arrived, by thread, newest first. Nothing here leaves this computer.',
        css: mailCss,
        items: threadsHtml(mails),
        nonce,
      }),
  });

  const keep = async (raw: Buffer, recipients: string[]) => {
    const mail = await parseMail(raw, new Date().toISOString(), recipients, mails);
    mails.push(mail);
    if (folder) writeFileSync(join(folder, `${String(mail.id).padStart(5, '0')}.eml`), raw);
    server.changed();
    onMail?.(mail);
  };
  const smtp = smtpServer(faults, keep);
  await new Promise<void>((resolve, reject) => {
    smtp.once('error', reject);
    smtp.listen(smtpPort, '127.0.0.1', resolve);
  });
  // A client that goes away in the middle of a mail is no fault of the sink.
  smtp.on('error', () => {});

  return {
    url: server.url,
    smtpUrl: `smtp://127.0.0.1:${(smtp.server.address() as AddressInfo).port}`,
    mails: (): readonly ReceivedMail[] => mails,
    /** A mail that came on another way than SMTP. */
    take: (raw: Buffer) => keep(raw, []),
    /** The next `times` mails fail in this way; calls add up. Refused mails are not kept. */
    failNext(times: number, fault: MailFault) {
      faults.push(...Array.from({ length: times }, () => fault));
    },
    async close() {
      await Promise.all([new Promise<void>((resolve) => smtp.close(resolve)), server.close()]);
    },
  };
}

function smtpServer(
  faults: MailFault[],
  keep: (raw: Buffer, recipients: string[]) => Promise<void>,
): SMTPServer {
  /** Takes the next fault if it is one for this step. */
  const check = (step: string, session: SMTPServerSession) => {
    const [fault] = faults;
    if (!fault) return null;
    const isNow = 'reset' in fault ? step === 'from' : (fault.at ?? 'data') === step;
    if (!isNow) return null;
    faults.shift();
    if ('reset' in fault) return cut(server, session);
    return Object.assign(new Error('refused by the sink'), { responseCode: fault.code });
  };
  const server = new SMTPServer({
    authOptional: true,
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    size: maxMailBytes,
    closeTimeout: 200,
    logger: false,
    onAuth: (_login, _session, done) => done(null, { user: 'anyone' }),
    onConnect: (session, done) => done(check('connect', session)),
    onMailFrom: (_address, session, done) => done(check('from', session)),
    onRcptTo: (_address, session, done) => done(check('to', session)),
    onData(stream, session, done) {
      receive(stream, session).then(() => done(), done);
    },
  });
  const receive = async (stream: SMTPServerDataStream, session: SMTPServerSession) => {
    const raw = await bytesOf(stream);
    const fault = check('data', session);
    if (fault) throw fault;
    if (stream.sizeExceeded) throw Object.assign(new Error('too large'), { responseCode: 552 });
    await keep(
      raw,
      session.envelope.rcptTo.map(({ address }) => address),
    );
  };
  return server;
}

/** smtp-server has no word for hanging up: its open connections are sockets with their session's id. */
function cut(server: SMTPServer, session: SMTPServerSession) {
  for (const connection of server.connections) {
    if (connection.id === session.id) connection._socket.destroy();
  }
  return null;
}

async function bytesOf(stream: SMTPServerDataStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) if (!stream.sizeExceeded) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function parseMail(
  raw: Buffer,
  receivedAt: string,
  recipients: string[],
  earlier: readonly ReceivedMail[],
): Promise<ReceivedMail> {
  const mail = await PostalMime.parse(raw);
  const messageId = mail.messageId ?? '';
  const headers = Object.fromEntries(mail.headers.map(({ key, value }) => [key, value]));
  const named = (mail.to ?? []).map(({ address }) => address ?? '');
  return {
    id: (earlier.at(-1)?.id ?? 0) + 1,
    receivedAt,
    from: [mail.from?.name, mail.from?.address && `<${mail.from.address}>`]
      .filter(Boolean)
      .join(' '),
    to: recipients.length > 0 ? recipients : named,
    subject: mail.subject ?? '',
    text: mail.text ?? '',
    html: mail.html ?? '',
    messageId,
    thread: /<[^>]+>/.exec(mail.references ?? '')?.[0] ?? mail.inReplyTo ?? messageId,
    headers,
    raw: raw.toString(),
    repeatOf: earlier.find((one) => one.messageId === messageId)?.id ?? null,
  };
}

function savedMails(folder: string | undefined) {
  if (!folder) return [];
  mkdirSync(folder, { recursive: true });
  const files = readdirSync(folder).filter((name) => name.endsWith('.eml'));
  return files.sort().map((name) => {
    const file = join(folder, name);
    return { raw: readFileSync(file), receivedAt: statSync(file).mtime.toISOString() };
  });
}
