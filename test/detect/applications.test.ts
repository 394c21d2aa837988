import { expect, test } from 'vitest';
import { detections } from '../../shared/detect/detections/index.ts';
import {
  applicationChanged,
  appRoleGranted,
  change,
  consent,
  consented,
  crm,
  delegatedGrant,
  graphAppId,
  registration,
  roleManagement,
  workloadSignIn,
} from '../../shared/detect/examples/applications.ts';
import { audit, by, partyTarget, target } from '../../shared/detect/examples/records.ts';
import { exampleSnapshot, people, workloads } from '../../shared/detect/examples/tenant.ts';
import { isMicrosoftApi } from '../../shared/detect/rows/permissions.ts';
import { runRecords } from '../run-records.ts';

const { deployer } = workloads;
const appId = '00000000-0000-4000-8000-000000000070';

/** The example tenant, where more is known of its privileged application. */
function snapshotWith(more: object) {
  const snapshot = exampleSnapshot();
  const accounts = snapshot.accounts.map((one) =>
    one.id === deployer.id ? { ...one, ...more } : one,
  );
  return { ...snapshot, accounts };
}

const only = (...ids: string[]) => detections.filter(({ id }) => ids.includes(id));
const addKey = (description: string, fields = {}) =>
  applicationChanged(
    'Update application – Certificates and secrets management ',
    [change('KeyDescription', [], [description])],
    fields,
  );
const secret = 'P4ss~word.that-nobody/may.see';

test('a credential of a registration counts as one of its privileged service principal', async () => {
  const onRegistration = addKey('[KeyIdentifier=a0000000,KeyType=Password]', {
    additionalDetails: [{ key: 'AppId', value: appId.toUpperCase() }],
  });
  const run = { detections: only('sp-credential-added'), snapshot: snapshotWith({ appId }) };
  const [found] = await runRecords([onRegistration], run);
  expect(found?.finding).toMatchObject({
    severity: 'high',
    subject: { type: 'servicePrincipal', id: deployer.id, name: registration.name },
  });

  const nameless = applicationChanged(
    'Update application – Certificates and secrets management ',
    [change('KeyDescription', [], ['[KeyIdentifier=a0000000]'])],
    { additionalDetails: [{ key: 'AppId', value: appId }] },
    { id: registration.id, name: '' },
  );
  expect((await runRecords([nameless], run))[0]?.finding.title).toContain('> deployer: new');
});

test.each([
  ['is not told', []],
  ['is that of another application', [{ key: 'AppId', value: registration.id }]],
  ['is nothing but zeros', [{ key: 'AppId', value: '00000000-0000-0000-0000-000000000000' }]],
])('a registration whose application id %s stands for itself', async (_, additionalDetails) => {
  const run = { detections: only('sp-credential-added'), snapshot: snapshotWith({ appId }) };
  const row = addKey('[KeyIdentifier=a0000000,KeyType=Password]', { additionalDetails });
  const [found] = await runRecords([row], run);
  expect(found?.finding).toMatchObject({ severity: 'medium', subject: { id: registration.id } });
});

test('a service principal is itself, whatever application id the row gives', async () => {
  const row = applicationChanged(
    'Add service principal credentials',
    [change('KeyDescription', [], ['[KeyIdentifier=a0000000]'])],
    { additionalDetails: [{ key: 'AppId', value: appId }] },
    crm,
  );
  const run = { detections: only('sp-credential-added'), snapshot: snapshotWith({ appId }) };
  const [found] = await runRecords([row], run);
  expect(found?.finding).toMatchObject({ severity: 'medium', subject: { id: crm.id } });
});

test('of one click, each application has its finding', async () => {
  const [a, b] = [crm, registration].map((app) =>
    applicationChanged('Add service principal credentials', [], { id: app.id }, app),
  );
  const nameless = ['x', 'y'].map((name) =>
    applicationChanged('Add service principal credentials', [], { id: name }, { id: '', name }),
  );
  const run = { detections: only('sp-credential-added') };
  const found = await runRecords([a, b, ...nameless], run);
  expect(new Set(found.map(({ finding }) => finding.id)).size).toBe(4);
});

const addedKeys = (...keys: string[]) =>
  applicationChanged('Add service principal credentials', [change('KeyDescription', [], keys)]);

