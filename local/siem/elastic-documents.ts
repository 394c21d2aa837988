/** What Elasticsearch says of an error. */
export type Refusal = { type: string; reason: string };

/** How it says no: to a document, or to a request. */
export class DocumentRefusal extends Error {
  readonly status: number;
  readonly told: Refusal;

  constructor(status: number, told: Refusal) {
    super(told.reason);
    this.status = status;
    this.told = told;
  }
}

export const badRequest = (reason: string) =>
  new DocumentRefusal(400, { type: 'illegal_argument_exception', reason });

export type SentDocument = { id: string; text: string };

/** Longer ids are refused, with the whole request. In bytes. */
const maxId = 512;

/**
 * The documents of a bulk request: pairs of lines, each ended by a line feed. For a data stream each is
 * to be created.
 *
 * @throws {DocumentRefusal} For the whole request.
 */
export function documentsOf(body: string): SentDocument[] {
  if (!body.endsWith('\n')) {
    throw badRequest('The bulk request must be terminated by a newline [\\n]');
  }
  const lines = body.slice(0, -1).split('\n');
  if (lines.length % 2 === 1) throw badRequest(`Malformed content, found extra data after parsing`);
  return Array.from({ length: lines.length / 2 }, (_, number) => ({
    id: idOf(lines[number * 2] ?? '', number * 2 + 1),
    text: lines[number * 2 + 1] ?? '',
  }));
}

function idOf(line: string, at: number): string {
  const action = parsed(line);
  const [[name, about] = []] = Object.entries(action ?? {});
  if (name === undefined) throw badRequest(`Malformed action/metadata line [${at}]`);
  if (name !== 'create') {
    throw badRequest('only write ops with an op_type of create are allowed in data streams');
  }
  const id = (about as { _id?: unknown })._id;
  // It makes one up where there is none; a repeat would then be a second document.
  if (typeof id !== 'string' || id === '') throw badRequest(`no _id in line [${at}]`);
  if (Buffer.byteLength(id) > maxId) throw badRequest(`id [${id}] is too long`);
  return id;
}

export function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
