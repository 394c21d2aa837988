import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createSocketServer } from 'node:net';
import { inspect } from 'node:util';
import { SMTPServer } from 'smtp-server';
import { afterEach, describe, expect, test } from 'vitest';
import { type MailFault, startMailSink } from '../../local/mail-sink.ts';
import { WatchError } from '../../shared/errors.ts';
import { mailOf } from '../../shared/tell/alert-mail.ts';
import { isPublicAddress } from '../../shared/tell/host-rules.ts';
import { transports } from '../../shared/tell/transports.ts';
import { sampleAlerts } from './sample-alerts.ts';

const secret = 'Zs3cretZ';
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

function open(options: Parameters<typeof transports>[0] = {}) {
  const out = transports({ allowLoopback: true, timeoutMs: 5000, ...options });
  cleanups.push(out.close);
  return out;
}

/** A real server; the URL it gives holds secrets where webhooks have them. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}/workflows/${secret}/paths/invoke?api-version=1&sig=${secret}`;
}

async function failureOf(work: Promise<unknown>): Promise<WatchError> {
  const error = await work.then(
    () => new Error('it did not fail'),
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(WatchError);
  // Everything a logger could print of it, with causes and hidden properties.
  const printed = `${inspect(error, { depth: 20, showHidden: true })} ${JSON.stringify(error)}`;
  expect(printed).not.toContain(secret);
  return error as WatchError;
}

describe('postJson', () => {
  test('posts the body as it is, as JSON', async () => {
    const got: unknown[] = [];
    const url = await serve(async (request, response) => {
      const chunks = await request.toArray();
      got.push(request.method, request.headers['content-type'], Buffer.concat(chunks).toString());
      response.writeHead(202).end();
    });
    await open().postJson(url, '{"name":"Zoë"}');
    expect(got).toEqual(['POST', 'application/json; charset=utf-8', '{"name":"Zoë"}']);
  });

  test('posts the headers that it is given', async () => {
    const got: unknown[] = [];
    const url = await serve((request, response) => {
      got.push(request.headers['webhook-id'], request.headers['content-type']);
      response.writeHead(204).end();
    });
    await open().postJson(url, '{}', { 'webhook-id': 'x-1' });
    expect(got).toEqual(['x-1', 'application/json; charset=utf-8']);
  });

  describe('what stands in for a service', () => {
    const service = 'https://events.example';
    async function standIn() {
      const hits: (string | undefined)[] = [];
      const url = await serve((request, response) => {
        hits.push(request.url);
        response.writeHead(202).end();
      });
      return { hits, origin: new URL(url).origin };
    }

    test('is asked in its place, on this computer', async () => {
      const { hits, origin } = await standIn();
      await open({ standIns: { [service]: origin } }).postJson(`${service}/v2/enqueue?x=1`, '{}');
      expect(hits).toEqual(['/v2/enqueue?x=1']);
    });

    test.each([
      ['in the product', { allowLoopback: false }, (origin: string) => origin],
      ['for another service', {}, (origin: string) => origin],
      ['elsewhere', {}, () => 'http://192.0.2.1:80'],
    ])('is not asked %s', async (what, options, at) => {
      const { hits, origin } = await standIn();
      const of = what === 'for another service' ? 'https://other.example' : service;
      const resolve = async () => ['10.0.0.1'];
      const out = open({ ...options, resolve, standIns: { [of]: at(origin) } });
      const failure = await failureOf(out.postJson(`${service}/v2/enqueue`, '{}'));
      expect(failure.message).toContain('events.example leads to an address that is not public');
      expect(hits).toEqual([]);
    });
  });

  test.each([200, 201, 202, 204])('%i is fine', async (status) => {
    const url = await serve((_, response) => response.writeHead(status).end());
    await open().postJson(url, '{}');
  });

  test.each([
    [301, 'DELIVERY_MISCONFIGURED'],
    [302, 'DELIVERY_MISCONFIGURED'],
    [307, 'DELIVERY_MISCONFIGURED'],
    [400, 'DELIVERY_REJECTED'],
    [401, 'DELIVERY_MISCONFIGURED'],
    [403, 'DELIVERY_MISCONFIGURED'],
    [404, 'DELIVERY_MISCONFIGURED'],
    [408, 'DELIVERY_UNAVAILABLE'],
    [410, 'DELIVERY_MISCONFIGURED'],
    [413, 'DELIVERY_REJECTED'],
    [429, 'DELIVERY_UNAVAILABLE'],
    [500, 'DELIVERY_UNAVAILABLE'],
    [502, 'DELIVERY_UNAVAILABLE'],
    [503, 'DELIVERY_UNAVAILABLE'],
    [504, 'DELIVERY_UNAVAILABLE'],
  ] as const)('%i is %s', async (status, code) => {
    const hits: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      hits.push(request.url);
      const echo = JSON.stringify({ error: { code: 'FlowSaysNo', message: `${request.url}` } });
      response.writeHead(status, { location: `/moved?sig=${secret}` }).end(echo);
    });
    const failure = await failureOf(open().postJson(url, '{}'));
    expect(failure.code).toBe(code);
    expect(failure.message).toContain(`127.0.0.1 answered ${status}, FlowSaysNo`);
    expect(hits).toHaveLength(1);
  });

  test('a code that is a part of the URL is not repeated', async () => {
    const url = await serve((_, response) =>
      response.writeHead(400).end(JSON.stringify({ error: { code: secret } })),
    );
    expect((await failureOf(open().postJson(url, '{}'))).message).toMatch(/answered 400$/);
  });

  test.each([
    ['7', 7000, 7000],
    ['0', 0, 0],
    ['99999999', 3_600_000, 3_600_000],
    [new Date(Date.now() + 60_000).toUTCString(), 30_000, 60_000],
    ['Wed, 21 Oct 2015 07:28:00 GMT', 0, 0],
    ['soon', undefined, undefined],
    [undefined, undefined, undefined],
  ])('Retry-After %s', async (header, least, most) => {
    const url = await serve((_, response) =>
      response.writeHead(429, header === undefined ? {} : { 'retry-after': header }).end(),
    );
    const { retryAfterMs } = await failureOf(open().postJson(url, '{}'));
    if (least === undefined || most === undefined) return expect(retryAfterMs).toBeUndefined();
    expect(retryAfterMs).toBeGreaterThanOrEqual(least);
    expect(retryAfterMs).toBeLessThanOrEqual(most);
  });

  test.each([
    ['no answer', () => {}],
    ['an answer that does not end', ((_, response) => response.write('x')) as RequestListener],
  ])('%s within the time is unavailable', async (_, listener) => {
    const url = await serve(listener as RequestListener);
    const failure = await failureOf(open({ timeoutMs: 100 }).postJson(url, '{}'));
    expect(failure.message).toMatch(/DELIVERY_UNAVAILABLE: 127.0.0.1 gave no answer within 100 ms/);
  });

  test.each([
    ['reset', ((request) => request.socket.resetAndDestroy()) as RequestListener],
    ['closed', ((request) => request.socket.destroy()) as RequestListener],
  ])('a connection that is %s is unavailable', async (_, listener) => {
    const failure = await failureOf(open().postJson(await serve(listener), '{}'));
    expect(failure.code).toBe('DELIVERY_UNAVAILABLE');
  });

  test('no server at all is unavailable', async () => {
    const url = await serve(() => {});
    await cleanups.pop()?.();
    const failure = await failureOf(open().postJson(url, '{}'));
    expect(failure.message).toMatch(/DELIVERY_UNAVAILABLE: 127.0.0.1 failed \(ECONNREFUSED\)/);
  });

  test('an endless answer is read to 64 KB and no further', async () => {
    let sent = 0;
    const url = await serve((_, response) => {
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(16_384))) sent += 16_384;
      };
      response.writeHead(200).on('drain', more);
      more();
    });
    await open().postJson(url, '{}');
    expect(sent).toBeLessThan(50_000_000);
  });

  const host = `x.example/${secret}?sig=${secret}`;
  test.each([
    ['no URL', `::${secret}`],
    ['plain http', `http://${host}`],
    ['another protocol', `ftp://${host}`],
    ['a file', `file:///${secret}`],
    ['a user name', `https://user:${secret}@x.example/`],
    ['a private address', `https://10.1.2.3/${secret}`],
    ['an address in disguise', `https://0x0a000001/${secret}`],
    ['the metadata service', `https://169.254.169.254/${secret}`],
    ['a private IPv6 address', `https://[fd00::1]/${secret}`],
    ['IPv4 in IPv6', `https://[::ffff:10.0.0.1]/${secret}`],
    ['a name of a private address', `https://inside.example/${secret}`],
  ])('%s is refused', async (_, url) => {
    const resolve = async () => ['203.0.113.1', '10.0.0.1'];
    const failure = await failureOf(open({ resolve }).postJson(url, '{}'));
    expect(failure.code).toBe('DELIVERY_REJECTED');
  });

  test.each(['http:', 'https:'])(
    '%s to this computer is refused in the product',
    async (scheme) => {
      const url = (await serve(() => {})).replace('http:', scheme);
      const failure = await failureOf(open({ allowLoopback: false }).postJson(url, '{}'));
      expect(failure.code).toBe('DELIVERY_REJECTED');
    },
  );

  test('a name that does not resolve is unavailable: names come back', async () => {
    const resolve = () =>
      Promise.reject(Object.assign(new Error(`no ${secret}`), { code: 'ENOTFOUND' }));
    const failure = await failureOf(open({ resolve }).postJson(`https://${host}`, '{}'));
    expect(failure.message).toBe('DELIVERY_UNAVAILABLE: x.example was not found (ENOTFOUND)');
  });
});

test.each([
  ['203.0.114.1', true],
  ['2606:4700::1111', true],
  ['100.64.0.1', false],
  ['172.31.255.255', false],
  ['172.32.0.1', true],
  ['168.63.129.16', false],
  ['::1', false],
  ['::', false],
  ['fe80::1', false],
  ['not an address', false],
])('%s is public: %s', (address, isPublic) => expect(isPublicAddress(address)).toBe(isPublic));

test.each(['sendGraphMail', 'sendAcsMail'] as const)(
  '%s, where nothing brings it, is for somebody to mend',
  async (name) => {
    const mail = mailOf(sampleAlerts.noMfa, 'alerts@contoso.example', ['a@x.example']);
    const out = open();
    const work = name === 'sendGraphMail' ? out[name](mail) : out[name](secret, mail, 'id');
    expect((await failureOf(work)).code).toBe('DELIVERY_MISCONFIGURED');
  },
);

describe('sendMail', () => {
  const mail = mailOf(sampleAlerts.breakGlass, 'alerts@contoso.example', [
    'a@x.example',
    'b@x.example',
  ]);

  async function startSink() {
    const sink = await startMailSink();
    cleanups.push(sink.close);
    return { ...sink, smtpUrl: sink.smtpUrl.replace('://', `://user:${secret}@`) };
  }

  test('logs in and hands the mail over whole', async () => {
    const sink = await startSink();
    await open().sendMail(sink.smtpUrl, mail);
    const [got] = sink.mails();
    expect(got).toMatchObject({
      from: 'Glasswatch CRITICAL <alerts@contoso.example>',
      to: mail.to,
      subject: mail.subject,
      messageId: mail.messageId,
    });
    expect(got?.text.trim()).toBe(mail.text.trim());
    expect(got?.headers).toMatchObject({
      'auto-submitted': 'auto-generated',
      'x-auto-response-suppress': 'All',
      importance: 'High',
      'x-glasswatch-incident': sampleAlerts.breakGlass.incident,
      'x-glasswatch-finding': sampleAlerts.breakGlass.finding,
      'x-glasswatch-delivery': sampleAlerts.breakGlass.id,
    });
  });

  test.each([
    [{ code: 421, at: 'connect' }, 'DELIVERY_UNAVAILABLE'],
    [{ code: 554, at: 'connect' }, 'DELIVERY_REJECTED'],
    [{ code: 450, at: 'from' }, 'DELIVERY_UNAVAILABLE'],
    [{ code: 553, at: 'from' }, 'DELIVERY_REJECTED'],
    [{ code: 451, at: 'to' }, 'DELIVERY_UNAVAILABLE'],
    [{ code: 550, at: 'to' }, 'DELIVERY_REJECTED'],
    [{ code: 452 }, 'DELIVERY_UNAVAILABLE'],
    [{ code: 552 }, 'DELIVERY_REJECTED'],
    [{ reset: true }, 'DELIVERY_UNAVAILABLE'],
  ] as [MailFault, string][])('%j is %s, and the next mail goes through', async (fault, code) => {
    const sink = await startSink();
    const out = open();
    sink.failNext('at' in fault && fault.at === 'to' ? 2 : 1, fault);
    const failure = await failureOf(out.sendMail(sink.smtpUrl, mail));
    expect(failure.code).toBe(code);
    if ('code' in fault) expect(failure.message).toContain(`answered ${fault.code}`);
    expect(sink.mails()).toEqual([]);
    await out.sendMail(sink.smtpUrl, mail);
    expect(sink.mails()).toHaveLength(1);
  });

  test('one recipient of two refused is a failure, though the other has the mail', async () => {
    const sink = await startSink();
    sink.failNext(1, { code: 550, at: 'to' });
    const failure = await failureOf(open().sendMail(sink.smtpUrl, mail));
    expect(failure.message).toMatch(/DELIVERY_REJECTED: .*answered 550: .*1 of 2 recipients/);
    expect(sink.mails().map(({ to }) => to)).toEqual([['b@x.example']]);
  });

  test('a refused login tells no password, though the server repeats it', async () => {
    const server = new SMTPServer({
      allowInsecureAuth: true,
      disabledCommands: ['STARTTLS'],
      onAuth: ({ password }, _session, done) => done(new Error(`wrong password ${password}`)),
    });
    server.listen(0, '127.0.0.1');
    await once(server.server, 'listening');
    cleanups.push(() => new Promise<void>((resolve) => server.close(resolve)));
    const { port } = server.server.address() as AddressInfo;
    const work = open().sendMail(`smtp://user:${secret}@127.0.0.1:${port}`, mail);
    expect((await failureOf(work)).message).toMatch(
      /DELIVERY_MISCONFIGURED: .*answered 535: EAUTH/,
    );
  });

  test('a server that never greets is unavailable', async () => {
    const server = createSocketServer(() => {}).listen(0, '127.0.0.1');
    await once(server, 'listening');
    cleanups.push(() => server.close());
    const url = `smtp://user:${secret}@127.0.0.1:${(server.address() as AddressInfo).port}`;
    const failure = await failureOf(open({ timeoutMs: 100 }).sendMail(url, mail));
    expect(failure.code).toBe('DELIVERY_UNAVAILABLE');
  });

  test('no server at all is unavailable', async () => {
    const sink = await startSink();
    await cleanups.pop()?.();
    const failure = await failureOf(open().sendMail(sink.smtpUrl, mail));
    expect(failure.message).toMatch(/DELIVERY_UNAVAILABLE: mail server 127.0.0.1: ESOCKET|ECONN/);
  });

  test('outside this computer nothing goes without TLS', async () => {
    const sink = await startSink();
    const out = open({ allowLoopback: false });
    await failureOf(out.sendMail(sink.smtpUrl, mail));
    expect(sink.mails()).toEqual([]);
  });

  test.each([
    ['no URL', `::${secret}`],
    ['another protocol', `http://user:${secret}@mail.example`],
    ['no host', `smtp:${secret}`],
  ])('%s is refused', async (_, url) => {
    expect((await failureOf(open().sendMail(url, mail))).code).toBe('DELIVERY_REJECTED');
  });

  test('a stray % in the password is a % and no error', async () => {
    const sink = await startSink();
    await open().sendMail(sink.smtpUrl.replace(secret, `${secret}%zz`), mail);
    expect(sink.mails()).toHaveLength(1);
  });
});
