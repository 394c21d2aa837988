import type { TokenCredential } from '@azure/identity';
import type { LogsIngestionClient } from '@azure/monitor-ingestion';
import type { WatchError } from '../errors.ts';
import * as http from '../forward/http-answers.ts';
import { type Words, wordsWithout } from '../forward/receiver-words.ts';
import { type Outcome, taken } from '../forward/sink.ts';
import type { SinkTransports } from '../forward/sink-transports.ts';
import { refusalOf, unavailable, unreachable } from '../tell/delivery-failure.ts';
import { isLoopbackHost } from '../tell/host-rules.ts';
import { untilAborted } from '../until-aborted.ts';

type LogsIngestionSettings = {
  /** Signs in to Azure. A stand-in never gets a token of it. */
  credential: TokenCredential;
  /** For the token and the request, together. */
  timeoutMs: number;
  allowLoopback?: boolean;
  /** What the certificate of a stand-in rests on, PEM. Counts for nobody else. */
  ca?: string;
};

/** The token that a stand-in on this machine gets. It opens nothing. */
export const standInToken = 'stand-in';

/** Where the API is, cloud by cloud, and whom a token for it is for. */
const clouds = [
  { hosts: '.ingest.monitor.azure.com', audience: 'https://monitor.azure.com' },
  { hosts: '.ingest.monitor.azure.us', audience: 'https://monitor.azure.us' },
  { hosts: '.ingest.monitor.azure.cn', audience: 'https://monitor.azure.cn' },
];

/** A client, and how the answers of its endpoint may be quoted. */
type Ingestion = { client: LogsIngestionClient; words: Words };

/**
 * Rows for a table of Log Analytics, through the Logs Ingestion API. The library splits at a million
 * bytes, so a batch below that is one request, and all of its rows fare alike.
 *
 * @see https://learn.microsoft.com/azure/azure-monitor/logs/logs-ingestion-api-overview
 */
export function logsIngestion(settings: LogsIngestionSettings): SinkTransports['uploadLogs'] {
  const clients = new Map<string, Promise<Ingestion>>();
  const ingestionAt = (endpoint: string) => {
    const ingestion = clients.get(endpoint) ?? openClient(endpoint, settings);
    clients.set(endpoint, ingestion);
    ingestion.catch(() => clients.delete(endpoint));
    return ingestion;
  };

  return async ({ endpoint, ruleId, stream }, batch) => {
    const { hostname } = targetOf(endpoint, settings).url;
    const { client, words } = await ingestionAt(endpoint);
    const rows = batch.map(({ text }) => JSON.parse(text) as Record<string, unknown>);
    const abortSignal = AbortSignal.timeout(settings.timeoutMs);
    try {
      // Not its signal alone: a credential need not listen to one.
      await Promise.race([
        client.upload(ruleId, stream, rows, { abortSignal }),
        untilAborted(abortSignal),
      ]);
      return batch.map(() => taken);
    } catch (error) {
      const failed = failedRows(error, rows, (cause) =>
        failure(hostname, cause, words, settings.timeoutMs),
      );
      // Somebody mends it, or the token was taken back: what is remembered of it is not used again.
      if ([...failed.values()].some(isMisconfigured)) clients.delete(endpoint);
      const [first] = failed.values();
      if (first && failed.size === rows.length) throw first;
      return rows.map((row) => outcomeOf(failed, failed.get(row)));
    }
  };
}

/** Loaded on first use: whoever has no such sink does not pay for it. */
async function openClient(endpoint: string, settings: LogsIngestionSettings): Promise<Ingestion> {
  const { url, audience } = targetOf(endpoint, settings);
  const { LogsIngestionClient } = await import('@azure/monitor-ingestion');
  const isLocal = audience === undefined;
  const credential = remembering(isLocal ? standIn : settings.credential);
  const client = new LogsIngestionClient(url.origin, credential, {
    // The pump repeats; a redirect would lead somewhere that nobody named.
    retryOptions: { maxRetries: 0 },
    redirectOptions: { maxRetries: 0 },
    ...(isLocal ? settings.ca && { tlsOptions: { ca: settings.ca } } : { audience }),
  });
  return { client, words: (text) => wordsWithout(credential.tokens())(text) };
}

