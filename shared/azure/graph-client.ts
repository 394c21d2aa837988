import {
  AuthenticationHandler,
  Client,
  type Context,
  GraphClientError,
  GraphError,
  type Middleware,
  TelemetryHandler,
} from '@microsoft/microsoft-graph-client';
import {
  ApiError,
  type Bucket,
  type Call,
  type GraphApi,
  type Outcome,
} from '../directory/graph.ts';
import { checkOrigin, permissionsIn, tokenOf } from './api-credential.ts';
import {
  isPassing,
  openSender,
  realClock,
  type Sender,
  usualPace,
  usualPatience,
} from './api-sender.ts';
import { type ApiSettings, checkLink, cleanCode } from './arm-client.ts';

const host = 'https://graph.microsoft.com';
const scope = `${host}/.default`;

/**
 * Microsoft Graph, for one reading of the directory: its time begins now.
 *
 * @throws {WatchError} CONFIG_INVALID for an origin that is not allowed.
 */
export function graphClient(settings: ApiSettings): GraphApi {
  const { credential, patience, clock = realClock, pace = usualPace } = settings;
  const origin = checkOrigin(settings.origin, credential);
  const sender = openSender({ ...usualPatience, ...patience }, clock, pace);
  const getAccessToken = () => passing(() => tokenOf(credential, scope));
  const client = Client.initWithMiddleware({
    // Without the client's own RetryHandler: its sleep knows neither a deadline nor a bucket, and it
    // leaves 500, 502 and broken connections alone.
    middleware: [
      new AuthenticationHandler({ getAccessToken }),
      new TelemetryHandler(),
      new Sending(sender, origin),
    ],
  });

  const ask = (path: string, { bucket, weight = 1 }: Paced) =>
    client
      .api(path)
      .header('x-ms-throttle-priority', 'low')
      .middlewareOptions([new PacedOptions({ bucket, weight })]);

  const get = (url: string, bucket: Bucket) =>
    answered(() => ask(url, { bucket, weight: 1 }).get());

  async function batchOnce(calls: readonly Call[]): Promise<BatchItem[]> {
    const [{ version = 'v1.0', bucket } = { bucket: 'directory' as const }] = calls;
    // The client's own BatchRequestContent leaves the version in the items, which Graph refuses.
    const requests = calls.map(({ path }, index) => ({ id: `${index}`, method: 'GET', url: path }));
    const body: unknown = await answered(() =>
      ask(`${host}/${version}/$batch`, { bucket, weight: calls.length }).post({ requests }),
    );
    return itemsOf(body, calls.length);
  }

  async function batchOfTwenty(calls: readonly Call[]): Promise<Outcome[]> {
    const outcomes: (Outcome | undefined)[] = calls.map(() => undefined);
    let waiting = [...calls.keys()];
    const effort = sender.begin();
    for (;;) {
      const items = await batchOnce(waiting.flatMap((index) => calls[index] ?? []));
      const again: number[] = [];
      for (const [at, item] of items.entries()) {
        const index = waiting[at] ?? 0;
        outcomes[index] = outcomeOf(item);
        if (isPassing(item.status)) again.push(index);
      }
      const [first] = calls;
      if (again.length === 0 || !first) break;
      if (items.some(({ status }) => isPassing(status) && status !== 429)) effort.failed += 1;
      else effort.throttled += 1;
      if (!(await sender.pause(effort, longestWait(items), first.bucket))) break;
      waiting = again;
    }
    return outcomes.map((outcome) => outcome ?? { error: new ApiError(200, 'NotUnderstood') });
  }

  return {
    get: ({ version = 'v1.0', path, bucket }) => get(`${host}/${version}${path}`, bucket),
    follow: async (link, bucket) => await get(checkLink(link, host), bucket),
    async batch(calls) {
      const most = Math.min(mostInBatch, ...calls.map(({ bucket }) => sender.most(bucket)));
      const batches = chunk(calls, most).map(batchOfTwenty);
      return (await Promise.all(batches)).flat();
    },
    permissions: async () => permissionsIn(await tokenOf(credential, scope)),
    sent: sender.sent,
  };
}

