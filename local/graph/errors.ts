/** A refusal, as Graph words it. */
export class GraphError extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: string,
    message: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

export const unsupportedQuery = (message: string) =>
  new GraphError(400, 'Request_UnsupportedQuery', message);

export const badRequest = (message: string) => new GraphError(400, 'BadRequest', message);

export const notFound = (id: string) =>
  new GraphError(
    404,
    'Request_ResourceNotFound',
    `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
  );

/** What a request is found by: the service's name for it, and the caller's. */
export type RequestIds = { requestId: string; clientRequestId: string };

type Stamp = RequestIds & { at: number };

export const errorBody = (error: GraphError, { requestId, clientRequestId, at }: Stamp) => ({
  error: {
    ...plainError(error),
    innerError: {
      date: new Date(at).toISOString().slice(0, 19),
      'request-id': requestId,
      'client-request-id': clientRequestId,
    },
  },
});

/** As Azure Resource Manager has it. */
export const plainError = ({ code, message }: GraphError) => ({ code, message });
