import { expect, test } from 'vitest';
import {
  activity,
  asApi,
  asRow,
  claimsOf,
  own,
  started,
} from '../../shared/detect/examples/activity.ts';
import { exampleTenantId, people, workloads } from '../../shared/detect/examples/tenant.ts';
import type { ActivityEvent } from '../../shared/read/event.ts';
import { normalise } from '../../shared/read/normalise.ts';

type Json = Record<string, unknown>;
const deletion = activity(
  people.ada,
  'Microsoft.EventHub/namespaces/eventhubs/delete',
  own.hub,
  {},
  { requestbody: '{"Properties":{"Scope":"/"}}' },
);

function eventOf(record: unknown): ActivityEvent {
  const read = normalise(record);
  if (!('event' in read) || read.event.kind !== 'activity') throw new Error(JSON.stringify(read));
  return read.event;
}

const without = (record: Json, ...keys: string[]) =>
  Object.fromEntries(Object.entries(record).filter(([key]) => !keys.includes(key)));

const respelt = (value: unknown, how: (key: string) => string): unknown => {
  if (Array.isArray(value)) return value.map((one) => respelt(one, how));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [how(key), respelt(inner, how)]),
  );
};

test.each([
  ['the hub', deletion],
  [
    'the hub, properties and identity as text',
    {
      ...deletion,
      identity: JSON.stringify(deletion.identity),
      properties: JSON.stringify(deletion.properties),
    },
  ],
  ['the hub, in lower case', respelt(deletion, (key) => key.toLowerCase())],
  [
    'the hub, in PascalCase',
    respelt(deletion, (key) => key.charAt(0).toUpperCase() + key.slice(1)),
  ],
  ['the API', asApi(deletion)],
  ['the API, without a category', without(asApi(deletion), 'category')],
  ['a workspace', asRow(deletion)],
  [
    'a workspace, as objects',
    {
      ...without(asRow(deletion), 'Properties', 'Claims', 'Authorization'),
      Properties_d: deletion.properties,
      Claims_d: deletion.identity.claims,
      Authorization_d: deletion.identity.authorization,
    },
  ],
  [
    'a workspace, empty columns beside the full ones',
    {
      ...asRow(deletion),
      ResourceId: '',
      Properties_d: '',
      Claims_d: {},
      Authorization_d: null,
    },
  ],
])('%s tells the same', (_, record) => {
  expect(eventOf(record)).toMatchObject({
    tenantId: exampleTenantId,
    at: Date.parse('2026-11-20T12:00:00Z'),
    operation: 'microsoft.eventhub/namespaces/eventhubs/delete',
    resourceId: own.hub.toLowerCase(),
    scope: own.hub.toLowerCase(),
    result: 'success',
    correlationId: deletion.correlationId,
    actor: { type: 'user', id: people.ada.id, name: people.ada.upn, ip: '198.51.100.7' },
    isByPim: false,
  });
  expect(eventOf(record).properties.get('requestbody')).toEqual({ Properties: { Scope: '/' } });
});

test.each([
  [{ resultType: 'Start' }, 'started'],
  [{ resultType: 'Accept' }, 'started'],
  [{ resultType: 'Success' }, 'success'],
  [{ resultType: 'Succeeded' }, 'success'],
  [{ resultType: 'Failure' }, 'failure'],
  [{ resultType: 'Failed' }, 'failure'],
  [{ resultType: 'Canceled' }, 'failure'],
  [{ resultType: 'Success', resultSignature: 'Started' }, 'success'],
  [{ resultType: '', status: { value: 'Succeeded' } }, 'success'],
  [{ status: 'Failed' }, 'failure'],
  [{ properties: { statusCode: 'OK' } }, 'success'],
  [{ properties: { statusCode: 'Created' } }, 'success'],
  [{ properties: { statusCode: 'NoContent' } }, 'success'],
  [{ properties: { statusCode: 204 } }, 'success'],
  [{ properties: { statusCode: 'Accepted' } }, 'started'],
  [{ properties: { statusCode: '202' } }, 'started'],
  [{ properties: { statusCode: 'Forbidden' } }, 'failure'],
  [{ properties: { statusCode: 'BadRequest' } }, 'failure'],
  [{ properties: { statusCode: 'Conflict' } }, 'failure'],
  [{ properties: { statusCode: 404 } }, 'failure'],
  [{ subStatus: { value: 'OK' } }, 'success'],
  [{ resultSignature: 'Succeeded.Created' }, 'success'],
  [{ resultSignature: 'Started.' }, 'started'],
  [{ resultSignature: 'Failed.Forbidden' }, 'failure'],
  [{}, 'started'],
])('how it ended: %j is %s', (fields, result) => {
  const bare = without(deletion, 'resultType', 'resultSignature', 'properties');
  expect(eventOf({ ...bare, ...fields }).result).toBe(result);
});

