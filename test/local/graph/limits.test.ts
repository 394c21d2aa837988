import { describe, expect, test } from 'vitest';
import { contosoTestIds as ids } from '../../../local/graph/contoso-test.ts';
import { simulate } from './simulated.ts';

const times = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('throttling', () => {
  test('reports take five requests in ten seconds', async () => {
    const { simulator, ask } = await simulate();
    const path = '/v1.0/auditLogs/directoryAudits';
    for (const _ of times(5)) expect((await ask(path)).status).toBe(200);
    simulator.advance(4000);

    const late = await ask(path);
    expect([late.status, late.body.error.code]).toEqual([429, 'TooManyRequests']);
    expect(late.headers.get('retry-after')).toBe('6');
    simulator.advance(6000);
    expect((await ask(path)).status).toBe(200);
  });

  test('risk and Conditional Access share one request a second, and do not say when', async () => {
    const { simulator, ask } = await simulate();
    expect((await ask('/v1.0/identityProtection/riskyUsers')).status).toBe(200);
    const refused = await ask('/v1.0/identity/conditionalAccess/policies');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, null]);
    simulator.advance(1000);
    expect((await ask('/v1.0/identity/conditionalAccess/policies')).status).toBe(200);
  });

  test('the directory counts in units, and says so', async () => {
    const { ask, simulator } = await simulate();
    const cost = async (path: string) => (await ask(path)).headers.get('x-ms-resource-unit');
    expect(await cost('/v1.0/users')).toBe('2');
    expect(await cost('/v1.0/users?$select=id')).toBe('1');
    expect(await cost(`/v1.0/groups/${ids.G1}/members`)).toBe('3');
    expect(await cost(`/v1.0/groups/${ids.G1}/transitiveMembers`)).toBe('5');
    expect(await cost('/v1.0/roleManagement/directory/roleAssignments?$expand=principal')).toBe(
      '2',
    );

    const spend = async (batches: number) => {
      const requests = times(20).map((index) => ({
        id: String(index),
        method: 'GET',
        url: `/groups/${ids.G1}/transitiveMembers`,
      }));
      for (const _ of times(batches)) {
        await ask('/v1.0/$batch', { method: 'POST', body: { requests } });
      }
    };
    await spend(45);
    const nearly = await ask('/v1.0/users');
    expect(Number(nearly.headers.get('x-ms-throttle-limit-percentage'))).toBeGreaterThanOrEqual(
      0.8,
    );
    await spend(6);
    const refused = await ask(`/v1.0/groups/${ids.G1}/transitiveMembers`);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('10');
    expect(refused.headers.get('x-ms-throttle-scope')).toContain('Tenant_Application');
    simulator.advance(10_000);
    expect((await ask('/v1.0/users')).status).toBe(200);
  });

  test('it can be switched off', async () => {
    const { ask } = await simulate({ isThrottled: false });
    for (const _ of times(7)) {
      expect((await ask('/v1.0/auditLogs/directoryAudits')).status).toBe(200);
    }
  });
});

describe('faults', () => {
  test.each([
    [{ path: '/users', status: 429, retryAfter: 3 }, 429, '3', 'TooManyRequests'],
    [{ path: '/users', status: 429 }, 429, null, 'TooManyRequests'],
    [{ bucket: 'directory', status: 500 }, 500, null, 'InternalServerError'],
    [{ status: 503, retryAfter: 1 }, 503, '1', 'ServiceUnavailable'],
    [{ status: 504 }, 504, null, 'GatewayTimeout'],
    [{ status: 400, code: 'Own' }, 400, null, 'Own'],
  ] as const)('%o', async (fault, status, retryAfter, code) => {
    const { simulator, ask } = await simulate();
    simulator.faults.add({ ...fault, times: 1 });
    const answer = await ask('/v1.0/users');
    expect([answer.status, answer.headers.get('retry-after'), answer.body.error.code]).toEqual([
      status,
      retryAfter,
      code,
    ]);
    expect((await ask('/v1.0/users')).status).toBe(200);
  });

  test('a gateway answers with a page of HTML', async () => {
    const { simulator, ask } = await simulate();
    simulator.faults.add({ status: 502, isHtml: true });
    const { status, headers, text } = await ask('/v1.0/users');
    expect([status, headers.get('content-type')]).toEqual([502, 'text/html']);
    expect(text).toContain('<html>');
  });

  test('a connection is cut', async () => {
    const { simulator, ask } = await simulate();
    simulator.faults.add({ isReset: true, times: 1 });
    await expect(ask('/v1.0/users')).rejects.toThrow();
    expect(simulator.requests).toMatchObject([{ path: '/users', status: 0 }]);
  });

  test('an answer comes late', async () => {
    const { simulator, send } = await simulate();
    simulator.faults.add({ stallMs: 30_000 });
    const { signal, abort } = controllerOf();
    const late = fetch(`${simulator.url}/v1.0/users`, {
      headers: { authorization: `Bearer ${simulator.token()}` },
      signal,
    });
    await until(() => simulator.requests.length === 1);
    abort();
    await expect(late).rejects.toThrow();
    simulator.faults.clear();
    simulator.faults.add({ stallMs: 5, times: 1 });
    expect((await send('/v1.0/users')).status).toBe(200);
  });

  test('one strikes the nth that fits, and can be taken away', async () => {
    const { simulator, ask } = await simulate();
    const remove = simulator.faults.add({ path: '/users', nth: 2, status: 500 });
    await ask('/v1.0/groups');
    const statuses = [await ask('/v1.0/users'), await ask('/v1.0/users'), await ask('/v1.0/users')];
    expect(statuses.map(({ status }) => status)).toEqual([200, 500, 200]);
    remove();
  });

  test('one strikes Azure, and the envelope of a batch', async () => {
    const { simulator, ask } = await simulate();
    simulator.faults.add({ bucket: 'arm', status: 503 });
    simulator.faults.add({ path: '/$batch', status: 504 });
    expect((await ask('/arm/subscriptions?api-version=2022-12-01')).status).toBe(503);
    expect((await ask('/v1.0/$batch', { method: 'POST', body: { requests: [] } })).status).toBe(
      504,
    );
  });
});

function controllerOf() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}

async function until(isSo: () => boolean) {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}