const mostInBatch = 20;

const chunk = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );

type Paced = { bucket: Bucket; weight?: number };

/** How a request is paced, on its way through the client. */
class PacedOptions {
  readonly paced: Paced;
  constructor(paced: Paced) {
    this.paced = paced;
  }
}

function pacedIn(control: Context['middlewareControl']): Partial<Paced> {
  const options: unknown = control?.getMiddlewareOptions(PacedOptions);
  return options instanceof PacedOptions ? options.paced : {};
}

/** The client hands on errors of this class as they are, and swallows what others say. */
class Passing extends GraphClientError {
  readonly error: ApiError;
  constructor(error: ApiError) {
    super(error.message);
    this.error = error;
  }
}

async function passing<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw error instanceof ApiError ? new Passing(error) : error;
  }
}

/** The last link of the client's chain: paces, repeats, and reaches a simulator where one is set. */
class Sending implements Middleware {
  readonly #sender: Sender;
  readonly #origin: string | undefined;

  constructor(sender: Sender, origin: string | undefined) {
    this.#sender = sender;
    this.#origin = origin;
  }

  async execute(context: Context): Promise<void> {
    const { request, options = {}, middlewareControl } = context;
    const url = String(request);
    const { method = 'GET', body } = options;
    const outgoing = {
      // The whole rest stays as with Graph, links and tokens included.
      url: this.#origin === undefined ? url : url.replace(host, this.#origin),
      method,
      headers: Object.fromEntries(new Headers(options.headers)),
      ...(typeof body === 'string' && { body }),
    };
    const { bucket = 'directory', weight } = pacedIn(middlewareControl);
    context.response = await passing(() => this.#sender.send(outgoing, bucket, weight));
  }
}

async function answered(send: () => Promise<unknown>): Promise<unknown> {
  try {
    return await send();
  } catch (error) {
    if (error instanceof Passing) throw error.error;
    // Its message, body and headers stay behind: they are the other side's words.
    if (error instanceof GraphError) {
      const { statusCode, code } = error;
      if (statusCode >= 400) throw new ApiError(statusCode, cleanCode(code) ?? 'Unknown');
      if (statusCode >= 200) throw new ApiError(statusCode, 'NotUnderstood');
    }
    throw new ApiError(0, 'NoAnswer');
  }
}

type BatchItem = { status: number; headers: Record<string, unknown>; body: unknown };

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** In the order of the requests; Graph answers in any. What is missing counts as failed for now. */
function itemsOf(body: unknown, length: number): BatchItem[] {
  const responses = isObject(body) ? body.responses : undefined;
  if (!Array.isArray(responses)) throw new ApiError(200, 'NotUnderstood');
  const byId = new Map(responses.filter(isObject).map((item) => [item.id, item]));
  return Array.from({ length }, (_, index) => {
    const item = byId.get(`${index}`);
    const status = typeof item?.status === 'number' ? item.status : 504;
    return { status, headers: isObject(item?.headers) ? item.headers : {}, body: item?.body };
  });
}

function outcomeOf({ status, body }: BatchItem): Outcome {
  if (status >= 200 && status < 300) return { value: body };
  const error = isObject(body) && isObject(body.error) ? body.error : {};
  return { error: new ApiError(status, cleanCode(error.code) ?? 'Unknown') };
}

function longestWait(items: readonly BatchItem[]): string | null {
  const waits = items
    .filter(({ status }) => isPassing(status))
    .flatMap(({ headers }) => {
      const name = Object.keys(headers).find((key) => key.toLowerCase() === 'retry-after');
      const seconds = name === undefined ? Number.NaN : Number(headers[name]);
      return Number.isNaN(seconds) ? [] : [seconds];
    });
  return waits.length > 0 ? String(Math.max(...waits)) : null;
}
