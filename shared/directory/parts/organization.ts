import type { Snapshot } from '../../watch/directory.ts';
import { type GraphReader, ReadError } from '../reader.ts';
import { domains, organizations, subscribedSkus } from '../requests/tenant.ts';

export type Organization = {
  /** Which tenant answered; undefined where that could not be read. */
  tenantId: string | undefined;
  section: NonNullable<Snapshot['organization']>;
  plans: ReadonlySet<string> | undefined;
  errors: ReadError[];
};

const usable = new Set(['enabled', 'warning']);

/** Three requests with two permissions: what one of them lacks, the others still tell. */
export async function readOrganization(graph: GraphReader): Promise<Organization> {
  const errors: ReadError[] = [];
  const tried = async <T>(read: Promise<T>): Promise<T | undefined> => {
    try {
      return await read;
    } catch (error) {
      if (!(error instanceof ReadError)) throw error;
      errors.push(error);
    }
  };
  const [about, skus, names] = await Promise.all([
    tried(graph.list(organizations)),
    tried(graph.list(subscribedSkus)),
    tried(graph.list(domains)),
  ]);
  const [tenant] = about ?? [];
  const plans =
    skus &&
    new Set(
      skus
        .filter(({ capabilityStatus }) => usable.has(capabilityStatus?.toLowerCase() ?? ''))
        .flatMap(({ servicePlans }) => servicePlans ?? [])
        .filter(({ provisioningStatus }) => provisioningStatus?.toLowerCase() !== 'disabled')
        .flatMap(({ servicePlanName }) => servicePlanName?.toUpperCase() ?? []),
    );
  return {
    tenantId: tenant?.id,
    plans,
    errors,
    section: {
      ...(tenant && {
        // Null is what Graph says of a tenant that never synchronised.
        onPremisesSyncEnabled: tenant.onPremisesSyncEnabled ?? false,
        lastSyncAt: tenant.onPremisesLastSyncDateTime ?? null,
      }),
      ...(plans && { plans: [...plans].sort() }),
      ...(names && {
        domains: names
          .filter(({ isVerified }) => isVerified !== false)
          .map(({ id, isInitial, isDefault, authenticationType }) => ({
            name: id,
            isInitial,
            isDefault,
            isFederated: authenticationType
              ? authenticationType.toLowerCase() === 'federated'
              : null,
          })),
      }),
    },
  };
}
