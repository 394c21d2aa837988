import { describe, expect, test } from 'vitest';
import { contosoTestIds as ids } from '../../../local/graph/contoso-test.ts';
import { simulate } from './simulated.ts';

/** Reads all changes, and returns where the next round begins. */
async function reading(pageSize?: number) {
  const simulated = await simulate(pageSize === undefined ? {} : { pageSize });
  const changes = async (path: string) => {
    const pages = await simulated.pages(path);
    const links = pages.map((page) => page['@odata.deltaLink']);
    expect(links.slice(0, -1).every((link) => link === undefined)).toBe(true);
    return { rows: pages.flatMap(({ value }) => value), next: links.at(-1) ?? '' };
  };
  return { ...simulated, changes };
}

describe('changes of users', () => {
  test('begin with everybody, some of them twice, and end with a link', async () => {
    const { changes } = await reading(50);
    const { rows, next } = await changes('/v1.0/users/delta?$select=id,accountEnabled');
    expect(rows).toHaveLength(121);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(120);
    expect(next).toMatch(/^https:\/\/graph\.microsoft\.com\/v1\.0\/users\/delta\?\$deltatoken=/);
  });

  test('then tell only what has changed, as it was selected', async () => {
    const { simulator, changes } = await reading();
    const { next } = await changes('/v1.0/users/delta?$select=id,accountEnabled');
    expect((await changes(next)).rows).toEqual([]);

    simulator.directory.change(({ users }) => {
      const user = users.find(({ fields }) => fields.id === ids.ga2);
      if (user) user.fields.accountEnabled = false;
    });
    const round = await changes(next);
    expect(round.rows).toEqual([{ id: ids.ga2, accountEnabled: false }]);
    expect((await changes(round.next)).rows).toEqual([]);
  });

  test('say whether who is gone could come back', async () => {
    const { simulator, changes } = await reading();
    const { next } = await changes('/v1.0/users/delta');
    simulator.directory.change((tenant) => {
      const gone = tenant.users.filter(({ fields }) => fields.id === ids.ord104);
      tenant.deletedUsers.push(...gone);
      tenant.users = tenant.users.filter(
        ({ fields }) => fields.id !== ids.ord104 && fields.id !== ids.ord105,
      );
    });
    expect((await changes(next)).rows).toEqual([
      { id: ids.ord104, '@removed': { reason: 'changed' } },
      { id: ids.ord105, '@removed': { reason: 'deleted' } },
    ]);
  });

  test('are gone after a week, and after a reset', async () => {
    const { simulator, changes, ask } = await reading();
    const first = await changes('/v1.0/users/delta');
    simulator.advance(7 * 24 * 60 * 60 * 1000);
    const late = await ask(first.next);
    expect(late.status).toBe(410);
    expect(late.headers.get('location')).toContain('/users/delta?$deltatoken=');

    const second = await changes('/v1.0/users/delta');
    simulator.reset();
    expect((await ask(second.next)).status).toBe(410);
  });

  test('tell nothing of sign-ins, and take no size', async () => {
    const { ask, changes } = await reading();
    expect((await ask('/v1.0/users/delta?$top=5')).status).toBe(400);
    expect((await ask('/v1.0/users/delta?$filter=accountEnabled eq true')).status).toBe(400);
    const { rows } = await changes(`/v1.0/users/delta?$filter=id eq '${ids.ga1}'`);
    expect(rows).toMatchObject([{ id: ids.ga1 }]);
    expect(rows[0]).not.toHaveProperty('signInActivity');
  });
});

describe('changes of roles and groups', () => {
  test('name the members, and who left', async () => {
    const { simulator, changes } = await reading();
    const exchange = (rows: { [name: string]: unknown }[]) =>
      rows.find(({ roleTemplateId }) => roleTemplateId === '29232cdf-9323-42fd-ade2-1d097af3e4de');
    const first = await changes('/v1.0/directoryRoles/delta');
    expect(exchange(first.rows)).toMatchObject({
      'members@delta': [{ '@odata.type': '#microsoft.graph.user', id: ids.sync1 }],
    });

    const start = '2026-08-20T11:00:00Z';
    simulator.directory.change(({ holdings }) => {
      for (const holding of holdings) {
        if (holding.principalId === ids.sync1) holding.end = start;
      }
    });
    const second = await changes(first.next);
    expect(second.rows).toHaveLength(1);
    expect(exchange(second.rows)).toMatchObject({
      'members@delta': [{ id: ids.sync1, '@removed': { reason: 'deleted' } }],
    });
  });

  test('tell of a group whose members have changed', async () => {
    const { simulator, changes } = await reading();
    const first = await changes('/v1.0/groups/delta?$select=id,members');
    simulator.directory.change(({ groups }) => {
      groups.find(({ fields }) => fields.id === ids.G1)?.members.push(ids.ord9 ?? '');
    });
    expect((await changes(first.next)).rows).toEqual([
      {
        id: ids.G1,
        'members@delta': [{ '@odata.type': '#microsoft.graph.user', id: ids.ord9 }],
      },
    ]);
  });
});