test.each([
  ['new secret', addedKeys('[KeyIdentifier=a,KeyType=Password]')],
  ['new certificate', addedKeys('[keyidentifier=a,keytype=AsymmetricX509Cert]')],
  ['new credential', addedKeys('[KeyIdentifier=a,KeyType=Symmetric]')],
  ['new credential', addedKeys('a')],
  ['new credential', applicationChanged('Add service principal credentials', [])],
  [
    'new secret, new certificate',
    addedKeys('[KeyIdentifier=a,KeyType=Password]', '[KeyIdentifier=b,KeyType=AsymmetricX509Cert]'),
  ],
  ['admin consent', consent({ IsAdminConsent: 'True' }, '')],
  [
    'admin consent, Mail.Send',
    consent({ IsAdminConsent: 'True' }, `[] => ${consented('Mail.Send')}`),
  ],
  ['admin consent for oneself', consent({ IsAdminConsent: 'True', OnBehalfOfAll: 'False' }, '')],
  ['consent', consent({}, '')],
  ['consent, Mail.Send', consent({}, `[] => ${consented('Mail.Send')}`)],
  ['Mail.Send', appRoleGranted({ value: 'Mail.Send' })],
])('a title ends in what was done: %s', async (what, record) => {
  const found = await runRecords([record], { detections });
  expect(found.map(({ finding }) => finding.title)).toEqual([
    `${people.ada.upn} > crm-sync: ${what}`,
  ]);
});

test('where a grant leaves out the name of the application, the watchlist gives it', async () => {
  const row = delegatedGrant('Mail.Send', {}, {}, deployer);
  const [found] = await runRecords([row], { detections: only('delegated-grant-all-users') });
  expect(found?.finding.title).toContain('> deployer: Mail.Send for all users');
});

test('an API is known by its application id, wherever that stands among its names', () => {
  expect(isMicrosoftApi(`https://graph.microsoft.com;${graphAppId}`)).toBe(true);
  expect(isMicrosoftApi(`api://${appId};${graphAppId.toUpperCase()}/x`)).toBe(true);
  expect(isMicrosoftApi(`https://graph.microsoft.com;${appId.replace('7', 'A')}`)).toBe(false);
  expect(isMicrosoftApi('')).toBe(true);
});

test('the domains of a tenant are those of its people', async () => {
  const snapshot = snapshotWith({ displayName: 'x@evil.example.net' });
  const accounts = snapshot.accounts.map((one) =>
    one.id === people.ada.id ? { ...one, userPrincipalName: 'ADA@Corp.Example' } : one,
  );
  const leadsTo = (host: string) =>
    applicationChanged('Update application', [
      change('AppAddress', [{ Address: 'https://a.b.example' }], [{ Address: `https://${host}` }]),
    ]);
  const run = {
    detections: only('app-redirect-uri-changed'),
    snapshot: { ...snapshot, accounts },
  };
  expect(await runRecords([leadsTo('evil.example.net')], run)).toHaveLength(1);
  expect(await runRecords([leadsTo('corp.example')], run)).toEqual([]);
});

test.each([
  ['in the name of a key', `[KeyIdentifier=a0000000,KeyType=Password,DisplayName=${secret}]`],
  ['in a part of its own', `[KeyIdentifier=a0000000,KeyType=Password,Value=${secret}]`],
  ['in place of the key id', `[KeyIdentifier=${secret},KeyType=Password]`],
  ['in place of the type', `[KeyIdentifier=a0000000,KeyType=${secret}]`],
  ['alone', secret],
])('a secret that a row holds %s is not in the finding', async (_, description) => {
  const found = await runRecords([addKey(description)], { detections });
  expect(found.map(({ finding }) => finding.detection)).toEqual(['sp-credential-added']);
  expect(JSON.stringify(found).toLowerCase()).not.toContain(secret.toLowerCase());
});

test('a title says what the application holds', async () => {
  const row = applicationChanged('Add service principal credentials', [], {}, deployer);
  const [found] = await runRecords([row], { detections: only('sp-credential-added') });
  expect(found?.finding.title).toMatch(/: new credential \(Application Administrator\)$/);
});

