import * as z from 'zod';

/** An event as Splunk has indexed it. */
export type HecEvent = {
  /** Epoch seconds. */
  time?: number | undefined;
  host?: string | undefined;
  source?: string | undefined;
  sourcetype?: string | undefined;
  index: string;
  event: unknown;
  fields?: Record<string, unknown> | undefined;
};

/** How the collector says no. */
export class HecRefusal extends Error {
  readonly status: number;
  readonly #body: object;

  constructor(status: number, code: number, text: string, number?: number) {
    super(text);
    this.status = status;
    this.#body = { text, code, ...(number !== undefined && { 'invalid-event-number': number }) };
  }

  body = () => this.#body;
}

const metadata = z.looseObject({
  time: z
    .union([
      z.number(),
      z
        .string()
        .regex(/^\d+(?:\.\d+)?$/)
        .transform(Number),
    ])
    .optional(),
  host: z.string().optional(),
  source: z.string().optional(),
  sourcetype: z.string().optional(),
  index: z.string().optional(),
  event: z.unknown().optional(),
});
const one = z.union([z.string(), z.number(), z.boolean()]);
const flat = z.record(z.string(), z.union([one, z.array(one)])).optional();

/**
 * One object of a batch.
 *
 * @throws {HecRefusal}
 */
export function hecEventOf(text: string, number: number, indexes: readonly string[]): HecEvent {
  const refuse = (code: number, says: string) => new HecRefusal(400, code, says, number);
  const { data } = metadata.safeParse(parsed(text));
  if (!data) throw refuse(6, 'Invalid data format');
  if (data.event === undefined) throw refuse(12, 'Event field is required');
  if (data.event === '' || data.event === null) throw refuse(13, 'Event field cannot be blank');
  const fields = flat.safeParse(data.fields);
  if (!fields.success) throw refuse(15, 'Error in handling indexed fields');
  const index = data.index ?? indexes[0] ?? 'main';
  if (!indexes.includes(index)) throw refuse(7, 'Incorrect index');
  const { time, host, source, sourcetype, event } = data;
  return { time, host, source, sourcetype, index, event, fields: fields.data };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
