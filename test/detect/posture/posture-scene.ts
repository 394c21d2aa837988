import { postureSnapshot, soundAdministrator } from '../../../shared/detect/examples/posture.ts';
import { exampleTenant, people } from '../../../shared/detect/examples/tenant.ts';
import type { TenantPolicy } from '../../../shared/policy.ts';
import { normalise } from '../../../shared/read/normalise.ts';
import { parseSnapshot } from '../../../shared/watch/directory.ts';
import { Watchlist } from '../../../shared/watch/watchlist.ts';

type Given = {
  /** Laid over Ada, with whom all is well; null leaves her out. */
  ada?: object | null;
  others?: readonly object[];
  /** Sections of the snapshot beside its accounts. */
  directory?: Readonly<Record<string, unknown>>;
  emergency?: string[];
  usesPim?: boolean;
  /** Records that came after the snapshot. */
  records?: readonly unknown[];
  now?: string;
};

/** A small tenant as the posture checks meet it. */
export function postureScene(given: Given = {}) {
  const { ada = {}, others = [], emergency = [], usesPim = true } = given;
  const accounts = { ...exampleTenant.accounts, emergency };
  const tenant: TenantPolicy = { ...exampleTenant, usesPim, accounts };
  const written = [...(ada ? [{ ...soundAdministrator, ...ada }] : []), ...others];
  const snapshot = parseSnapshot(JSON.stringify(postureSnapshot(written, given.directory)), 'test');
  const watchlist = new Watchlist(tenant);
  watchlist.takeSnapshot(snapshot);
  for (const record of given.records ?? []) {
    const read = normalise(record, tenant.id);
    if (!('event' in read)) throw new Error(JSON.stringify(read));
    watchlist.apply(read.event);
  }
  const now = Date.parse(given.now ?? '2026-11-20T12:00:00Z');
  return { watchlist, snapshot, tenant, now };
}

/** Ada in such a tenant. */
export function adaIn({ watchlist }: Pick<ReturnType<typeof postureScene>, 'watchlist'>) {
  const found = watchlist.state.accounts.get(people.ada.id);
  if (!found) throw new Error('Ada is not there');
  return found;
}
