import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { text } from 'node:stream/consumers';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, onTestFinished } from 'vitest';
import { makeCertificates } from '../../local/siem/certificates.ts';

/** One value as Application Insights takes it: a row of AppMetrics. */
type MonitorEnvelope = {
  iKey: string;
  time: string;
  tags: Record<string, string>;
  data: { baseData: { metrics: [Record<string, unknown>]; properties: Record<string, string> } };
};

type Received = {
  path: string | undefined;
  authorization: string | undefined;
  envelopes: MonitorEnvelope[];
};

/** `none`: the connection stays open, and nothing comes. */
type Answer = { status: number; headers?: Record<string, string> } | 'none';

export const instrumentationKey = '11111111-2222-3333-4444-555555555555';

/** A stand-in of where Application Insights takes values, which this process trusts. */
export async function ingestionEndpoint() {
  const { ca, server: own } = await makeCertificates();
  const before = getCACertificates('default');
  setDefaultCACertificates([...before, ca]);
  onTestFinished(() => setDefaultCACertificates(before));

  const received: Received[] = [];
  const answers: Answer[] = [];
  const server = createServer(own, async (request, response) => {
    const body = await text(request);
    const answer = answers.shift() ?? { status: 200 };
    if (answer === 'none') return;
    const { status, headers } = answer;
    if (status === 200) {
      const { authorization } = request.headers;
      received.push({ path: request.url, authorization, envelopes: JSON.parse(body) });
    }
    const said = { itemsReceived: 1, itemsAccepted: status === 200 ? 1 : 0, errors: [] };
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(said));
  });
  const port = await listen(server, onTestFinished);
  return {
    received,
    connectionString: `InstrumentationKey=${instrumentationKey};IngestionEndpoint=https://localhost:${port}/;LiveEndpoint=https://localhost:1/`,
    answerNext: (...some: typeof answers) => void answers.push(...some),
  };
}

/**
 * Where an app in Azure asks for tokens of its identity: one for the whole file, as the library of the
 * identity goes on asking the first that it has seen.
 */
export async function identityEndpoint() {
  const identity = {
    /** Undefined: the app has no such identity. */
    token: undefined as string | undefined,
    asked: [] as URL[],
  };
  const server = createHttpServer((request, response) => {
    identity.asked.push(new URL(request.url ?? '', 'http://localhost'));
    if (identity.token === undefined) return void response.writeHead(400).end('{}');
    const expires = Math.floor(Date.now() / 1_000) + 3_600;
    const said = {
      ...{ access_token: identity.token, expires_on: String(expires) },
      token_type: 'Bearer',
    };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(said));
  });
  const port = await listen(server, afterAll);
  /** The settings that the platform sets. */
  const env = { IDENTITY_ENDPOINT: `http://127.0.0.1:${port}/token`, IDENTITY_HEADER: 'any' };
  return Object.assign(identity, { env });
}

async function listen(
  server: Server & { closeAllConnections?(): void },
  whenOver: (close: () => void) => void,
): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  whenOver(() => {
    server.closeAllConnections?.();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}
