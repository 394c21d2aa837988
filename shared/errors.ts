/** Every fault we raise: callers act on `retryable`, operators on `fix`. */
export const errorCodes = {
  CONFIG_INVALID: {
    retryable: false,
    fix: 'Correct the app setting that the message names, then restart.',
  },
  POLICY_INVALID: {
    retryable: false,
    fix: 'Correct the lines that the message names; `npx glasswatch check` shows them all.',
  },
  DIRECTORY_INVALID: {
    retryable: false,
    fix: 'Correct the directory snapshot at the place that the message names.',
  },
  DIRECTORY_UNAVAILABLE: {
    retryable: true,
    fix: 'Wait: the directory is read again by the next run, and the last snapshot stays in use. If it lasts, check that the app has an identity and reaches Microsoft Graph.',
  },
  DIRECTORY_FORBIDDEN: {
    retryable: false,
    fix: 'Grant the permission that the message names to the identity of the app: docs/permissions.md. It counts once the identity gets a new token, up to a day later.',
  },
  STORE_UNAVAILABLE: {
    retryable: true,
    fix: 'Check the storage account and the identity that reads it; the batch waits and is retried.',
  },
  STORE_CONFLICT: {
    retryable: true,
    fix: 'Nothing to do: another instance was faster and the work is repeated on what it wrote.',
  },
  DELIVERY_UNAVAILABLE: {
    retryable: true,
    fix: 'Wait: the outbox repeats the delivery with growing pauses.',
  },
  DELIVERY_MISCONFIGURED: {
    retryable: true,
    fix: 'Check the settings of the channel that the message names. The delivery is tried for three days.',
  },
  DELIVERY_REJECTED: {
    retryable: false,
    fix: 'The channel takes no such message: report it. The delivery stays listed as dead with its incident.',
  },
} as const;

export type ErrorCode = keyof typeof errorCodes;

/** The one error class: a code from the table above, a detail without secrets, and its cause. */
export class WatchError extends Error {
  override readonly name = 'WatchError';
  readonly code: ErrorCode;
  /** When to try again, if the other side said so. */
  readonly retryAfterMs: number | undefined;
  /** A table, container or queue of ours is not there any more. */
  readonly isStoreGone: boolean;

  constructor(
    code: ErrorCode,
    detail: string,
    options?: ErrorOptions & { retryAfterMs?: number; isStoreGone?: boolean },
  ) {
    super(`${code}: ${detail}`, options);
    this.code = code;
    this.retryAfterMs = options?.retryAfterMs;
    this.isStoreGone = options?.isStoreGone ?? false;
  }

  get retryable(): boolean {
    return errorCodes[this.code].retryable;
  }
}

/** What an error says, cut to a length that fits a row or a line. */
export const messageOf = (error: unknown, longest = 200) =>
  error instanceof Error ? error.message.slice(0, longest) : 'unknown error';
