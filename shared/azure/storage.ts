import { TableClient } from '@azure/data-tables';
import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { type QueueClient, QueueServiceClient } from '@azure/storage-queue';
import type { Measure } from '../telemetry/measures.ts';
import { counted, countingClient } from './counted-storage.ts';
import { credentialOf, type Identity } from './credential.ts';
import { reach, statusOf } from './store-error.ts';

type Endpoints = { blobs: string; queues: string; tables: string };

/** Where the storage account is, and as whom to speak to it. */
export type StorageSettings =
  | { connectionString: string }
  | (({ account: string; evidenceAccount: string } | { endpoints: Endpoints }) & Identity);

/** How long a storage account that does not answer may hold up its caller. */
export type StoragePatience = {
  tries: number;
  /** Before the second try; then twice as long each time. */
  pauseMs: number;
  /** For one table call with all its tries. */
  timeoutMs: number;
};

export type Storage = {
  cases: TableClient;
  outbox: TableClient;
  watchlist: TableClient;
  memory: TableClient;
  streams: TableClient;
  posture: TableClient;
  /** Silences, drills, keys and the like: a partition for each shelf. */
  shelves: TableClient;
  ledger: TableClient;
  deadLetters: ContainerClient;
  directory: ContainerClient;
  /** Raw records, and each policy that was in force. */
  evidence: ContainerClient;
  /** The heads of the ledger, where nothing is changed. */
  anchors: ContainerClient;
  notify: QueueClient;
  /** Which sinks have something to send. */
  forward: QueueClient;
  /**
   * Creates what is missing. An identity that may not create is fine where everything is there.
   *
   * @throws {WatchError} STORE_UNAVAILABLE
   */
  ensure(): Promise<void>;
};

/** A batch whose storage is gone fails within about fifteen seconds, and is repeated by its trigger. */
const patience: StoragePatience = { tries: 4, pauseMs: 500, timeoutMs: 15_000 };
const longestPauseMs = 4_000;

type StorageOptions = Partial<StoragePatience> & {
  /** Told of each request. */
  measure?: Measure;
};

/** The clients of everything we store. Opening them speaks to nobody yet. */
export function openStorage(
  settings: StorageSettings,
  { measure, ...given }: StorageOptions = {},
): Storage {
  const clients = clientsOf(settings, { ...patience, ...given }, measure);
  let ensured: Promise<void> | undefined;
  const storage: Storage = {
    ...clients,
    ensure() {
      ensured ??= ensureAll(clients).catch((error) => {
        ensured = undefined;
        throw error;
      });
      return ensured;
    },
  };
  return storage;
}

function clientsOf(
  settings: StorageSettings,
  limits: StoragePatience,
  measure: Measure | undefined,
): Omit<Storage, 'ensure'> {
  const { table, blobs, evidence, queues } = servicesOf(settings, limits, measure);
  return {
    cases: table('cases'),
    outbox: table('outbox'),
    watchlist: table('watchlist'),
    memory: table('memory'),
    streams: table('streams'),
    posture: table('posture'),
    shelves: table('shelves'),
    ledger: table('ledger'),
    deadLetters: blobs.getContainerClient('dead-letters'),
    directory: blobs.getContainerClient('directory'),
    evidence: evidence.getContainerClient('evidence'),
    anchors: evidence.getContainerClient('ledger'),
    notify: queues.getQueueClient('notify'),
    forward: queues.getQueueClient('forward'),
  };
}

