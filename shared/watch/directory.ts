import * as z from 'zod';
import { WatchError } from '../errors.ts';
import { parseTime } from '../time.ts';

/**
 * The directory snapshot: what is known of a tenant's privileged accounts. Graph fills it, files may
 * bring it. Only `tenantId`, `accounts`, `id` and `type` must be there; unknown keys are left alone.
 */
const text = z.string().nullish();
const time = z
  .string()
  .refine((value) => parseTime(value) !== undefined, 'is no time; allowed: UTC ISO 8601')
  .nullish();
const id = z
  .string()
  .min(1)
  .transform((value) => value.toLowerCase());

const assignmentSchema = z.looseObject({
  roleTemplateId: id,
  roleName: text,
  scope: text,
  state: z.enum(['active', 'eligible', 'activated']).nullish(),
  via: id.nullish(),
  until: time,
});

const accountSchema = z.looseObject({
  id,
  type: z.enum(['user', 'servicePrincipal', 'group']),
  userPrincipalName: text,
  displayName: text,
  appId: id.nullish(),
  enabled: z.boolean().nullish(),
  userType: text,
  onPremisesSynced: z.boolean().nullish(),
  mail: text,
  createdAt: time,
  lastPasswordChangeAt: time,
  lastSignInAt: time,
  passwordPolicies: text,
  mfaRegistered: z.boolean().nullish(),
  methods: z.array(z.string()).nullish(),
  roleAssignable: z.boolean().nullish(),
  known: z
    .looseObject({
      countries: z.array(z.string()).nullish(),
      networks: z.array(z.string()).nullish(),
      devices: z.array(z.string()).nullish(),
    })
    .nullish(),
  assignments: z.array(assignmentSchema).nullish(),
});

export const snapshotSchema = z.looseObject({
  tenantId: id,
  takenAt: time,
  accounts: z.array(accountSchema),
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
