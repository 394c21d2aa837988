import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { soundAdministrator } from '../../shared/detect/examples/posture.ts';
import { helpdeskAdministrator, people } from '../../shared/detect/examples/tenant.ts';
import type { Attestation } from '../../shared/policy/attested.ts';
import { globalAdministrator } from '../../shared/roles.ts';
import { attestableIds } from '../../shared/scorecard/item-ids.ts';
import { itemStates } from '../../shared/scorecard/scorecard.ts';
import {
  ada,
  cardOf,
  everyCheck,
  invented,
  itemOf,
  settingsWith,
  snapshotOf,
  soundAccounts,
  soundDirectory,
  verdictsWith,
} from './tenant.ts';

const ben = { type: 'user', id: people.ben.id, name: people.ben.upn } as const;
const arriving = new Map([
  ['AuditLogs', 'arriving'],
  ['Administrative', 'arriving'],
] as const);

const word = (more: Partial<Attestation>): Attestation => ({
  item: 'incident-plan-owners',
  by: 'Grace Hopper',
  until: '2027-06-30',
  ...more,
});

describe('a sound tenant', () => {
  const card = cardOf({ streams: arriving });

  test('has met all that a machine can see', () => {
    const open = card.stages
      .flatMap(({ items }) => items)
      .filter(({ state }) => state !== 'met')
      .map(({ id }) => id);
    // All but password-hash-sync and the forwarding of mail, which the directory settles.
    expect(open.sort()).toEqual(
      attestableIds
        .filter((id) => id !== 'password-hash-sync' && id !== 'admin-mail-forwarded')
        .toSorted(),
    );
    expect([card.totals.notMet, card.totals.attested]).toEqual([0, 0]);
  });

  test('has totals that add up, of each stage and of all', () => {
    for (const { totals, items } of card.stages) {
      expect(itemStates.reduce((sum, state) => sum + totals[state], 0)).toBe(items.length);
    }
    expect(card.totals.items).toBe(51);
    expect(card.stages.reduce((sum, { totals }) => sum + totals.met, 0)).toBe(card.totals.met);
  });

  test('is plain JSON with a version and ISO times', () => {
    expect(JSON.parse(JSON.stringify(card))).toEqual(card);
    expect([card.version, card.at, card.takenAt]).toEqual([
      1,
      '2026-11-20T12:00:00.000Z',
      '2026-11-19T00:00:00.000Z',
    ]);
  });
});

