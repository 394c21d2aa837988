import { expect, test } from 'vitest';
import { exampleTenant, workloads } from '../../../shared/detect/examples/tenant.ts';
import { applicationsIn, partyOfApplication } from '../../../shared/detect/posture/applications.ts';
import { snapshotSchema } from '../../../shared/watch/directory.ts';
import { Watchlist } from '../../../shared/watch/watchlist.ts';

const app = { ...workloads.sync, type: 'servicePrincipal', displayName: workloads.sync.name };
const read = (...accounts: readonly object[]) =>
  snapshotSchema.parse({ tenantId: exampleTenant.id, accounts });

function found(snapshot: ReturnType<typeof read>, isTaken = true) {
  const watchlist = new Watchlist(exampleTenant);
  if (isTaken) watchlist.takeSnapshot(snapshot);
  return applicationsIn({ snapshot, watchlist }).map(partyOfApplication);
}

test('applications that can sign in are looked at', () => {
  const party = { type: 'servicePrincipal', id: app.id, name: app.displayName };
  expect(found(read(app, { id: 'g', type: 'group' }, { id: 'u', type: 'user' }))).toEqual([party]);
  expect(found(read({ ...app, enabled: false }))).toEqual([]);
});

test('so are those that the watchlist has not met yet', () => {
  expect(found(read(app), false)).toHaveLength(1);
});
