import { describe, expect, test } from 'vitest';
import { contosoTestIds as ids } from '../../../local/graph/contoso-test.ts';
import { advanced, graph, simulate } from './simulated.ts';

describe('pages', () => {
  test('all are reached by links of the real service, one of them empty', async () => {
    const { pages } = await simulate({ pageSize: 50 });
    const all = await pages('/v1.0/users?$select=id&$top=999');

    expect(all.map(({ value }) => value.length)).toEqual([50, 0, 50, 20]);
    expect(new Set(all.flatMap(({ value }) => value).map(({ id }) => id)).size).toBe(120);
    const links = all.map((page) => page['@odata.nextLink']);
    expect(links.slice(0, 3).every((link) => link?.startsWith(`${graph}/v1.0/users?`))).toBe(true);
    expect(links.at(-1)).toBeUndefined();
  });

  test('without a size they are as the service makes them', async () => {
    const { pages } = await simulate();
    const sizes = (await pages('/v1.0/users')).map(({ value }) => value.length);
    expect(sizes).toEqual([100, 0, 20]);
  });

  test('the count is on the first only, and each asks for the header again', async () => {
    const { ask, pages } = await simulate({ pageSize: 50 });
    const path = "/v1.0/users?$filter=userType ne 'Guest'&$count=true&$select=id";
    const all = await pages(path, advanced);
    expect(all.map((page) => page['@odata.count'])).toEqual([119, undefined, undefined, undefined]);
    const withoutHeader = await ask(all[0]?.['@odata.nextLink'] ?? '');
    expect(withoutHeader.status).toBe(400);
  });

  test.each([
    ['/v1.0/users?$top=1000', 400],
    ['/v1.0/users?$top=0', 400],
    ['/v1.0/users?$top=999', 200],
    ['/v1.0/users?$select=id,signInActivity&$top=501', 400],
    ['/v1.0/users?$select=id,signInActivity&$top=500', 200],
    ['/v1.0/identityGovernance/accessReviews/definitions?$top=101', 400],
    ['/v1.0/auditLogs/directoryAudits?$top=1000', 200],
  ])('more than a page may hold is refused: %s', async (path, status) => {
    const { ask } = await simulate();
    expect((await ask(path)).status).toBe(status);
  });

  test('a link expires', async () => {
    const { simulator, ask } = await simulate({ pageSize: 50 });
    const { body } = await ask('/v1.0/users');
    simulator.advance(11 * 60 * 1000);
    const late = await ask(body['@odata.nextLink'] ?? '');
    expect([late.status, late.body.error.code]).toEqual([400, 'Directory_ExpiredPageToken']);
  });

  test('a link that nobody gave is refused', async () => {
    const { ask } = await simulate();
    expect((await ask('/v1.0/users?$skiptoken=abc')).status).toBe(400);
  });

  test('a page may come twice', async () => {
    const { simulator, list } = await simulate({ pageSize: 50 });
    simulator.faults.add({ path: '/users', isRepeatedPage: true, times: 1 });
    const found = await list('/v1.0/users?$select=id');
    expect(found).toHaveLength(170);
    expect(found.filter(({ id }) => id === ids.ga1)).toHaveLength(2);
  });

  test('roles in the directory come whole', async () => {
    const { pages } = await simulate({ pageSize: 2 });
    expect(await pages('/v1.0/directoryRoles')).toHaveLength(1);
  });
});
