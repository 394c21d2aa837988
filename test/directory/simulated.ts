import {
  contosoTest,
  contosoTestIds,
  contosoTestTenantId,
} from '../../local/graph/contoso-test.ts';
import type { Tenant } from '../../local/graph/model.ts';
import {
  type GraphSimulator,
  type SimulatorOptions,
  startGraphSimulator,
} from '../../local/graph/simulator.ts';
import { standInCredential } from '../../shared/azure/api-credential.ts';
import type { Clock, Patience } from '../../shared/azure/api-sender.ts';
import { armClient } from '../../shared/azure/arm-client.ts';
import { graphClient } from '../../shared/azure/graph-client.ts';
import { readDirectory } from '../../shared/directory/read-directory.ts';
import { permissionsOf } from '../../shared/directory/request.ts';
import { graphRequests } from '../../shared/directory/requests.ts';
import { tenantSchema } from '../../shared/policy/schema.ts';
import type { TenantPolicy } from '../../shared/policy.ts';
import type { Snapshot } from '../../shared/watch/directory.ts';

export const noon = Date.UTC(2026, 10, 20, 12);
export const ids = contosoTestIds;

/** What docs/permissions.md lists: no more, no less. */
export const listedPermissions: readonly string[] = [
  ...new Set([...graphRequests.values()].flatMap(permissionsOf)),
].sort();

export const contosoPolicy = (changes: Record<string, unknown> = {}): TenantPolicy =>
  tenantSchema.parse({
    id: contosoTestTenantId,
    name: 'Contoso Test',
    accounts: { emergency: [ids.bg1, 'bg2@contosotest.onmicrosoft.com', ids.bg3] },
    ...changes,
  });

export type Simulated = {
  sim: GraphSimulator;
  clock: Clock & { waited(): number };
  read(options?: ReadOptions): Promise<{ snapshot: Snapshot; requests: number }>;
};

type ReadOptions = {
  previous?: Snapshot | undefined;
  policy?: TenantPolicy;
  withoutAzure?: boolean;
  patience?: Partial<Patience>;
};

/** A clock that both sides go by: waiting moves it on, and takes no time. */
export function shortClock() {
  let now = noon;
  let seed = 42;
  return {
    now: () => now,
    async sleep(ms: number) {
      // Whoever waits at the same time waits side by side.
      const due = now + ms;
      await new Promise(setImmediate);
      now = Math.max(now, due);
    },
    // Not the same each time, and yet the same in each run.
    random: () => {
      seed = (seed * 16_807) % 2_147_483_647;
      return seed / 2_147_483_647;
    },
    waited: () => now - noon,
  };
}

/** A tenant, with a clock of its own and the clients of the product. */
export async function simulated(
  change: (tenant: Tenant) => void = () => {},
  options: Partial<SimulatorOptions> = {},
): Promise<Simulated> {
  const clock = shortClock();
  const tenant = structuredClone(options.tenant ?? contosoTest(noon));
  change(tenant);
  const permissions = listedPermissions;
  const sim = await startGraphSimulator({ permissions, ...options, tenant, now: clock.now });
  return {
    sim,
    clock,
    async read({ previous, policy = contosoPolicy(), withoutAzure, patience } = {}) {
      const settings = {
        credential: standInCredential(() => sim.token()),
        origin: sim.url,
        clock,
        ...(patience && { patience }),
      };
      return await readDirectory({
        graph: graphClient(settings),
        arm: withoutAzure ? undefined : armClient(settings),
        tenant: policy,
        previous,
        now: clock.now(),
      });
    },
  };
}

export function accountIn({ accounts }: Snapshot, name: keyof typeof ids) {
  const account = accounts.find(({ id }) => id === ids[name]);
  if (!account) throw new Error(`${String(name)} is not in the snapshot`);
  return account;
}

/** The roles of somebody, each in a line. */
export const rolesOf = (snapshot: Snapshot, name: keyof typeof ids): string[] =>
  (accountIn(snapshot, name).assignments ?? []).map(({ roleName, state, scope, via, until }) =>
    [roleName, state, scope, via && `by ${nameOfId(via)}`, until && `until ${until}`]
      .filter(Boolean)
      .join(', '),
  );

export const nameOfId = (id: string) =>
  Object.entries(ids).find(([, known]) => known === id)?.[0] ?? id;
