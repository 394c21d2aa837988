import { describe, expect, test } from 'vitest';
import { contosoTestIds as ids } from '../../../local/graph/contoso-test.ts';
import { usualDelays } from '../../../local/graph/directory.ts';
import type { HubRecord } from '../../../local/graph/steps.ts';
import { simulate, start } from './simulated.ts';

const roleManagement = '/v1.0/roleManagement/directory';
const user = 'User Administrator';

const propertiesOf = (record: HubRecord | undefined) => record?.properties as { id: string };

describe('a write', () => {
  test('shows at once, unless it is delayed', async () => {
    const { simulator, ask } = await simulate();
    simulator.directory.change(({ users }) => {
      for (const { fields } of users) fields.jobTitle = 'now';
    });
    expect((await ask(`/v1.0/users/${ids.ga1}`)).body.jobTitle).toBe('now');
  });

  test('shows by id sooner than in lists, and late in some of them', async () => {
    const { simulator, ask, list } = await simulate();
    const rename = (jobTitle: string) =>
      simulator.directory.change(
        ({ users }) => {
          for (const { fields } of users) fields.jobTitle = jobTitle;
        },
        { delays: usualDelays },
      );
    const byId = async () => (await ask(`/v1.0/users/${ids.ga1}`)).body.jobTitle;
    const inList = async () => (await list('/v1.0/users?$top=1'))[0]?.jobTitle;

    rename('first');
    expect([await byId(), await inList()]).toEqual([null, null]);
    simulator.advance(1000);
    rename('second');
    expect([await byId(), await inList()]).toEqual(['first', null]);
    simulator.advance(4000);
    expect([await byId(), await inList()]).toEqual(['second', 'first']);
    simulator.advance(1000);
    expect([await byId(), await inList()]).toEqual(['second', 'second']);
  });

  test('of one collection leaves the others alone', async () => {
    const { simulator, list } = await simulate();
    const step = { by: ids.ga1, to: ids.usr1, role: user };
    simulator.steps.assignRole(step, { roleAssignments: { listMs: 60_000, byIdMs: 60_000 } });
    const assignments = () =>
      list(`${roleManagement}/roleAssignments?$filter=principalId eq '${ids.usr1}'`);
    expect(await assignments()).toHaveLength(1);
    expect(await list('/v1.0/directoryRoles')).toHaveLength(7);
    simulator.advance(60_000);
    expect(await assignments()).toHaveLength(2);
  });

  test('at once reaches also what is still shown of earlier ones', async () => {
    const { simulator, ask } = await simulate();
    simulator.directory.change((tenant) => tenant.users.pop(), { delays: usualDelays });
    simulator.setLicence('Free');
    expect((await ask('/v1.0/auditLogs/signIns')).status).toBe(403);
    expect(simulator.directory.tenant.users).toHaveLength(119);
  });
});

describe('rows of the logs', () => {
  test('arrive late and out of order', async () => {
    const { simulator, list } = await simulate({ isThrottled: false });
    simulator.steps.resetPassword({ by: ids.ga1, of: ids.ord1 });
    simulator.advance(1000);
    simulator.steps.resetPassword({ by: ids.ga1, of: ids.ord2 });
    const path = '/v1.0/auditLogs/directoryAudits';
    expect(await list(path)).toHaveLength(1);
    simulator.advance(15 * 60_000);
    const rows = await list(path);
    expect(rows).toHaveLength(3);
    const seen = rows.map(({ activityDateTime }) => String(activityDateTime));
    expect(seen).toEqual(seen.toSorted().toReversed());
  });

  test('in an order of their own: a later sign-in can be there first', async () => {
    const { simulator, list } = await simulate({ isThrottled: false });
    const [earlier, later] = [start + 1000, start + 2000];
    const row = (id: string, at: number, arrivesAt: number) => ({
      arrivesAt,
      fields: { id, createdDateTime: new Date(at).toISOString(), isInteractive: true },
    });
    simulator.directory.tenant.signIns.push(
      row('earlier', earlier, start + 60_000),
      row('later', later, start + 30_000),
    );
    const path = '/v1.0/auditLogs/signIns?$filter=createdDateTime ge 2026-08-20T12:00:00Z';
    const idsAt = async (ms: number) => {
      simulator.advance(ms);
      return (await list(path)).map(({ id }) => id);
    };
    expect(await idsAt(30_000)).toEqual(['later']);
    expect(await idsAt(30_000)).toEqual(['later', 'earlier']);
  });

  test('of other kinds of sign-in are in beta, by their filter', async () => {
    const { list } = await simulate({ isThrottled: false });
    const filter = "$filter=signInEventTypes/any(t: t eq 'nonInteractiveUser')";
    expect(await list(`/beta/auditLogs/signIns?${filter}`)).toHaveLength(1);
    const interactive = await list('/v1.0/auditLogs/signIns');
    expect(interactive.every(({ isInteractive }) => isInteractive)).toBe(true);
  });
});

