import { randomBytes } from 'node:crypto';
import * as z from 'zod';
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

/** `refusedOne`: it does not understand the line in the middle, and so takes none. */
const secopsFaults = [...wayFaults, 'refusedOne'] as const;
type SecopsFault = Exclude<(typeof secopsFaults)[number], (typeof wayFaults)[number]>;

type SecopsOptions = {
  /** 0, as by default, takes a free one. */
  port?: number;
  /** Events are kept here, in `secops.jsonl`, and are there again after a restart. */
  folder?: string;
  /** Seconds, for who is told to slow down. */
  retryAfter?: number;
  onEvent?: (uid: string | null) => void;
};

/** What a parser needs to know it for OCSF. */
const ocsfSchema = z.looseObject({
  class_uid: z.int(),
  category_uid: z.int(),
  activity_id: z.int(),
  type_uid: z.int(),
  severity_id: z.int(),
  // Epoch milliseconds, of this century.
  time: z.int().min(946_684_800_000),
  metadata: z.looseObject({
    version: z.string(),
    uid: z.string().optional(),
    product: z.looseObject({}),
  }),
  message: z.string().optional(),
});
type OcsfEvent = z.output<typeof ocsfSchema>;

/** The ceiling that is told of; what is sent should stay far below. */
const maxBytes = 4_000_000;
const feedPath = '/feeds/glasswatch:importPushLogs';

/** A webhook feed of Google SecOps for OCSF, split at line feeds, and a page that shows its events. */
export async function startSecops(options: SecopsOptions = {}) {
  const apiKey = `AIza${randomBytes(26).toString('base64url')}`;
  const accessKey = randomBytes(24).toString('base64url');
  const events = receivedEvents<OcsfEvent>(options.folder, 'secops');
  const faults = faultsToCome(secopsFaults);

  function receiveLines(
    { headers, body }: StandInRequest,
    way: SecopsFault | undefined,
  ): StandInAnswer {
    if (headers['x-goog-api-key'] === undefined) {
      return refuse(403, 'PERMISSION_DENIED', 'Method does not allow unregistered callers.');
    }
    if (headers['x-goog-api-key'] !== apiKey) {
      const reason = 'API_KEY_INVALID';
      return refuse(400, 'INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.', [
        { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason },
      ]);
    }
    if (headers['x-webhook-access-key'] !== accessKey) {
      return refuse(401, 'UNAUTHENTICATED', 'The webhook access key is not the one of the feed.');
    }
    if (body === undefined) return refuse(413, 'INVALID_ARGUMENT', 'Request payload is too large.');
    const lines = body.toString().split('\n');
    const read = lines.map((line) => ocsfSchema.safeParse(parsed(line)).data);
    const middle = Math.floor(lines.length / 2);
    const bad = read.findIndex(
      (event, number) => !event || (way === 'refusedOne' && number === middle),
    );
    if (bad >= 0) return refuse(400, 'INVALID_ARGUMENT', `Line ${bad + 1} is no OCSF event.`);
    for (const event of read) {
      if (!event) continue;
      const { uid } = events.keep(event.metadata.uid ?? null, event);
      options.onEvent?.(uid);
    }
    server.changed();
    return { status: 200, body: {} };
  }

  const receive = faultyReceiver<SecopsFault>({
    maxBytes,
    faults,
    ...(options.retryAfter !== undefined && { retryAfter: options.retryAfter }),
    refusal: (way) => refuse(faultStatus[way], ...refusals[way]).body,
    receive: receiveLines,
  });

  const server = await startEventsServer({
    port: options.port,
    title: 'Google SecOps',
    about: 'What the feed has taken, newest first. SecOps keeps repeats.',
    events: events.all,
    headline: (event) => (event as OcsfEvent).message ?? '',
    takes: (url) => url === feedPath,
    receive,
  });

  return {
    url: server.url,
    feedUrl: `${server.url}${feedPath}`,
    apiKey,
    accessKey,
    /** In the order of arrival, repeats too. */
    received: events.all,
    ...faults,
    close: server.close,
  };
}

function refuse(code: number, status: string, message: string, details?: object[]): StandInAnswer {
  return { status: code, body: { error: { code, message, status, ...(details && { details }) } } };
}

const refusals: Record<AnswerFault, [string, string]> = {
  throttled: ['RESOURCE_EXHAUSTED', 'Quota exceeded.'],
  broken: ['INTERNAL', 'Internal error encountered.'],
  busy: ['UNAVAILABLE', 'The service is currently unavailable.'],
  unauthorized: ['UNAUTHENTICATED', 'Request had invalid authentication credentials.'],
  forbidden: ['PERMISSION_DENIED', 'The caller does not have permission.'],
};

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