describe('not met', () => {
  test('names who, each once, and counts what', () => {
    const found = [ada, ada, ben].map((subject) => invented('posture-admin-synced', { subject }));
    const card = cardOf({ verdicts: verdictsWith({ 'posture-admin-synced': { found } }) });
    const { state, who, against } = itemOf(card, 'admins-cloud-only');
    expect(state).toBe('notMet');
    expect(who).toEqual({ count: 2, shown: [ada, ben] });
    expect(against.count).toBe(3);
    expect(card.findings).toMatchObject({ high: 3, low: 0 });
  });

  test('shows ten of many, and how many there are', () => {
    const found = Array.from({ length: 25 }, (_, n) =>
      invented('posture-admin-synced', {
        subject: { type: 'user', id: `u${n}`, name: `u${n}@example.com` },
      }),
    );
    const card = cardOf({ verdicts: verdictsWith({ 'posture-admin-synced': { found } }) });
    const { who, against } = itemOf(card, 'admins-cloud-only');
    expect([who.count, who.shown.length, against.count, against.shown.length]).toEqual([
      25, 10, 25, 10,
    ]);
  });

  test('goes before what is not known', () => {
    const said = { found: [invented('posture-admin-synced')], unknown: [{ unknown: 'dark' }] };
    const card = cardOf({ verdicts: verdictsWith({ 'posture-admin-synced': said }) });
    const item = itemOf(card, 'admins-cloud-only');
    expect([item.state, item.unknown]).toEqual(['notMet', [{ why: 'dark', about: null }]]);
  });

  test('of the four top roles alone where an item speaks of those', () => {
    const roleOf = (templateId: string) => [{ templateId, name: 'a role', scope: '/' }];
    const stateWith = (templateId: string) => {
      const found = [invented('posture-admin-mfa-unregistered', { roles: roleOf(templateId) })];
      const said = { 'posture-admin-mfa-unregistered': { found } };
      const card = cardOf({ verdicts: verdictsWith(said) });
      return [itemOf(card, 'top-roles-mfa').state, itemOf(card, 'admin-mfa-registered').state];
    };
    expect(stateWith(helpdeskAdministrator)).toEqual(['met', 'notMet']);
    expect(stateWith(globalAdministrator)).toEqual(['notMet', 'notMet']);
  });

  test('names the accounts of a finding about the tenant, and counts those it leaves out', () => {
    const subject = { type: 'other', id: 'tenant', name: 'example' } as const;
    const details = { accounts: [people.ada.upn, people.ben.upn], count: 7 };
    const found = [invented('posture-ca-admin-mfa', { subject, title: 'Seven', details })];
    const card = cardOf({ verdicts: verdictsWith({ 'posture-ca-admin-mfa': { found } }) });
    const { who } = itemOf(card, 'mfa-for-all');
    expect([who.count, who.shown.map(({ name }) => name)]).toEqual([
      7,
      [people.ada.upn, people.ben.upn],
    ]);
  });

  test('of the four top roles by the accounts that a finding about the tenant names', () => {
    const accounts = [
      soundAdministrator,
      {
        ...soundAdministrator,
        id: people.ben.id,
        userPrincipalName: people.ben.upn,
        assignments: [{ roleTemplateId: helpdeskAdministrator, state: 'active', scope: '/' }],
      },
    ];
    const stateWith = (details: { accounts: string[]; count?: number }) => {
      const subject = { type: 'other', id: 'tenant', name: 'example' } as const;
      const found = [invented('posture-ca-admin-mfa', { subject, title: 'Nobody', details })];
      const verdicts = verdictsWith({ 'posture-ca-admin-mfa': { found } });
      const card = cardOf({ verdicts, snapshot: snapshotOf(accounts, soundDirectory) });
      return itemOf(card, 'top-roles-mfa').state;
    };
    expect(stateWith({ accounts: [people.ben.upn] })).toBe('met');
    expect(stateWith({ accounts: [people.ben.upn, people.ada.upn] })).toBe('notMet');
    expect(stateWith({ accounts: [people.ben.upn], count: 2 })).toBe('notMet');
    expect(stateWith({ accounts: ['somebody@else.example'] })).toBe('notMet');
  });

  test('of no item is told beside them', () => {
    const found = [invented('posture-consent-settings', { title: 'Users may consent' })];
    const { beside, totals } = cardOf({
      verdicts: verdictsWith({ 'posture-consent-settings': { found } }),
    });
    expect(totals.notMet).toBe(0);
    expect(beside).toMatchObject([
      { check: 'posture-consent-settings', against: { count: 1, shown: [{ subject: ada }] } },
    ]);
  });
});

describe('unknown', () => {
  const dark = (about = ada) => ({ unknown: 'AuditLog.Read.All is missing.', about });

  test('gives each reason once, with those whom it is about', () => {
    const unknown = [dark(), dark(ben), dark(ben), { unknown: 'Another reason.' }];
    const card = cardOf({ verdicts: verdictsWith({ 'posture-admin-synced': { unknown } }) });
    const item = itemOf(card, 'admins-cloud-only');
    expect([item.state, item.unknown]).toEqual([
      'unknown',
      [
        { why: 'AuditLog.Read.All is missing.', about: { count: 2, shown: [ada, ben] } },
        { why: 'Another reason.', about: null },
      ],
    ]);
  });

  test('about somebody without a top role leaves the item of the top roles as it is', () => {
    const [first] = soundAccounts;
    const accounts = [
      first,
      {
        ...soundAdministrator,
        id: people.ben.id,
        userPrincipalName: people.ben.upn,
        assignments: [{ roleTemplateId: helpdeskAdministrator, state: 'active', scope: '/' }],
      },
    ];
    const card = cardOf({
      snapshot: snapshotOf(accounts, soundDirectory),
      verdicts: verdictsWith({ 'posture-admin-mfa-unregistered': { unknown: [dark(ben)] } }),
    });
    expect(itemOf(card, 'top-roles-mfa').state).toBe('met');
    expect(itemOf(card, 'admin-mfa-registered').state).toBe('unknown');
  });

  test('a check that is off, and one that this version does not have', () => {
    const verdicts = verdictsWith().filter(
      ({ check }) => check !== 'posture-admin-synced' && check !== 'posture-admin-no-contact',
    );
    const settingsOf = settingsWith({ 'posture-admin-synced': { enabled: false } });
    const card = cardOf({ verdicts, settingsOf });
    expect(itemOf(card, 'admins-cloud-only').unknown).toEqual([
      { why: 'Switched off in the policy: posture-admin-synced.', about: null },
    ]);
    expect(itemOf(card, 'admin-mail-address').unknown).toEqual([
      { why: 'This version does not judge it by posture-admin-no-contact yet.', about: null },
    ]);
  });

  test('everything, while nobody has read the directory', () => {
    const unknown = [{ unknown: 'The directory has not been read yet.' }];
    const verdicts = everyCheck.map((check) => ({ check, found: [], unknown }));
    const card = cardOf({ snapshot: undefined, verdicts, streams: arriving });
    const { met, notMet, attested, items, outside } = card.totals;
    // Whether the Azure log arrives is told by the stream.
    expect({ met, notMet, attested }).toEqual({ met: 1, notMet: 0, attested: 0 });
    expect(itemOf(card, 'azure-activity-watched').state).toBe('met');
    expect(card.totals.unknown).toBe(items - outside - 1);
    expect([card.takenAt, card.gaps]).toEqual([null, []]);
  });

  test('every item about people, where the directory names nobody', () => {
    const card = cardOf({ snapshot: snapshotOf([], soundDirectory) });
    for (const id of ['admins-cloud-only', 'admin-passwords-fresh', 'lesser-roles'] as const) {
      expect(itemOf(card, id).state).toBe('unknown');
    }
    expect(itemOf(card, 'secure-score').state).toBe('met');
  });

  test('a snapshot of accounts alone says which sections are missing', () => {
    const snapshot = snapshotOf(soundAccounts);
    const card = cardOf({ snapshot });
    expect(card.gaps.map(({ why }) => why)).toEqual(Array(11).fill('absent'));
    expect(itemOf(card, 'mfa-for-all').state).toBe('unknown');
    expect(itemOf(card, 'azure-subscriptions-known').state).toBe('unknown');
  });
});