describe('steps', () => {
  test('a role by hand: the record, the assignment, no schedule', async () => {
    const { simulator, list } = await simulate();
    const [record] = simulator.steps.assignRole({ by: ids.ga1, to: ids.ord1, role: user });
    expect(record).toMatchObject({
      category: 'AuditLogs',
      operationName: 'Add member to role',
      tenantId: simulator.directory.tenant.id,
      properties: {
        category: 'RoleManagement',
        initiatedBy: { user: { id: ids.ga1 } },
        targetResources: [{ type: 'User', id: ids.ord1 }, { type: 'Role' }],
      },
    });
    const filter = `$filter=principalId eq '${ids.ord1}'`;
    expect(await list(`${roleManagement}/roleAssignments?${filter}`)).toHaveLength(1);
    expect(await list(`${roleManagement}/roleAssignmentScheduleInstances?${filter}`)).toEqual([]);
  });

  test('an activation: PIM tells of it, its twin too, and it ends', async () => {
    const { simulator, list } = await simulate();
    const records = simulator.steps.activateRole({
      who: ids.ga2,
      role: 'Global Administrator',
      hours: 2,
    });
    expect(records.map(({ operationName }) => operationName)).toEqual([
      'Add member to role requested (PIM activation)',
      'Add member to role completed (PIM activation)',
      'Add member to role',
    ]);
    const instances = `${roleManagement}/roleAssignmentScheduleInstances?$filter=principalId eq '${ids.ga2}'`;
    expect(await list(instances)).toMatchObject([
      { assignmentType: 'Activated', endDateTime: '2026-08-20T14:00:00Z' },
    ]);
    simulator.advance(2 * 60 * 60_000);
    expect(await list(instances)).toEqual([]);
  });

  test('an eligibility, and a role taken away', async () => {
    const { simulator, list } = await simulate();
    const eligible = `${roleManagement}/roleEligibilityScheduleInstances?$filter=principalId eq '${ids.ord1}'`;
    const step = { by: ids.ga1, to: ids.ord1, role: user };
    expect(simulator.steps.makeEligible(step)).toHaveLength(2);
    expect(await list(eligible)).toHaveLength(1);
    expect(simulator.steps.removeRole(step)).toMatchObject([
      { operationName: 'Remove member from role' },
    ]);
    expect(await list(eligible)).toEqual([]);
  });

  test('elevated access: an audit row, and a row at the root of Azure', async () => {
    const { simulator, list } = await simulate();
    expect(simulator.steps.elevateAccess({ who: ids.ga1 })).toMatchObject([
      { properties: { loggedByService: 'Azure RBAC (Elevated Access)' } },
    ]);
    const rows = await list(
      '/arm/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01&$filter=atScope()',
    );
    expect(
      rows.map(({ properties }) => (properties as { principalId: string }).principalId),
    ).toEqual([ids.ga3, ids.ga1]);
  });

  test('the export is cut, then deleted: Azure Activity tells of it', async () => {
    const { simulator, list } = await simulate();
    const path = '/arm/providers/microsoft.aadiam/diagnosticSettings?api-version=2017-04-01';
    const cut = simulator.steps.disableExport({ by: ids.ga1, categories: ['AuditLogs'] });
    expect(cut).toMatchObject([
      {
        category: 'Administrative',
        operationName: 'MICROSOFT.AADIAM/DIAGNOSTICSETTINGS/WRITE',
        properties: {
          requestbody: expect.stringContaining('"category":"AuditLogs","enabled":false'),
        },
      },
    ]);
    expect(JSON.stringify(await list(path))).toContain('"category":"AuditLogs","enabled":false');

    const deleted = simulator.steps.disableExport({ by: ids.ga1 });
    expect(deleted).toMatchObject([
      { operationName: 'MICROSOFT.AADIAM/DIAGNOSTICSETTINGS/DELETE' },
    ]);
    expect(await list(path)).toEqual([]);
    const activity = await list(
      "/arm/providers/Microsoft.Insights/eventtypes/management/values?api-version=2015-04-01&$filter=eventTimestamp ge '2026-08-20T00:00:00Z'",
    );
    expect(activity).toHaveLength(2);
  });

  test('a password reset', async () => {
    const { simulator, ask } = await simulate();
    expect(simulator.steps.resetPassword({ by: ids.hd1, of: ids.ga3 })).toMatchObject([
      { operationName: 'Reset user password' },
    ]);
    const { body } = await ask(`/v1.0/users/${ids.ga3}?$select=lastPasswordChangeDateTime`);
    expect(body.lastPasswordChangeDateTime).toBe('2026-08-20T12:00:00Z');
  });

  test('the row in Graph and the record of the hub are the same one', async () => {
    const { simulator, list } = await simulate({ isThrottled: false });
    const [record] = simulator.steps.elevateAccess({ who: ids.ga1 });
    simulator.advance(20 * 60_000);
    const rows = await list('/v1.0/auditLogs/directoryAudits');
    expect(rows).toContainEqual(expect.objectContaining({ id: propertiesOf(record).id }));
  });

  test('nobody can do what they can not', async () => {
    const { simulator } = await simulate();
    const role = 'Global Administrator';
    expect(() => simulator.steps.activateRole({ who: ids.ord1, role })).toThrow('not eligible');
    expect(() => simulator.steps.elevateAccess({ who: 'nobody' })).toThrow('nobody');
  });
});

