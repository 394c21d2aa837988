import * as z from 'zod';
import { WatchError } from '../errors.ts';
import { accountSchema } from './account-fields.ts';
import { id, time } from './snapshot-fields.ts';
import { tenantSections } from './tenant-fields.ts';

/**
 * The directory snapshot: what is known of a tenant and its privileged accounts. Graph fills it, files
 * may bring it. Only `tenantId`, `accounts`, and each account's `id` and `type` must be there.
 */
export const snapshotSchema = z.looseObject({
  tenantId: id,
  takenAt: time,
  accounts: z.array(accountSchema),
  ...tenantSections,
});

export type Snapshot = z.output<typeof snapshotSchema>;
export type SnapshotAccount = Snapshot['accounts'][number];

/** How many problems of one file are named; the first ones are enough to mend it. */
const mostProblems = 20;

/**
 * @param file - what errors call it.
 * @throws {WatchError} DIRECTORY_INVALID with a line for each problem: file, place, what was found, what is allowed.
 */
export function parseSnapshot(content: string, file: string): Snapshot {
  let value: unknown;
  try {
    value = JSON.parse(content.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new WatchError('DIRECTORY_INVALID', `${file}: is not JSON (${(error as Error).message})`);
  }
  const result = snapshotSchema.safeParse(value);
  if (result.success) return result.data;
  const lines = result.error.issues
    .slice(0, mostProblems)
    .map(({ path, message }) => `${file}: ${place(path)}: ${message}`);
  throw new WatchError('DIRECTORY_INVALID', lines.join('\n'));
}

function place(path: readonly PropertyKey[]): string {
  const joined = path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('');
  return joined.replace(/^\./, '') || 'the whole file';
}