describe('noticed', () => {
  const id = 'top-roles-additions-noticed';

  test('while its detections are on and its stream arrives', () => {
    expect(itemOf(cardOf({ streams: arriving }), id).state).toBe('met');
  });

  test('not, by a detection that is off', () => {
    const settingsOf = settingsWith({ 'privileged-role-assigned-sp': { enabled: false } });
    const item = itemOf(cardOf({ settingsOf, streams: arriving }), id);
    expect(item.state).toBe('notMet');
    expect(item.against.shown.map(({ what }) => what)).toEqual([
      'privileged-role-assigned-sp is switched off in the policy.',
    ]);
  });

  test('not, by a stream that is silent', () => {
    const item = itemOf(cardOf({ streams: new Map([['AuditLogs', 'silent']]) }), id);
    expect([item.state, item.against.shown[0]?.what]).toEqual([
      'notMet',
      'No record of AuditLogs arrives.',
    ]);
  });

  test('nobody can tell without the stream', () => {
    expect(itemOf(cardOf(), id)).toMatchObject({
      state: 'unknown',
      unknown: [{ why: 'Whether records of AuditLogs arrive can’t be told from here.' }],
    });
  });

  test('not, of a role that the policy takes off the list', () => {
    const tenant = { privilegedRoles: { add: [], remove: ['Exchange Administrator'] } };
    const item = itemOf(cardOf({ tenant, streams: arriving }), id);
    expect([item.state, item.who.shown.map(({ name }) => name)]).toEqual([
      'notMet',
      ['Exchange Administrator'],
    ]);
  });

  test('a detection that is off is named where the item rests on more', () => {
    const settingsOf = settingsWith({ 'admin-signin-no-mfa': { enabled: false } });
    const item = itemOf(cardOf({ settingsOf }), 'top-roles-mfa');
    expect([item.state, item.switchedOff]).toEqual(['met', ['admin-signin-no-mfa']]);
  });
});

describe('attested', () => {
  const stateWith = (attested: Attestation[], more = {}) =>
    itemOf(cardOf({ tenant: { attested }, ...more }), 'incident-plan-owners');

  test('by whom, and until when', () => {
    expect(stateWith([word({ note: 'SEC-12' })])).toMatchObject({
      state: 'attested',
      attested: { by: 'Grace Hopper', until: '2027-06-30', note: 'SEC-12', isValid: true },
    });
  });

  test.each([
    ['2026-11-20', 'attested'],
    ['2026-11-19', 'unknown'],
  ])('until %s, on the 20th: %s', (until, state) => {
    expect(stateWith([word({ until })]).state).toBe(state);
  });

  test('a word that ran out is told with its day', () => {
    const { unknown } = stateWith([word({ until: '2026-06-30' })]);
    expect(unknown).toEqual([
      { why: 'The word of Grace Hopper ran out on 2026-06-30.', about: null },
    ]);
  });

  test('of two words the one that holds longer counts', () => {
    const words = [word({}), word({ until: '2025-01-01', by: 'Somebody else' })];
    expect(stateWith(words).attested?.by).toBe('Grace Hopper');
    expect(stateWith(words.toReversed()).attested?.by).toBe('Grace Hopper');
  });

  test('never against a finding', () => {
    const found = [invented('posture-subscription-owner-external')];
    const card = cardOf({
      verdicts: verdictsWith({ 'posture-subscription-owner-external': { found } }),
      tenant: { attested: [word({ item: 'subscription-ownership' })] },
    });
    const item = itemOf(card, 'subscription-ownership');
    expect([item.state, item.attested?.isValid]).toEqual(['notMet', true]);
  });

  test('what a machine sees to be well needs no word, and a word that ran out takes nothing from it', () => {
    const attested = [word({ item: 'password-hash-sync', until: '2020-01-01' })];
    const item = itemOf(cardOf({ tenant: { attested } }), 'password-hash-sync');
    expect([item.state, item.unknown]).toEqual(['met', []]);
  });

  test('a word stands in for what a machine could not tell, and the reasons stay', () => {
    const attested = [word({ item: 'admin-justification' })];
    const item = itemOf(cardOf({ tenant: { attested } }), 'admin-justification');
    expect(item.state).toBe('attested');
    expect(item.unknown[0]?.about?.count).toBe(2);
  });
});