const standIn: TokenCredential = {
  getToken: async () => ({ token: standInToken, expiresOnTimestamp: Date.now() + 3_600_000 }),
};

/** The credential, and what it has given last: the receiver may repeat it. */
function remembering(credential: TokenCredential) {
  let tokens: string[] = [];
  return {
    tokens: () => tokens,
    async getToken(...asked: Parameters<TokenCredential['getToken']>) {
      const token = await credential.getToken(...asked);
      if (token) tokens = [...new Set([token.token, ...tokens])].slice(0, 2);
      return token;
    },
  };
}

function targetOf(endpoint: string, { allowLoopback }: LogsIngestionSettings) {
  const url = URL.parse(endpoint);
  // Not the text itself: somebody may have put a key into it.
  if (url?.protocol !== 'https:' || url.username || url.password || url.search || url.hash) {
    throw misconfigured('must be an https URL without user, query or fragment');
  }
  if (allowLoopback && isLoopbackHost(url.hostname)) return { url, audience: undefined };
  const cloud = clouds.find(({ hosts }) => url.hostname.endsWith(hosts));
  if (cloud && url.port === '') return { url, audience: cloud.audience };
  throw misconfigured('must be a host under ingest.monitor.azure.com, which alone gets a token');
}

const misconfigured = (what: string) => http.misconfigured(`the endpoint of Azure Monitor ${what}`);

type Row = Record<string, unknown>;

/** The rows that are not known to be taken, each with its error. */
function failedRows(
  error: unknown,
  rows: readonly Row[],
  meaningOf: (cause: unknown) => WatchError,
) {
  const parts = partsOf(error) ?? [{ failedLogs: rows, cause: error }];
  return new Map(
    parts.flatMap(({ failedLogs, cause }) => {
      const meaning = meaningOf(cause);
      return failedLogs.map((row) => [row, meaning] as const);
    }),
  );
}

/** The requests that the library lists as failed, if it does. */
function partsOf(error: unknown) {
  if (!(error instanceof Error) || error.name !== 'AggregateLogsUploadError') return undefined;
  return (error as Error & { errors: { failedLogs: Row[]; cause: unknown }[] }).errors;
}

function outcomeOf(failed: ReadonlyMap<Row, WatchError>, error: WatchError | undefined): Outcome {
  if (!error) return taken;
  const says = error.message;
  // Only alone in its request is it known to be the one that was refused.
  const isAlone = [...failed.values()].filter((one) => one === error).length === 1;
  if (error.code === 'DELIVERY_REJECTED' && isAlone) return { became: 'refused', says };
  const { retryAfterMs } = error;
  return { became: 'later', says, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

const isMisconfigured = ({ code }: WatchError) => code === 'DELIVERY_MISCONFIGURED';

/** What the service says is quoted without the token; what the library says is not. */
function failure(host: string, error: unknown, words: Words, timeoutMs: number): WatchError {
  const { statusCode, code, message, response } = (error ?? {}) as {
    statusCode?: unknown;
    code?: unknown;
    message?: unknown;
    response?: { headers?: { get(name: string): string | undefined }; bodyAsText?: string };
  };
  if (typeof statusCode === 'number') {
    const retryAfter = response?.headers?.get('retry-after') ?? null;
    const { retryAfterMs } = refusalOf({ host, status: 429, retryAfter });
    const said = [code, response?.bodyAsText ?? message].filter((one) => typeof one === 'string');
    const line = http.answerLine(host, statusCode, words(said.join(': ')));
    return http.failureOf(line, { status: statusCode, retryAfterMs, text: '' });
  }
  if (error instanceof Error && /Credential|Authentication/.test(error.name)) {
    return unavailable(`no token for ${host}`);
  }
  return unreachable(host, error, timeoutMs);
}
