import type * as z from 'zod';
import type { DirectoryPart } from '../watch/tenant-fields.ts';
import type { Bucket, Call, Version } from './graph.ts';

/** The least that a tenant must have bought. */
export type Licence = 'P1' | 'P2';

/**
 * A request that the product makes: `requests/` declares them all, so that the page of permissions
 * is written from what is really asked.
 */
export type Request<Row = unknown> = {
  part: DirectoryPart;
  /** Left out: Azure Resource Manager. */
  version?: Version;
  /** Each `{id}` is filled in, here first, then in the filter. */
  path: string;
  select?: readonly string[];
  filter?: string;
  /** The rest of the query. */
  query?: Readonly<Record<string, string>>;
  /** Application permissions of Graph, all of them; of Azure a role and where. */
  needs: readonly string[];
  /** What a single property needs beyond that. */
  needsFor?: Readonly<Record<string, string>>;
  licence?: Licence;
  bucket: Bucket;
  /** One object, or one of a list: what we look at of it. */
  row: z.ZodType<Row>;
};

/** Keeps the type of the row. */
export const declare = <Row>(request: Request<Row>): Request<Row> => request;

export const permissionsOf = ({ needs, needsFor = {} }: Pick<Request, 'needs' | 'needsFor'>) => [
  ...needs,
  ...Object.values(needsFor),
];

/** Ids and names within it are encoded, so that a `#` or `'` in a name stays a part of the name. */
export function callOf(request: Request, ids: readonly string[] = []): Call {
  const waiting = [...ids];
  const fill = (template: string, encode: (id: string) => string) =>
    template.replaceAll('{id}', () => encode(waiting.shift() ?? ''));
  const path = fill(request.path, encodeURIComponent);
  const query = {
    ...(request.select && { $select: request.select.join(',') }),
    ...(request.filter && { $filter: fill(request.filter, (id) => id.replaceAll("'", "''")) }),
    ...request.query,
  };
  const written = Object.entries(query).map(([key, value]) => `${key}=${encodeValue(value)}`);
  return {
    ...(request.version && { version: request.version }),
    path: written.length > 0 ? `${path}?${written.join('&')}` : path,
    bucket: request.bucket,
  };
}

/** Commas, brackets and `$` may stand as they are, and are far easier to read so. */
const encodeValue = (value: string) =>
  encodeURIComponent(value).replace(/%(?:24|28|29|2C|2F|3A|3D)/gi, decodeURIComponent);