test('a key is named by its id, and a trust by its issuer and subject', async () => {
  const trust = { Issuer: 'https://oidc.example.com', Subject: 'repo:example', Description: 'x' };
  const records = [
    addKey('[KeyIdentifier=A0000000-0000-4000-8000-000000000001,KeyType=AsymmetricX509Cert]'),
    applicationChanged('Update application', [change('FederatedIdentityCredentials', [], [trust])]),
  ];
  const found = await runRecords(records, { detections: only('sp-credential-added') });
  expect(found.map(({ finding }) => finding.details.credentials)).toEqual(
    expect.arrayContaining([
      ['a0000000-0000-4000-8000-000000000001'],
      ['https://oidc.example.com repo:example'],
    ]),
  );
});

const ofRegistration = {
  'Application.ObjectID': registration.id,
  'Application.DisplayName': registration.name,
};
const becomesOwner = (who: object, ...others: object[]) =>
  audit('Add owner to application', { targetResources: [who, ...others] });
const itself = partyTarget('Application', registration);
const policy = partyTarget('Policy', { id: appId, name: 'not this' });
const dan = { id: people.dan.id, name: people.dan.upn };
const asOwner = partyTarget('ServicePrincipal', crm, ofRegistration);
const [asChanged, asTarget] = [target(people.dan, ofRegistration), target(people.dan)];

test.each([
  ['in the changes of its owner', becomesOwner(asChanged), dan],
  ['as a target', becomesOwner(policy, asTarget, itself), dan],
  ['in both', becomesOwner(itself, policy, asChanged), dan],
  ['in the changes of an application', becomesOwner(asTarget, asOwner, itself), crm],
])('a row names the application that has a new owner %s', async (_, row, owner) => {
  const [found] = await runRecords([row], { detections: only('app-owner-added') });
  const subject = { type: 'application', id: registration.id, name: registration.name };
  expect(found?.finding).toMatchObject({ subject, details: { owner: owner.name } });
});

const withAppId = target(people.dan, { ...ofRegistration, 'Application.AppId': appId });
test.each([
  ['in the changes', { targetResources: [withAppId] }],
  [
    'in the details',
    { targetResources: [asChanged], additionalDetails: [{ key: 'AppId', value: appId }] },
  ],
])('an owner of the registration owns its service principal: the id is %s', async (_, fields) => {
  const run = { detections: only('app-owner-added'), snapshot: snapshotWith({ appId }) };
  const [found] = await runRecords([audit('Add owner to application', fields)], run);
  expect(found?.finding).toMatchObject({ severity: 'high', subject: { id: deployer.id } });
});

test('of one click, each new owner has a finding', async () => {
  const owners = [people.dan, people.eve].map((who) => target(who, ofRegistration));
  const named = ['x', 'y'].map((upn) => target({ id: '', upn }, ofRegistration));
  const nobody = partyTarget('Application', registration);
  const rows = [...owners, ...named, nobody].map((who, index) => {
    const row = becomesOwner(who);
    return { ...row, properties: { ...row.properties, id: `row-${index}` } };
  });
  const found = await runRecords(rows, { detections: only('app-owner-added') });
  expect(new Set(found.map(({ finding }) => finding.id)).size).toBe(5);
});

const onDay = (day: number, ipAddress: string, fields = {}) =>
  workloadSignIn(deployer, {
    id: `sign-in-${day}`,
    createdDateTime: `2026-11-${String(day).padStart(2, '0')}T12:00:00Z`,
    ipAddress,
    autonomousSystemNumber: 64500,
    ...fields,
  });

test('while an application is learnt about, nothing is kept of it but its habits', async () => {
  const settingsOf = (() => ({ enabled: true, exclude: [], learningDays: 1 })) as never;
  const run = { detections: only('privileged-sp-signin-anomaly'), settingsOf };
  expect(await runRecords([onDay(1, '203.0.113.9')], run)).toEqual([]);

  const moved = onDay(2, '192.0.2.8', { autonomousSystemNumber: 64501 });
  const [found] = await runRecords([onDay(1, '203.0.113.9'), moved], run);
  expect(found?.finding.title).toContain('deployer signs in with a new provider from 192.0.2.8');
});

