import { tenantWith } from '../test/directory/large-tenant.ts';
import { noon, simulated } from '../test/directory/simulated.ts';

export const administrators = 500;

/** What docs may promise of a tenant of that size. */
export const mostRequests = 220;

/** How many requests it takes to read a tenant with many administrators, and what for. */
export async function benchRefresh(): Promise<void> {
  const { sim, clock, read } = await simulated(() => {}, {
    tenant: tenantWith(administrators, noon),
  });
  try {
    const started = performance.now();
    const { snapshot, requests } = await read();
    const seconds = (performance.now() - started) / 1_000;
    const answers =
      sim.requests.length - sim.requests.filter(({ path }) => path === '/$batch').length;
    console.log(`\nrefresh: a tenant with ${administrators} administrators`);
    console.log(`  ${requests} requests (at most ${mostRequests}), ${answers} answers in them`);
    console.log(`  ${snapshot.accounts.length} accounts, ${snapshot.gaps?.length} gaps`);
    console.log(
      `  ${(clock.waited() / 1_000).toFixed(0)} s of waiting for limits, ${seconds.toFixed(1)} s of work`,
    );
    const paths = Map.groupBy(
      sim.requests.filter(({ batch }) => !batch),
      ({ path }) => path,
    );
    const most = [...paths].map(([path, all]) => ({ path, count: all.length }));
    for (const { path, count } of most.toSorted((a, b) => b.count - a.count).slice(0, 8)) {
      console.log(`  ${String(count).padStart(5)}  ${path}`);
    }
    if (requests > mostRequests) process.exitCode = 1;
  } finally {
    await sim.close();
  }
}
