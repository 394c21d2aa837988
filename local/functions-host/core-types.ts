/**
 * What passes between the worker and `@azure/functions`, as far as this host needs it.
 *
 * @see https://github.com/Azure/azure-functions-nodejs-worker/tree/v3.x/types-core
 */

/** A value as the platform passes it between host and worker: exactly one key is set. */
export interface TypedData {
  string?: string;
  json?: string;
  bytes?: Uint8Array;
  int?: number;
  http?: HttpData;
  collectionString?: { string: string[] };
  collectionBytes?: { bytes: Uint8Array[] };
  collectionSint64?: { sint64: { low: number; high: number; unsigned: boolean }[] };
}

interface Nullable<T> {
  value: T;
}

/** An HTTP request on the way in, an HTTP response on the way out. */
export interface HttpData {
  url?: string;
  method?: string;
  nullableHeaders?: Record<string, Nullable<string>>;
  nullableQuery?: Record<string, Nullable<string>>;
  nullableParams?: Record<string, Nullable<string>>;
  statusCode?: string;
  headers?: Record<string, string>;
  cookies?: HttpCookie[];
  body?: TypedData | null | undefined;
}

export interface HttpCookie {
  name: string;
  value: string;
  domain?: Nullable<string>;
  path?: Nullable<string>;
  expires?: Nullable<{ seconds: number }>;
  secure?: Nullable<boolean>;
  httpOnly?: Nullable<boolean>;
  sameSite?: 'none' | 'lax' | 'strict' | 'explicitNone';
  maxAge?: Nullable<number>;
}

/** A trigger, input or output, with whatever options its type has. */
export interface Binding {
  type: string;
  direction: 'in' | 'out';
  [option: string]: unknown;
}

export interface RetryOptions {
  retryStrategy: 'fixedDelay' | 'exponentialBackoff';
  /** -1: without end. */
  maxRetryCount: number;
  delayInterval?: { seconds: number };
  minimumInterval?: { seconds: number };
  maximumInterval?: { seconds: number };
}

export interface RetryContext {
  retryCount: number;
  maxRetryCount: number;
  exception?: { message: string; source: string; stackTrace: string };
}

export interface FunctionMetadata {
  name: string;
  bindings: Record<string, Binding>;
  retryOptions?: RetryOptions;
}

export type FunctionCallback = (...inputs: unknown[]) => unknown;
export type HookCallback = (context: Record<string, unknown>) => unknown;

export interface InvocationRequest {
  invocationId: string;
  inputData: { name: string; data: TypedData }[];
  triggerMetadata: Record<string, TypedData>;
  retryContext?: RetryContext | undefined;
}

export interface InvocationResponse {
  outputData: { name: string; data: TypedData }[];
  returnValue?: TypedData | null;
}

/** How the library asks the worker to log. */
export type CoreLog = (level: string, category: string, message: string) => void;

/** The library's side of one invocation: its converters in and out. */
export interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], callback: FunctionCallback): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<InvocationResponse>;
}

/** What the library hands to the worker once it is loaded. */
export interface ProgrammingModel {
  getCapabilities(worker: Record<string, string>): Promise<Record<string, string>>;
  getInvocationModel(context: object): InvocationModel;
}

export interface RegisteredFunction {
  metadata: FunctionMetadata;
  callback: FunctionCallback;
}