test.each([
  ['a guest', people.gil],
  ['somebody without a role', people.dan],
])('the title of a new service principal says that %s created it', async (what, who) => {
  const row = applicationChanged('Add service principal', [], { initiatedBy: by(who) }, crm);
  const [found] = await runRecords([row], { detections: only('sp-created-suspicious') });
  expect(found?.finding.title).toContain(`created by ${what}`);
});

test('an application whose networks the snapshot names is known from the first day on', async () => {
  const run = {
    detections: only('privileged-sp-signin-anomaly'),
    snapshot: snapshotWith({ known: { networks: ['203.0.113.0/24'] } }),
  };
  expect(await runRecords([onDay(1, '203.0.113.9')], run)).toEqual([]);
  const [found] = await runRecords([onDay(1, '192.0.2.8')], run);
  expect(found?.finding.title).toContain('deployer signs in with a new network from 192.0.2.8');
  // Another network of the same provider is none of its own either.
  expect(await runRecords([onDay(1, '203.0.113.9'), onDay(2, '192.0.2.8')], run)).toHaveLength(1);
  // A credential is learnt about all the same.
  const key = { servicePrincipalCredentialKeyId: 'key-2' };
  const credentials = [onDay(1, '203.0.113.9'), onDay(20, '203.0.113.9', key)];
  expect(await runRecords(credentials, run)).toHaveLength(1);
  // Long after the learning, a named network is still no news.
  expect(await runRecords([onDay(1, '203.0.113.9'), onDay(20, '203.0.113.8')], run)).toEqual([]);
});

const created = Array.from({ length: 6 }, (_, index) =>
  applicationChanged('Add service principal', [], {
    id: `created-${index}`,
    initiatedBy: by(people.ada),
    activityDateTime: `2026-11-20T12:0${index}:00Z`,
  }),
);
const signIns = [1, 20, 21, 22].map((day) =>
  onDay(day, day === 1 ? '203.0.113.9' : '192.0.2.8', { autonomousSystemNumber: 64500 + day }),
);

test.each([
  ['sp-created-suspicious', created],
  ['privileged-sp-signin-anomaly', signIns],
])('%s finds the same in whichever order the records come, and twice', async (id, records) => {
  const told = async (some: readonly unknown[]) => {
    const found = await runRecords(some, { detections: only(id) });
    const open = found.filter(({ state }) => state === 'open');
    return open
      .map(({ finding: { revision: _, ...finding } }) => finding)
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  };
  const inOrder = await told(records);
  expect(inOrder.length).toBeGreaterThan(0);
  const [first, ...rest] = records;
  // The first of all stays: records come at most a day late.
  expect(await told([first, ...rest.toReversed(), ...records])).toEqual(inOrder);
});

const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;

test.each([
  ['of great depth', deep],
  ['an object that can not be made a text', '[{"toString":1}]'],
  ['nothing', null],
  ['a number', 7],
])('a changed value that is %s costs no row its judgement', async (_, newValue) => {
  const properties = [
    'KeyDescription',
    'FederatedIdentityCredentials',
    'RequiredResourceAccess',
    'AppAddress',
    'AppIdentifierUri',
    'LogoutUrl',
    'TargetId.ServicePrincipalNames',
    'ConsentAction.Permissions',
    'ConsentContext.IsAdminConsent',
    'DelegatedPermissionGrant.Scope',
    'AppRole.Id',
    'AppRole.Value',
    'ServicePrincipal.ObjectID',
    'ServicePrincipal.DisplayName',
    'Application.ObjectID',
  ];
  const modifiedProperties = properties.map((displayName) => ({
    displayName,
    oldValue: newValue,
    newValue,
  }));
  const targetResources = [{ id: registration.id, type: 'Application', modifiedProperties }];
  const rows = [
    addKey('x', { targetResources }),
    applicationChanged('Update application', [], { targetResources }),
    applicationChanged('Add service principal', [], { targetResources }),
    applicationChanged('Add owner to application', [], { targetResources }),
    consent({}, '', { targetResources }),
    delegatedGrant('', {}, { targetResources }),
    appRoleGranted({ id: roleManagement }, { targetResources }),
  ];
  // Whatever can not be judged is thrown by `runRecords`.
  await expect(runRecords(rows, { detections })).resolves.toBeInstanceOf(Array);
});
