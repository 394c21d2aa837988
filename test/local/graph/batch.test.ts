import { describe, expect, test } from 'vitest';
import { contosoTestIds as ids } from '../../../local/graph/contoso-test.ts';
import { simulate } from './simulated.ts';

type Item = { id: string; status: number; headers: Record<string, string>; body: { id: string } };

const itemsOf = (urls: readonly string[]) =>
  urls.map((url, index) => ({ id: String(index + 1), method: 'GET', url }));

async function batching() {
  const simulated = await simulate();
  const post = async (requests: unknown) => {
    const { status, body } = await simulated.ask('/v1.0/$batch', {
      method: 'POST',
      body: { requests },
    });
    return { status, body, responses: (body.responses ?? []) as Item[] };
  };
  return { ...simulated, post };
}

describe('a batch', () => {
  test('is answered item by item, in another order', async () => {
    const { post, simulator } = await batching();
    const urls = [`/users/${ids.ga1}?$select=id`, '/users/nobody', `/groups/${ids.G1}?$select=id`];
    const { status, responses } = await post(itemsOf(urls));

    expect(status).toBe(200);
    expect(responses.map((item) => [item.id, item.status])).toEqual([
      ['3', 200],
      ['2', 404],
      ['1', 200],
    ]);
    expect(responses[2]).toMatchObject({
      headers: { 'Content-Type': 'application/json' },
      body: { id: ids.ga1 },
    });
    expect(simulator.requests.map(({ path, batch }) => [path, batch])).toEqual([
      ['/users/{id}', true],
      ['/users/{id}', true],
      ['/groups/{id}', true],
      ['/$batch', undefined],
    ]);
  });

  test('of 20 is taken, of 21 refused', async () => {
    const { post } = await batching();
    const urls = Array.from({ length: 21 }, () => `/users/${ids.ga1}?$select=id`);
    expect((await post(itemsOf(urls.slice(1)))).responses).toHaveLength(20);
    expect(await post(itemsOf(urls))).toMatchObject({ status: 400, responses: [] });
  });

  test.each([
    [
      'an id twice',
      [
        { id: '1', method: 'GET', url: '/users' },
        { id: '1', method: 'GET', url: '/users' },
      ],
    ],
    ['no list', 'nothing'],
  ])('with %s is refused', async (_, requests) => {
    const { post } = await batching();
    expect((await post(requests)).status).toBe(400);
  });

  test('refuses an item with the version in its url', async () => {
    const { post } = await batching();
    const { responses } = await post(itemsOf(['/v1.0/users', '/users?$top=1']));
    expect(responses.map(({ status }) => status)).toEqual([200, 400]);
  });

  test('has items throttled one by one, with their own wait', async () => {
    const { post, simulator } = await batching();
    const remove = simulator.faults.add({
      path: '/users/{id}',
      nth: 2,
      status: 429,
      retryAfter: 7,
    });
    const urls = Array.from({ length: 3 }, () => `/users/${ids.ga1}?$select=id`);
    const { status, responses } = await post(itemsOf(urls));
    expect(status).toBe(200);
    expect(responses.map((item) => [item.id, item.status, item.headers['Retry-After']])).toEqual([
      ['3', 200, undefined],
      ['2', 429, '7'],
      ['1', 200, undefined],
    ]);
    remove();
  });

  test('runs a bucket dry within itself', async () => {
    const { post } = await batching();
    const methods = Array.from({ length: 7 }, () => `/users/${ids.ga1}/authentication/methods`);
    const { responses } = await post(itemsOf(methods));
    expect(responses.map(({ status }) => status)).toEqual([429, 429, 200, 200, 200, 200, 200]);
  });

  test('passes headers on to its items, and posts', async () => {
    const { post } = await batching();
    const { responses } = await post([
      {
        id: 'a',
        method: 'GET',
        url: "/users?$filter=userType ne 'Guest'&$count=true&$top=1",
        headers: { ConsistencyLevel: 'eventual' },
      },
      {
        id: 'b',
        method: 'POST',
        url: '/directoryObjects/getByIds',
        headers: { 'Content-Type': 'application/json' },
        body: { ids: [ids.G1, ids.ghost] },
      },
    ]);
    expect(responses).toMatchObject([
      { id: 'b', status: 200, body: { value: [{ id: ids.G1 }] } },
      { id: 'a', status: 200, body: { '@odata.count': 119 } },
    ]);
  });
});