function servicesOf(
  settings: StorageSettings,
  { tries, pauseMs, timeoutMs }: StoragePatience,
  measure: Measure | undefined,
) {
  const pauses = { retryDelayInMs: pauseMs, maxRetryDelayInMs: longestPauseMs };
  const tableOptions = {
    retryOptions: { maxRetries: tries - 1, ...pauses },
    additionalPolicies: [{ position: 'perCall' as const, policy: deadline(timeoutMs) }],
    ...(measure && { httpClient: countingClient('table', measure) }),
  };
  const options = { retryOptions: { maxTries: tries, ...pauses } };
  // A message only saves time, and a batch may send many: two tries at once, then on.
  const queueOptions = { retryOptions: { ...options.retryOptions, maxTries: 2 } };
  const countBlobs = (service: BlobServiceClient) =>
    measure ? counted(service, 'blob', measure) : service;
  const countQueues = (service: QueueServiceClient) =>
    measure ? counted(service, 'queue', measure) : service;
  if ('connectionString' in settings) {
    const { connectionString } = settings;
    // Else the client refuses the http of the embedded stack.
    const isHttp =
      /(^|;)DefaultEndpointsProtocol=http(;|$)|=http:\/\/|^UseDevelopmentStorage=true/i.test(
        connectionString,
      );
    const blobs = countBlobs(BlobServiceClient.fromConnectionString(connectionString, options));
    return {
      table: (name: string) =>
        TableClient.fromConnectionString(connectionString, name, {
          ...tableOptions,
          allowInsecureConnection: isHttp,
        }),
      blobs,
      evidence: blobs,
      queues: countQueues(QueueServiceClient.fromConnectionString(connectionString, queueOptions)),
    };
  }
  const endpoints = 'endpoints' in settings ? settings.endpoints : endpointsOf(settings.account);
  const evidenceBlobs =
    'endpoints' in settings ? endpoints.blobs : endpointsOf(settings.evidenceAccount).blobs;
  const credential = credentialOf(settings);
  return {
    table: (name: string) => new TableClient(endpoints.tables, name, credential, tableOptions),
    blobs: countBlobs(new BlobServiceClient(endpoints.blobs, credential, options)),
    evidence: countBlobs(new BlobServiceClient(evidenceBlobs, credential, options)),
    queues: countQueues(new QueueServiceClient(endpoints.queues, credential, queueOptions)),
  };
}

const endpointsOf = (account: string): Endpoints => ({
  blobs: `https://${account}.blob.core.windows.net`,
  queues: `https://${account}.queue.core.windows.net`,
  tables: `https://${account}.table.core.windows.net`,
});

type Signalled = { abortSignal?: unknown };

/** The SDK bounds how often it tries, not how long one try may hang. */
const deadline = (timeoutMs: number) => ({
  name: 'deadline',
  sendRequest<Request extends Signalled, Response>(
    request: Request,
    next: (request: Request) => Promise<Response>,
  ): Promise<Response> {
    request.abortSignal ??= AbortSignal.timeout(timeoutMs);
    return next(request);
  },
});

async function ensureAll(clients: Omit<Storage, 'ensure'>): Promise<void> {
  const { cases, outbox, watchlist, memory, streams, posture, shelves, ledger } = clients;
  const { notify, forward, deadLetters, directory, evidence, anchors } = clients;
  await Promise.all([
    ...[cases, outbox, watchlist, memory, streams, posture, shelves, ledger].map((table) =>
      ensureOne(
        `table ${table.tableName}`,
        () => table.createTable(),
        () => table.listEntities().byPage({ maxPageSize: 1 }).next(),
      ),
    ),
    ...[deadLetters, directory, evidence, anchors].map((container) =>
      ensureOne(
        `container ${container.containerName}`,
        () => container.createIfNotExists(),
        () => container.getProperties(),
      ),
    ),
    ...[notify, forward].map((queue) =>
      ensureOne(
        `queue ${queue.name}`,
        () => queue.createIfNotExists(),
        () => queue.getProperties(),
      ),
    ),
  ]);
}

function ensureOne(
  what: string,
  create: () => Promise<unknown>,
  look: () => Promise<unknown>,
): Promise<unknown> {
  return reach(`creating ${what}`, async () => {
    try {
      return await create();
    } catch (error) {
      // The deployment creates them; the app's own role need not reach that far.
      if (statusOf(error) !== 403) throw error;
      return await look();
    }
  });
}
