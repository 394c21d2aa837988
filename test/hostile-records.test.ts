import { expect, test } from 'vitest';
import { byKind, type SettingsOf } from '../shared/detect/detect.ts';
import { detections } from '../shared/detect/detections/index.ts';
import { audit, directRole, signIn, target } from '../shared/detect/examples/records.ts';
import { exampleTenant, people } from '../shared/detect/examples/tenant.ts';
import { Memories } from '../shared/memory/memories.ts';
import { judge } from '../shared/pipeline.ts';
import { openEnvelope } from '../shared/read/envelope.ts';
import { normalise } from '../shared/read/normalise.ts';
import { globalAdministrator } from '../shared/roles.ts';
import { Watchlist } from '../shared/watch/watchlist.ts';
import { Watchlists } from '../shared/watch/watchlists.ts';
import { noSettings, runRecords } from './run-records.ts';

const judgeBody = (body: string) =>
  judge([openEnvelope(Buffer.from(body))], {
    detections: byKind(detections),
    settingsOf: noSettings,
    watchlists: new Watchlists(() => exampleTenant, [exampleTenant.id]),
    memories: new Memories(),
    tenantOf: () => exampleTenant,
    fallbackTenantId: exampleTenant.id,
    now: 0,
  });

const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;

// A record that throws would be retried for ever, and nothing behind it would be read.
test.each([
  ['an object that can not be made a text', '[{"toString":1}]'],
  ['a list of great depth', deep],
])('a changed value that is %s costs no other record its judgement', async (_, value) => {
  const changes = ['AccountEnabled', 'IsAssignableToRole'].map(
    (displayName) => `{"displayName":"${displayName}","newValue":${JSON.stringify(value)}}`,
  );
  const hostile = (operation: string, type: string) =>
    `{"time":"2026-11-20T12:00:00Z","category":"AuditLogs","operationName":"${operation}","tenantId":"${exampleTenant.id}","properties":{"id":"x","result":"success","activityDateTime":"2026-11-20T12:00:00Z","targetResources":[{"type":"${type}","id":"${people.dan.id}","modifiedProperties":[${changes.join()}]}]}}`;
  const records = [
    hostile('Update user', 'User'),
    hostile('Add group', 'Group'),
    JSON.stringify(directRole(people.dan, globalAdministrator)),
  ];
  const { found } = await judgeBody(`{"records":[${records.join()}]}`);
  expect(found.map(({ kept }) => kept.finding.detection)).toContain(
    'privileged-role-assigned-active',
  );
});

test('a body of hundreds of thousands of empty records is set aside, and ends nothing', async () => {
  const { unreadable } = await judgeBody(`{"records":[${'{},'.repeat(330_000)}{}]}`);
  expect(unreadable).toHaveLength(330_001);
});

test('a display name that looks like the UPN of a break-glass account is not taken for it', () => {
  const upn = 'bg@example.com';
  const watchlist = new Watchlist({
    ...exampleTenant,
    accounts: { ...exampleTenant.accounts, emergency: [upn] },
  });
  const impostor = audit('Update user', {
    targetResources: [{ id: people.eve.id, type: 'User', displayName: upn }],
  });
  const read = normalise(impostor, exampleTenant.id);
  if (!('event' in read) || read.event.kind !== 'audit') throw new Error('not an audit event');
  watchlist.apply(read.event);

  expect(watchlist.isBreakGlass(read.event.targets[0]?.party ?? null)).toBe(false);
  // The real one is still known by its name, whatever its id turns out to be.
  expect(watchlist.isBreakGlass({ type: 'user', id: people.dan.id, name: upn })).toBe(true);
});

test('an application that is named like an excluded person is not excluded', async () => {
  const grant = audit('Add member to role', {
    initiatedBy: { app: { displayName: people.ada.upn, servicePrincipalId: people.eve.id } },
    targetResources: [target(people.dan, { 'Role.TemplateId': globalAdministrator })],
  });
  const settingsOf = ((id: string) => ({
    ...noSettings(id),
    exclude: [{ account: people.ada.upn, reason: 'gives roles' }],
  })) as SettingsOf;
  expect(await runRecords([grant], { detections, settingsOf })).not.toEqual([]);
  const hers = directRole(people.dan, globalAdministrator);
  expect(await runRecords([hers, signIn(people.dan)], { detections, settingsOf })).toEqual([
    expect.objectContaining({
      finding: expect.objectContaining({ detection: 'admin-signin-no-mfa' }),
    }),
  ]);
});
