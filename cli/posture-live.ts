import { WatchError } from '../shared/errors.ts';
import type { Policy } from '../shared/policy.ts';
import type { Snapshot } from '../shared/watch/directory.ts';
import { ProblemError, UsageError } from './command.ts';

const howToSignIn =
  '--live reads as whoever has signed in here (`az login`, or a managed identity), with what docs/permissions.md lists';

/**
 * Reads the directory from Microsoft Graph, with the sign-in of whoever calls or a managed identity.
 *
 * @throws {UsageError} if the policy does not say which tenant. @throws {ProblemError} if it can't be read.
 */
export async function readLive(policy: Policy | undefined): Promise<Snapshot> {
  const [tenant, ...others] = policy?.tenants ?? [];
  if (!tenant || others.length > 0) {
    throw new UsageError('--live: name one tenant by --policy FILE; a sign-in is one tenant’s');
  }
  // Only here: whoever works on files alone needs none of Azure's libraries.
  const { directoryReader } = await import('../shared/azure/directory-reader.ts');
  const read = directoryReader({ from: 'graph', clientId: undefined, isManaged: false });
  try {
    return (await read(tenant, undefined)).snapshot;
  } catch (error) {
    if (error instanceof WatchError) throw new ProblemError([error.message, howToSignIn]);
    throw error;
  }
}
