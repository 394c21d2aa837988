import { WatchError } from '../shared/errors.ts';
import type { Policy } from '../shared/policy.ts';
import { parseSnapshot, type Snapshot } from '../shared/watch/directory.ts';
import { ProblemError } from './command.ts';
import { readText } from './policy-file.ts';

/** @throws {ProblemError} if the snapshot can't be read, or is of a tenant that the policy does not name. */
export async function readSnapshot(file: string, policy: Policy | undefined): Promise<Snapshot> {
  const snapshot = parse(await readText(file), file);
  const tenants = policy?.tenants.map(({ id }) => id);
  if (tenants && !tenants.includes(snapshot.tenantId)) {
    const allowed = tenants.join(', ');
    throw new ProblemError([
      `${file}: tenantId: found "${snapshot.tenantId}", which the policy does not name; allowed: ${allowed}`,
    ]);
  }
  return snapshot;
}

function parse(text: string, file: string): Snapshot {
  try {
    return parseSnapshot(text, file);
  } catch (error) {
    if (!(error instanceof WatchError)) throw error;
    throw new ProblemError(error.message.replace(/^DIRECTORY_INVALID: /, '').split('\n'));
  }
}
