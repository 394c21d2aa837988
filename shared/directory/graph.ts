/**
 * What the reading of a directory asks for: Microsoft Graph, and Azure Resource Manager. The adapters
 * in shared/azure wait, pace and repeat; whoever calls gets an answer, or an {@link ApiError}.
 */

/** Requests that a service counts together, and throttles together. */
export type Bucket =
  | 'directory'
  | 'reports'
  | 'idp-ca'
  | 'security'
  | 'outlook'
  | 'pim'
  | 'access-reviews'
  | 'arm';

export type Version = 'v1.0' | 'beta';

export type Call = {
  /** Of Graph; Azure Resource Manager has it in the query. */
  version?: Version;
  /** With its query, encoded. */
  path: string;
  bucket: Bucket;
};

export type Outcome = { value: unknown } | { error: ApiError };

export type ArmApi = {
  /** @throws {ApiError} */
  get(call: Call): Promise<unknown>;
  /**
   * The page that an earlier one named.
   *
   * @throws {ApiError} also for a link that leads to another host: no token goes there.
   */
  follow(link: string, bucket: Bucket): Promise<unknown>;
  /** How many requests went out so far, each try counted. */
  sent(): number;
};

export type GraphApi = ArmApi & {
  /**
   * Many small reads in few requests.
   *
   * @param calls - all of one version and bucket.
   * @returns An outcome for each, in their order.
   * @throws {ApiError} if the batch itself fails.
   */
  batch(calls: readonly Call[]): Promise<Outcome[]>;
  /**
   * The application permissions that the token carries. Undefined: it does not say.
   *
   * @throws {ApiError} if no token can be had.
   */
  permissions(): Promise<ReadonlySet<string> | undefined>;
};

/** No HTTP status, but why there is none, or why the answer can't be used. */
export type LocalCode =
  /** The connection failed, or the answer took too long. */
  | 'NoAnswer'
  /** The time for the whole reading is over. */
  | 'OutOfTime'
  | 'NoToken'
  | 'ForeignLink'
  | 'EndlessPages'
  | 'NotUnderstood';

/**
 * A request that failed for good, or for longer than we wait. It holds neither the token nor the
 * words of the other side: callers go by status and code.
 */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** 0: there was no answer. */
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: LocalCode | (string & {}), options?: ErrorOptions) {
    super(status === 0 ? code : `${status} ${code}`, options);
    this.status = status;
    this.code = code;
  }
}
