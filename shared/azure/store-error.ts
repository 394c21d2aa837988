import { WatchError } from '../errors.ts';

/** What the storage SDKs tell of a failure; the same fact sits in other places on other calls. */
type StorageFault = {
  name?: string;
  code?: unknown;
  statusCode?: number;
  details?: { errorCode?: string; odataError?: { code?: string } };
  response?: { headers?: { get(name: string): string | undefined } };
};

/** Answers that mean: someone else was there first. A 404 is an update of a row deleted meanwhile. */
const conflicts = new Set([
  '409 EntityAlreadyExists',
  '409 BlobAlreadyExists',
  '412 UpdateConditionNotSatisfied',
  '412 ConditionNotMet',
  '404 ResourceNotFound',
]);

/** Somebody has deleted what the deployment made. */
const gone = new Set(['TableNotFound', 'ContainerNotFound', 'QueueNotFound']);

export const statusOf = (error: unknown): number | undefined => (error as StorageFault).statusCode;

/** The service's own word for a failure. Single calls and transactions put it in different places. */
export function codeOf(error: unknown): string | undefined {
  const { code, details, response } = error as StorageFault;
  const said = [code, details?.errorCode, details?.odataError?.code];
  said.push(response?.headers?.get('x-ms-error-code'));
  return said.find(
    (one): one is string => typeof one === 'string' && /^[A-Za-z][\w-]{1,60}$/.test(one),
  );
}

/**
 * A failure of the storage account in our words. The SDK's message and cause stay out: both may hold
 * the URL, and with it the signature of a SAS.
 *
 * @param doing - what failed, for the operator: `saving incident 1f`.
 */
function storeError(error: unknown, doing: string): WatchError {
  if (error instanceof WatchError) return error;
  const [status, code] = [statusOf(error), codeOf(error)];
  if (conflicts.has(`${status} ${code}`)) {
    return new WatchError('STORE_CONFLICT', `${doing}: it has changed meanwhile`);
  }
  const detail = `${doing}: ${reasonOf(error, status, code)}`;
  return new WatchError('STORE_UNAVAILABLE', detail, {
    isStoreGone: gone.has(code ?? ''),
    ...(isOurs(error) && { cause: error }),
  });
}

/** A row that is no JSON, or a mistake of ours: its stack is the only trace of it, and no request is in it. */
const isOurs = (error: unknown) => error instanceof SyntaxError || error instanceof RangeError;

/** Runs one call of the storage account. @throws {WatchError} STORE_CONFLICT, STORE_UNAVAILABLE */
export async function reach<T>(doing: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw storeError(error, doing);
  }
}

function reasonOf(error: unknown, status: number | undefined, code: string | undefined): string {
  const { name, response } = error as StorageFault;
  if (name === 'AbortError' || name === 'TimeoutError') return 'no answer in time';
  if (!status) return `failed (${code ?? name ?? 'unknown error'})`;
  const request = response?.headers?.get('x-ms-request-id');
  return [`answered ${status}`, code, request && `request ${request}`].filter(Boolean).join(', ');
}
