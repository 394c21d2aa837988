import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { type Certificates, makeCertificates } from './certificates.ts';
import { faultsToCome, faultyReceiver, type StandInAnswer, wayFaults } from './faults.ts';
import { type Column, type Row, tableRow } from './logs-table.ts';

/** What its own answers are, by their status. */
const own = { badRequest: 400, unknownRule: 404, tooLarge: 413 } as const;
type OwnFault = keyof typeof own;
const ownFaults = Object.keys(own) as OwnFault[];

export type ReceivedRow = {
  /** Its EventUid, as the table has it. */
  uid: string | undefined;
  receivedAt: string;
  /** As the table holds it. */
  row: Row;
};

type LogsIngestionOptions = {
  /** 0, as by default, takes a free one. */
  port?: number;
  certificates?: Certificates;
  /** What the rule declares: the columns of each of its streams. */
  streams: Readonly<Record<string, readonly Column[]>>;
  ruleId?: string;
  /** The bearer token that it takes. */
  token?: string;
  onRows?: (rows: readonly ReceivedRow[]) => void;
};

/** Of a call, as it comes and unpacked. */
const maxBytes = 1024 * 1024;

const notJson = Symbol('not JSON');

/**
 * The Logs Ingestion API of Azure Monitor over https on this machine, for one data collection rule.
 *
 * @see https://learn.microsoft.com/azure/azure-monitor/logs/logs-ingestion-api-overview
 */
export async function startLogsIngestion(options: LogsIngestionOptions) {
  const {
    ruleId = 'dcr-00000000000000000000000000000000',
    token = 'stand-in',
    streams,
    certificates = await makeCertificates(),
  } = options;
  const received: ReceivedRow[] = [];
  const dropped = new Set<string>();
  const misfits = new Set<string>();
  const calls: { rows: number; bytes: number; isPacked: boolean }[] = [];
  const faults = faultsToCome([...wayFaults, ...ownFaults]);

  const keep = (rows: readonly Row[], columns: readonly Column[]) => {
    const receivedAt = new Date().toISOString();
    const kept = rows.map((one): ReceivedRow => {
      const held = tableRow(one, columns, receivedAt);
      for (const name of held.dropped) dropped.add(name);
      for (const name of held.misfits) misfits.add(name);
      const { EventUid: uid } = held.row;
      return { uid: typeof uid === 'string' ? uid : undefined, receivedAt, row: held.row };
    });
    received.push(...kept);
    options.onRows?.(kept);
  };

  const ingest = (
    stream: string,
    body: Buffer | undefined,
    encoding: string | undefined,
  ): StandInAnswer => {
    const columns = streams[stream];
    if (!columns) return refusal(400, 'InvalidStream', `The stream ${stream} is not declared.`);
    if (encoding !== undefined && encoding !== 'gzip') {
      return refusal(415, 'UnsupportedMediaType', 'Content-Encoding is gzip or none.');
    }
    const text = body && unpacked(body, encoding === 'gzip');
    if (text === undefined) {
      return refusal(413, 'ContentLengthLimitExceeded', 'The content is larger than 1 MB.');
    }
    const rows = parsed(text);
    if (!isRows(rows)) {
      return refusal(400, 'InvalidPayload', 'The content is no JSON array of objects.');
    }
    keep(rows, columns);
    calls.push({
      rows: rows.length,
      bytes: Buffer.byteLength(text),
      isPacked: encoding === 'gzip',
    });
    return { status: 204, body: undefined };
  };

  const take = faultyReceiver<OwnFault>({
    maxBytes,
    faults,
    refusal: (way) => refused[way],
    receive({ path, query, headers, body }, way) {
      if (way) return refusal(own[way], way, 'As it was told to.');
      if (headers.authorization !== `Bearer ${token}`) {
        return refusal(401, 'InvalidToken', 'The authentication token is not valid.');
      }
      const [, rule, stream = ''] =
        /^\/dataCollectionRules\/([^/]+)\/streams\/([^/]+)$/.exec(path) ?? [];
      if (rule === undefined) return refusal(404, 'NotFound', 'There is nothing here.');
      if (query.get('api-version') !== '2023-01-01') {
        return refusal(400, 'InvalidApiVersion', 'The api-version is not known.');
      }
      if (rule !== ruleId) {
        return refusal(
          404,
          'NotFound',
          `Data collection rule with immutable Id ${rule} not found.`,
        );
      }
      if (headers['content-type']?.split(';')[0] !== 'application/json') {
        return refusal(415, 'UnsupportedMediaType', 'The content is not application/json.');
      }
      return ingest(decodeURIComponent(stream), body, headers['content-encoding']);
    },
  });

  const server = createServer(
    { ...certificates.server, minVersion: 'TLSv1.2' },
    (request, response) => {
      if (request.method !== 'POST') return void response.writeHead(405).end();
      take(request, response);
    },
  );
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');

  return {
    endpoint: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ruleId,
    /** What its certificate rests on, PEM. */
    ca: certificates.ca,
    /** In the order of arrival, repeats too. */
    received: (): readonly ReceivedRow[] => received,
    /** The names that no declaration has, whose values have vanished without a word. */
    dropped: (): readonly string[] => [...dropped],
    /** The columns that were empty because their value was of another type. */
    misfits: (): readonly string[] => [...misfits],
    /** Every call that was taken; bytes as unpacked. */
    calls: () => calls.map((call) => ({ ...call })),
    failNext: faults.failNext,
    failAtRandom: faults.failAtRandom,
    failNoMore: faults.failNoMore,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const errorBody = (code: string, message: string) => ({ error: { code, message } });

const refusal = (status: number, code: string, message: string): StandInAnswer => ({
  status,
  body: errorBody(code, message),
});

const refused = {
  throttled: errorBody('RequestRateLimitExceeded', 'Too many requests for this rule.'),
  broken: errorBody('InternalServerError', 'Something went wrong.'),
  busy: errorBody('ServiceUnavailable', 'Try again later.'),
  unauthorized: errorBody('InvalidToken', 'The authentication token is not valid.'),
  forbidden: errorBody(
    'OperationFailed',
    'The authentication token provided does not have access to ingest data for the data collection rule.',
  ),
};

/** Undefined: it is more than a call may hold. */
function unpacked(body: Buffer, isPacked: boolean): string | undefined {
  try {
    const bytes = isPacked ? gunzipSync(body, { maxOutputLength: maxBytes }) : body;
    return bytes.toString();
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE') return undefined;
    return '';
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return notJson;
  }
}

const isRows = (value: unknown): value is Row[] =>
  Array.isArray(value) &&
  value.every((one) => typeof one === 'object' && one !== null && !Array.isArray(one));