test.each([
  [
    'an application, by its claims',
    { identity: { claims: claimsOf(workloads.deployer) } },
    { type: 'servicePrincipal', id: workloads.deployer.id, name: null },
  ],
  [
    'an application, by the caller alone',
    { identity: null, caller: workloads.deployer.id.toUpperCase(), tenantId: exampleTenantId },
    { type: 'servicePrincipal', id: workloads.deployer.id, name: null },
  ],
  [
    'an application of which only the application id is known',
    { identity: { claims: { appid: people.eve.id } }, tenantId: exampleTenantId },
    { type: 'servicePrincipal', id: null, name: people.eve.id },
  ],
  [
    'a person, by the caller alone',
    { identity: null, caller: people.ada.upn, tenantId: exampleTenantId },
    { type: 'user', id: null, name: people.ada.upn },
  ],
  [
    'a person who took the name of another for display',
    {
      identity: { claims: { oid: people.eve.id, idtyp: 'user', name: people.ada.upn } },
      tenantId: exampleTenantId,
    },
    { type: 'user', id: people.eve.id, name: `“${people.ada.upn}”` },
  ],
])('who did it: %s', (_, fields, actor) => {
  expect(eventOf({ ...deletion, ...fields }).actor).toMatchObject(actor);
});

test('nobody named is nobody', () => {
  const nameless = { ...deletion, identity: { claims: {} } };
  expect(eventOf(nameless).actor).toBeNull();
});

test('the service of PIM is told by the id of its application, and only where an application acts', () => {
  const pimAppId = '01fc33a7-78ba-4d2f-a4b7-768e336e890e';
  const by = (claims: object) => eventOf({ ...deletion, identity: { claims } }).isByPim;
  expect(by(claimsOf(workloads.pim, pimAppId))).toBe(true);
  expect(by(claimsOf(workloads.pim))).toBe(false);
  expect(by(claimsOf(people.ada, pimAppId))).toBe(false);
});

test('the operation is named by the right it needed where its own name is for people only', () => {
  const { identity } = deletion;
  const localized = { ...deletion, operationName: 'Delete Event Hub' };
  expect(eventOf(localized).operation).toBe(identity.authorization.action.toLowerCase());
  expect(eventOf({ ...localized, identity: {}, tenantId: exampleTenantId }).operation).toBe(
    'delete event hub',
  );
});

test('the resource is looked for where copies have it', () => {
  const bare = without(deletion, 'resourceId');
  expect(eventOf({ ...bare, resourceUri: `${own.hub}/` }).resourceId).toBe(own.hub.toLowerCase());
  expect(eventOf(bare).resourceId).toBe(own.hub.toLowerCase());
  expect(eventOf({ ...bare, properties: {}, tenantId: exampleTenantId }).resourceId).toBe('');
});

test('a row names itself, or is named by what it says', () => {
  expect(eventOf(asApi(deletion)).id).toBe(asApi(deletion).eventDataId);
  expect(eventOf(deletion).id).toBe(eventOf(structuredClone(deletion)).id);
  expect(eventOf(deletion).id).not.toBe(eventOf(started(deletion)).id);
});

test('the tenant of a workspace row is where its subscription is, not the workspace', () => {
  const other = '00000000-0000-4000-8000-00000000000f';
  const row = asRow(deletion);
  const guest = JSON.stringify({ ...claimsOf(people.gil), oid: people.gil.id });
  const properties = JSON.stringify(without(deletion.properties, 'hierarchy'));
  const hierarchy = `${other}/platform/subscription`;
  const read = eventOf({ ...row, Claims: guest, Properties: properties, Hierarchy: hierarchy });
  expect(read.tenantId).toBe(other);
});

test('a record of no category that tells no operation of Azure is set aside', () => {
  const read = normalise({ ...without(deletion, 'category'), operationName: 'Delete' });
  expect(read).toHaveProperty('unreadable');
});
