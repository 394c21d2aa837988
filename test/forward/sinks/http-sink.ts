import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, expect } from 'vitest';
import type * as z from 'zod';
import { WatchError } from '../../../shared/errors.ts';
import { newFindingEvent } from '../../../shared/forward/events-of.ts';
import {
  openTransports,
  type SinkTransportOptions,
} from '../../../shared/forward/open-transports.ts';
import { outgoingOf, type SiemFormat } from '../../../shared/forward/siem-format.ts';
import { siemFormats } from '../../../shared/forward/siem-formats/index.ts';
import type { OpenSink, Outcome, Outgoing, SinkKind } from '../../../shared/forward/sink.ts';
import { resolveSecrets } from '../../../shared/secrets.ts';
import { sampleFinding } from '../../tell/sample-alerts.ts';

/** A sink as the policy names it, opened as the service does, against a receiver on this computer. */

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});
export const later = <T extends { close(): unknown }>(opened: T): T => {
  cleanups.push(opened.close);
  return opened;
};

type Env = Readonly<Record<string, string>>;

/** What the policy says, with the defaults, and each secret resolved. */
export const settingsOf = <S extends z.ZodObject>(
  { settings }: Pick<SinkKind<S>, 'settings'>,
  written: object,
  env: Env,
) => resolveSecrets('sink siem', settings.parse(written) as object, env) as never;

export function openSink(
  kind: SinkKind,
  written: object,
  env: Env,
  options: SinkTransportOptions = {},
): OpenSink {
  const transports = later(openTransports({ allowLoopback: true, timeoutMs: 3_000, ...options }));
  return later(kind.open(settingsOf(kind, written, env), transports));
}

export const formatOf = (name: string) =>
  siemFormats.find((format) => format.name === name) as SiemFormat;

/** Findings of as many incidents, in a format. */
export const outgoings = (count: number, format: string): Outgoing[] =>
  Array.from({ length: count }, (_, n) =>
    outgoingOf(
      newFindingEvent(sampleFinding({ id: `fnd-${n}`, incident: `inc-${n}` })),
      formatOf(format),
    ),
  );

export const uidsOf = (all: readonly { uid: string | null }[]) => all.map(({ uid }) => uid);

export const sendTo = (sink: OpenSink, all: readonly Outgoing[]): Promise<readonly Outcome[]> =>
  sink.send(all.map((outgoing) => ({ outgoing, text: sink.pack(outgoing) })));

export const became = (outcomes: readonly Outcome[]) => outcomes.map((one) => one.became);

export async function failureOf(work: Promise<unknown>): Promise<WatchError> {
  const error = await work.then(
    () => new Error('it did not fail'),
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(WatchError);
  return error as WatchError;
}

export type Got = {
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
};
type Answer = { status: number; headers?: Record<string, string>; body?: unknown };

/** A receiver that answers as the test says. */
export async function receiver(answer: (got: Got, count: number) => Answer | undefined) {
  const got: Got[] = [];
  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    const body = Buffer.concat(await request.toArray()).toString();
    const one = { url: request.url ?? '', headers: request.headers, body };
    got.push(one);
    const told = answer(one, got.length);
    if (!told) return void request.socket.destroy();
    const { status, headers, body: said = '' } = told;
    response.writeHead(status, headers).end(typeof said === 'string' ? said : JSON.stringify(said));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { got, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** In how many ways a receiver may give a secret back. */
function echoes(secrets: readonly string[]): string[] {
  const all = secrets.join(' and ');
  return [
    all,
    JSON.stringify({ said: secrets }),
    secrets.map(encodeURIComponent).join(),
    secrets.map((secret) => secret.toUpperCase()).join(),
    secrets.map((secret) => [...secret].join('\u200b')).join(),
    secrets.map((secret) => Buffer.from(secret).toString('base64')).join(),
    secrets.map((secret) => `${secret.slice(1)}x`).join(),
    // The cut of the quote is in the middle of it.
    ...secrets.map((secret) => `${'x'.repeat(290)} ${secret}`),
    `see https://elsewhere.example/?q=${encodeURIComponent(all)}&other=${secrets[0]}`,
  ];
}

/**
 * Whatever the receiver answers, nothing that an error or an outcome says holds a secret.
 *
 * @param tell - the body of an answer with these words in it, as the receiver has it.
 */
export async function expectSecretsKept(
  open: (url: string) => OpenSink,
  all: readonly Outgoing[],
  secrets: readonly string[],
  tell: (words: string) => unknown,
): Promise<void> {
  const hidden = secrets.flatMap((secret) => [secret, Buffer.from(secret).toString('base64')]);
  let answer: Answer = { status: 200 };
  const { url } = await receiver(() => answer);
  const sink = open(url);
  const words = echoes(secrets);
  for (const status of [200, 301, 400, 401, 413, 429, 500]) {
    for (const body of [...words, ...words.map(tell)]) {
      answer = { status, body, headers: { location: '/elsewhere' } };
      const told: unknown = await sendTo(sink, all).catch((error: unknown) => error);
      // Everything that a logger could print of it, with causes and hidden properties.
      const printed = `${inspect(told, { depth: 20, showHidden: true })}${JSON.stringify(told)}`;
      for (const secret of hidden) {
        expect(printed.toLowerCase()).not.toContain(secret.toLowerCase());
      }
      for (const secret of secrets) expect(printed).not.toContain(secret.slice(1, 12));
    }
  }
}

/** What stands in a private network is spoken to where the policy says that it does, and only there. */
export async function expectPrivateOnlyIfSaid(
  kind: SinkKind,
  written: object,
  env: Env,
  outgoing: readonly Outgoing[],
): Promise<void> {
  // Nobody is there: it is spoken to, and that is all that there is to see.
  const resolve = async () => ['10.1.2.3'];
  const codes = [false, true].map(async (isPrivate) => {
    const sink = openSink(kind, { ...written, private: isPrivate }, env, { resolve });
    return (await failureOf(sendTo(sink, outgoing))).code;
  });
  expect(await Promise.all(codes)).toEqual(['DELIVERY_MISCONFIGURED', 'DELIVERY_UNAVAILABLE']);
}