describe('the control plane', () => {
  test('moves the clock, changes the licence, faults and permissions, and resets', async () => {
    const { ask } = await simulate();
    const post = (path: string, body: object = {}) => ask(`/_sim${path}`, { method: 'POST', body });
    const status = async (path: string) => (await ask(path)).status;

    expect((await post('/licence', { licence: 'Free' })).status).toBe(204);
    expect(await status('/v1.0/auditLogs/signIns')).toBe(403);
    await post('/faults', { path: '/groups', status: 503 });
    expect(await status('/v1.0/groups')).toBe(503);
    await ask('/_sim/faults', { method: 'DELETE' });
    expect(await status('/v1.0/groups')).toBe(200);
    await post('/permissions', { permissions: ['User.Read.All'] });
    expect(await status('/v1.0/groups')).toBe(403);
    const before = await ask('/v1.0/users');
    await post('/clock', { advanceMs: 60_000 });
    const after = await ask('/v1.0/users');
    const [was, is] = [before, after].map(({ headers }) => Date.parse(headers.get('date') ?? ''));
    expect((is ?? 0) - (was ?? 0)).toBe(60_000);

    await post('/reset');
    expect(await ask('/_sim/requests')).toMatchObject({ text: '[]' });
    await post('/permissions', { permissions: ['AuditLog.Read.All'] });
    expect(await status('/v1.0/auditLogs/signIns')).toBe(200);
  });

  test('takes a step, with delays, and returns its records', async () => {
    const { ask, list, simulator } = await simulate();
    const body = { by: ids.ga1, to: ids.ord1, role: user, delays: 'usual' };
    const { body: answer } = await ask('/_sim/steps/assignRole', { method: 'POST', body });
    expect(answer.records).toMatchObject([{ operationName: 'Add member to role' }]);
    const path = `${roleManagement}/roleAssignments?$filter=principalId eq '${ids.ord1}'`;
    expect(await list(path)).toEqual([]);
    simulator.advance(5000);
    expect(await list(path)).toHaveLength(1);
  });

  test('refuses what it does not know', async () => {
    const { ask } = await simulate();
    const post = async (path: string, body: object) =>
      (await ask(`/_sim${path}`, { method: 'POST', body })).status;
    expect(await post('/licence', { licence: 'P3' })).toBe(400);
    expect(await post('/steps/toString', {})).toBe(400);
    expect(await post('/steps/elevateAccess', { who: 'nobody' })).toBe(400);
    expect(await post('/nothing', {})).toBe(404);
  });
});
