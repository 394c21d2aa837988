import { randomBytes } from 'node:crypto';
import { DocumentRefusal, documentsOf, type Refusal } from './elastic-documents.ts';
import { filtered } from './elastic-filter.ts';
import { elasticMapping } from './elastic-mapping.ts';
import {
  type AnswerFault,
  faultStatus,
  faultsToCome,
  faultyReceiver,
  type StandInAnswer,
  type StandInRequest,
  wayFaults,
} from './faults.ts';
import { receivedEvents, startEventsServer } from './received-events.ts';

/**
 * `half`: the second half of a batch does not fit into its queue. `refusedOne`: it does not understand
 * the document in the middle. `forbiddenItems`: the key may not write to the data stream.
 * `failureStore`: it puts the document in the middle aside, and calls that created.
 */
const elasticFaults = [
  ...wayFaults,
  'half',
  'refusedOne',
  'forbiddenItems',
  'failureStore',
] as const;
type ElasticFault = Exclude<(typeof elasticFaults)[number], (typeof wayFaults)[number]>;

type ElasticOptions = {
  /** 0, as by default, takes a free one. */
  port?: number;
  /** Documents are kept here, in `elastic.jsonl`, and are there again after a restart. */
  folder?: string;
  apiKey?: string;
  /** `http.max_content_length`, in bytes. */
  maxBytes?: number;
  /** Seconds, for who is told to slow down. */
  retryAfter?: number;
  onEvent?: (uid: string) => void;
};

type Document = Record<string, unknown>;

/** The bulk API of Elasticsearch for data streams, and a page that shows what is in them. */
export async function startElastic(options: ElasticOptions = {}) {
  const { apiKey = randomBytes(30).toString('base64'), maxBytes = 100_000_000 } = options;
  const events = receivedEvents<Document>(options.folder, 'elastic');
  const faults = faultsToCome(elasticFaults);
  const mappings = new Map<string, ReturnType<typeof elasticMapping>>();
  let repeats = 0;

  /** @throws {DocumentRefusal} */
  function create(stream: string, id: string, text: string): void {
    if (events.has(id)) {
      repeats += 1;
      throw new DocumentRefusal(409, {
        type: 'version_conflict_engine_exception',
        reason: `[${id}]: version conflict, document already exists (current version [1])`,
      });
    }
    const mapping = mappings.get(stream) ?? elasticMapping();
    mappings.set(stream, mapping);
    events.keep(id, mapping.take(id, text));
    options.onEvent?.(id);
  }

  function itemOf(stream: string, id: string, text: string, way: ElasticFault | undefined) {
    const item = { _index: `.ds-${stream}-000001`, _id: id };
    try {
      if (way === 'failureStore') return { ...item, status: 201, failure_store: 'used' };
      if (way) throw itemFaults[way](id);
      create(stream, id, text);
      return { ...item, _version: 1, result: 'created', status: 201 };
    } catch (error) {
      if (!(error instanceof DocumentRefusal)) throw error;
      return { ...item, status: error.status, error: error.told };
    }
  }

  function bulk(request: StandInRequest, way: ElasticFault | undefined): StandInAnswer {
    const [, stream = ''] = /^\/([^/]+)\/_bulk$/.exec(request.path) ?? [];
    if (!/^logs-[^-]+-[^-]+$/.test(stream)) throw noStream(stream);
    const documents = documentsOf(request.body?.toString() ?? '');
    const middle = Math.floor(documents.length / 2);
    const struck = (number: number) => {
      if (way === 'half') return number >= middle;
      return way === 'forbiddenItems' || number === middle;
    };
    const items = documents.map(({ id, text }, number) => ({
      create: itemOf(stream, id, text, way && struck(number) ? way : undefined),
    }));
    server.changed();
    const body = { took: 3, errors: items.some(({ create }) => create.status > 299), items };
    return { status: 200, body: filtered(body, request.query.get('filter_path')) };
  }

  function check({ headers, body }: StandInRequest): void {
    if (headers.authorization !== `ApiKey ${apiKey}`) throw unauthorized();
    if (body === undefined) throw new DocumentRefusal(413, noReason);
    const type = String(headers['content-type']).split(';')[0];
    if (type === 'application/x-ndjson' || type === 'application/json') return;
    throw new DocumentRefusal(406, {
      type: 'media_type_header_exception',
      reason: `Content-Type header [${type}] is not supported`,
    });
  }

  const receive = faultyReceiver<ElasticFault>({
    maxBytes,
    faults,
    ...(options.retryAfter !== undefined && { retryAfter: options.retryAfter }),
    refusal: (way) => wholeOf({ status: faultStatus[way], told: wholeFaults[way] }),
    receive(request, way) {
      try {
        check(request);
        return bulk(request, way);
      } catch (error) {
        if (!(error instanceof DocumentRefusal)) throw error;
        return { status: error.status, body: error.told === noReason ? undefined : wholeOf(error) };
      }
    },
  });

  const server = await startEventsServer({
    port: options.port,
    title: 'Elastic',
    about: 'Documents of the data streams, newest first. A repeat adds none.',
    events: events.all,
    headline: (event) => String((event as Document).message ?? ''),
    takes: (url) => /\/_bulk(?:\?|$)/.test(url),
    receive,
  });

  return {
    url: server.url,
    apiKey,
    /** The documents, in the order of arrival; `uid` is their id. */
    received: events.all,
    /** How many were there already. */
    repeats: () => repeats,
    ...faults,
    close: server.close,
  };
}

const noReason: Refusal = { type: '', reason: '' };

const wholeOf = ({ status, told }: { status: number; told: Refusal }) => ({
  error: { root_cause: [told], ...told },
  status,
});

const unauthorized = () => new DocumentRefusal(401, wholeFaults.unauthorized);

const noStream = (stream: string) =>
  new DocumentRefusal(404, {
    type: 'index_not_found_exception',
    reason: `no such index [${stream}] and [action.auto_create_index] doesn't match`,
  });

const queueIsFull: Refusal = {
  type: 'es_rejected_execution_exception',
  reason: 'rejected execution of coordinating operation',
};

const wholeFaults: Record<AnswerFault, Refusal> = {
  throttled: queueIsFull,
  broken: { type: 'null_pointer_exception', reason: 'Cannot invoke "Object.hashCode()"' },
  busy: {
    type: 'cluster_block_exception',
    reason: 'blocked by: [SERVICE_UNAVAILABLE/2/no master]',
  },
  unauthorized: {
    type: 'security_exception',
    reason: 'unable to authenticate with provided credentials and anonymous access is not allowed',
  },
  forbidden: {
    type: 'security_exception',
    reason: 'action [indices:data/write/bulk] is unauthorized for API key',
  },
};

const itemFaults: Record<Exclude<ElasticFault, 'failureStore'>, (id: string) => DocumentRefusal> = {
  half: () => new DocumentRefusal(429, queueIsFull),
  refusedOne: (id) =>
    new DocumentRefusal(400, {
      type: 'document_parsing_exception',
      reason: `[1:15] failed to parse field [event.severity] of type [long] in document with id '${id}'`,
    }),
  forbiddenItems: () => new DocumentRefusal(403, wholeFaults.forbidden),
};