describe('outside', () => {
  const stateWith = (attested: Attestation[]) =>
    itemOf(cardOf({ tenant: { attested } }), 'on-premises-admins').state;

  test('until somebody vouches for it; from then on it is somebody’s matter', () => {
    expect(stateWith([])).toBe('outside');
    expect(stateWith([word({ item: 'on-premises-admins' })])).toBe('attested');
    expect(stateWith([word({ item: 'on-premises-admins', until: '2026-01-01' })])).toBe('unknown');
  });
});

test('exceptions of the policy that hold are counted on the items whose checks they silence', () => {
  const settingsOf = settingsWith({
    'posture-admin-synced': {
      exclude: [
        { account: 'sync@example.com', reason: 'planned' },
        { account: 'SYNC@example.com', reason: 'planned twice' },
        { account: 'old@example.com', reason: 'over', until: '2026-11-19' },
        { account: 'new@example.com', reason: 'today', until: '2026-11-20' },
      ],
    },
  });
  const card = cardOf({ settingsOf });
  expect(itemOf(card, 'admins-cloud-only').excepted).toBe(2);
  expect(itemOf(card, 'admin-mail-address').excepted).toBe(0);
});

test('names of the directory come as one clean line', () => {
  const name = '‮evil\nname\u0007@example.com';
  const found = [
    invented('posture-admin-synced', { subject: { ...ada, name }, title: `${name}: synchronised` }),
  ];
  const unknown = [{ unknown: `because\nof ${name}`, about: { ...ben, name } }];
  const card = cardOf({
    tenant: { name },
    verdicts: verdictsWith({ 'posture-admin-synced': { found, unknown } }),
  });
  const { gaps: _, ...rest } = card;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
  expect(JSON.stringify(rest)).not.toMatch(/\\n|\\u0007|\u202e|[\u0000-\u001f]/);
  expect(itemOf(card, 'admins-cloud-only').who.shown[0]?.name).toBe('evil name @example.com');
});

test('an item has exactly one state, and reasons that fit it', () => {
  const said = fc.record({
    check: fc.constantFrom(...everyCheck),
    isFound: fc.boolean(),
    isUnknown: fc.boolean(),
    isLeftOut: fc.boolean(),
  });
  const words = fc.record({
    item: fc.constantFrom(...attestableIds),
    by: fc.constant('Grace Hopper'),
    until: fc.constantFrom('2026-11-19', '2026-11-20', '2027-01-01'),
  });
  fc.assert(
    fc.property(fc.array(said), fc.array(words), (sayings, attested) => {
      const byCheck = Object.fromEntries(
        sayings.map(({ check, isFound, isUnknown }) => [
          check,
          {
            found: isFound ? [invented(check)] : [],
            unknown: isUnknown ? [{ unknown: 'dark' }] : [],
          },
        ]),
      );
      const leftOut = sayings.filter(({ isLeftOut }) => isLeftOut).map(({ check }) => check);
      const verdicts = verdictsWith(byCheck).filter(
        ({ check }) => !(leftOut as string[]).includes(check),
      );
      const card = cardOf({ verdicts, tenant: { attested } });
      for (const item of card.stages.flatMap(({ items }) => items)) {
        expect(item.state === 'notMet', item.id).toBe(item.against.count > 0);
        if (item.state === 'met') expect(item.unknown, item.id).toEqual([]);
        if (item.state === 'unknown') expect(item.unknown, item.id).not.toEqual([]);
        if (item.state === 'attested') expect(item.attested?.isValid, item.id).toBe(true);
      }
    }),
    { numRuns: 30 },
  );
});
