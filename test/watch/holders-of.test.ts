import { expect, test } from 'vitest';
import { directRole } from '../../shared/detect/examples/records.ts';
import { exampleSnapshot, exampleTenant, people } from '../../shared/detect/examples/tenant.ts';
import { normalise } from '../../shared/read/normalise.ts';
import { globalAdministrator } from '../../shared/roles.ts';
import { Watchlist } from '../../shared/watch/watchlist.ts';

const at = Date.parse('2026-11-20T12:00:00Z');
const { ada, ben, cleo, glass, hana, ian } = people;
const helpdesk = '729827e3-9c14-49f7-bb1b-9608f156bbb8';
const userAdministrator = 'fe930be7-5e62-47db-91af-98c3a49a38b1';

const known = () => {
  const watchlist = new Watchlist(exampleTenant);
  watchlist.takeSnapshot(exampleSnapshot());
  return watchlist;
};
const idsOf = (...who: { id: string }[]) => who.map(({ id }) => id).sort();

function remove(watchlist: Watchlist, who: { id: string; upn: string }): void {
  const row = { ...directRole(who, globalAdministrator), operationName: 'Remove member from role' };
  const read = normalise(row, exampleTenant.id);
  if (!('event' in read)) throw new Error('not read');
  watchlist.apply(read.event);
}

test('active, eligible and through a group, and no group itself', () => {
  const watchlist = known();
  expect(watchlist.holdersOf(globalAdministrator, at)?.sort()).toEqual(idsOf(ada, glass, hana));
  expect(watchlist.holdersOf(helpdesk, at)).toEqual(idsOf(ben));
  expect(watchlist.holdersOf(userAdministrator, at)?.sort()).toEqual(idsOf(cleo, ian));
});

test('a removal counts from its moment on, for a break-glass account too', () => {
  const watchlist = known();
  remove(watchlist, ada);
  remove(watchlist, glass);
  expect(watchlist.holdersOf(globalAdministrator, at)).toEqual(idsOf(hana));
  expect(watchlist.holdersOf(globalAdministrator, at - 1)?.sort()).toEqual(idsOf(ada, glass, hana));
});

test('a break-glass account that the snapshot leaves out is a Global Administrator, and nothing else', () => {
  const watchlist = new Watchlist(exampleTenant);
  watchlist.takeSnapshot({ ...exampleSnapshot(), accounts: [] });
  expect(watchlist.holdersOf(globalAdministrator, at)).toEqual(idsOf(glass));
  expect(watchlist.holdersOf(helpdesk, at)).toEqual([]);
});

test('without a snapshot nobody can tell', () => {
  expect(new Watchlist(exampleTenant).holdersOf(globalAdministrator, at)).toBeUndefined();
});
