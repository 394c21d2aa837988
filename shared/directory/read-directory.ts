import { cleanLine } from '../clean-text.ts';
import { WatchError } from '../errors.ts';
import type { TenantPolicy } from '../policy.ts';
import { isoOf } from '../time.ts';
import { type Snapshot, snapshotSchema } from '../watch/directory.ts';
import { detailOf, refusalOf } from './gap.ts';
import type { ArmApi, GraphApi } from './graph.ts';
import { ApiError } from './graph.ts';
import { readOrganization } from './parts/organization.ts';
import { readAccounts } from './read-accounts.ts';
import { readPrivilege } from './read-privilege.ts';
import { readTenant } from './read-tenant.ts';
import { graphReaderOf, ReadError, readerOf } from './reader.ts';
import { Reading } from './reading.ts';

export type ReadDirectory = {
  graph: GraphApi;
  /** Undefined: Azure is not to be read. */
  arm: ArmApi | undefined;
  tenant: TenantPolicy;
  /** The last snapshot: stands in for what can't be read this time. */
  previous: Snapshot | undefined;
  /** Epoch milliseconds. */
  now: number;
};

/**
 * Reads a tenant's directory. What is optional and can't be read is a gap that says why; only roles,
 * groups and users must be there.
 *
 * @returns The snapshot, and how many requests it took.
 * @throws {WatchError} `DIRECTORY_UNAVAILABLE`: what must be there can't be had at the moment; the
 *   previous snapshot stays the best there is. `DIRECTORY_FORBIDDEN`: a permission for it is missing.
 *   `CONFIG_INVALID`: the app's identity is of another tenant.
 */
export async function readDirectory({
  graph,
  arm,
  tenant,
  previous,
  now,
}: ReadDirectory): Promise<{ snapshot: Snapshot; requests: number }> {
  const reading = new Reading({
    graph: graphReaderOf(graph),
    arm: arm && readerOf(arm),
    tenant,
    previous: previous?.tenantId === tenant.id.toLowerCase() ? previous : undefined,
    now,
  });
  const before = graph.sent() + (arm?.sent() ?? 0);
  try {
    reading.access.permissions = await graph.permissions();
    const organization = await reading.optional('organization', () =>
      readOrganization(reading.graph),
    );
    checkTenant(organization?.tenantId, tenant);
    reading.access.plans = organization?.plans;
    const privilege = await readPrivilege(reading);
    const about = await readTenant(reading, privilege, organization);
    const { accounts, sections } = await readAccounts(reading, privilege, about);
    const snapshot = snapshotSchema.parse({
      tenantId: tenant.id,
      takenAt: isoOf(now),
      accounts,
      ...about.sections,
      ...sections,
      roleDefinitions: privilege.roles.definitions,
      gaps: reading.gaps(),
    });
    return { snapshot, requests: graph.sent() + (arm?.sent() ?? 0) - before };
  } catch (error) {
    throw asFault(error, reading);
  }
}

/** An identity sees its own tenant, whichever was asked for: that must not be taken for this one. */
function checkTenant(answered: string | undefined, { id, name }: TenantPolicy): void {
  if (answered === undefined || answered === id.toLowerCase()) return;
  throw new WatchError(
    'CONFIG_INVALID',
    `${name} (${id}) can't be read: the app's identity is of the tenant ${cleanLine(answered, 40)}.`,
  );
}

function asFault(error: unknown, { access }: Reading): WatchError {
  if (error instanceof WatchError) return error;
  if (error instanceof ReadError) {
    const refusal = refusalOf(error, access);
    const detail = detailOf(refusal, error);
    const code = refusal.why === 'failed' ? 'DIRECTORY_UNAVAILABLE' : 'DIRECTORY_FORBIDDEN';
    return new WatchError(code, detail, { cause: error });
  }
  if (error instanceof ApiError) {
    return new WatchError('DIRECTORY_UNAVAILABLE', 'The app got no token for Microsoft Graph.');
  }
  return new WatchError('DIRECTORY_UNAVAILABLE', 'What was read was not understood.', {
    cause: error,
  });
}
