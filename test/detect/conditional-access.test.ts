import { describe, expect, test } from 'vitest';
import { accessPolicy, storedAccessPolicy } from '../../shared/detect/examples/policies.ts';
import { weaknesses } from '../../shared/detect/rows/access-policy-weaknesses.ts';
import { accessPolicyChange } from '../../shared/detect/rows/conditional-access.ts';
import type { AuditEvent } from '../../shared/read/event.ts';

type Row = readonly [name: string, before: unknown, after: unknown, expected: readonly string[]];

/** What a row says was lost; `operation` tells which service wrote it. */
function lost(operation: string, before: unknown, after: unknown, spared = new Set<string>()) {
  const changes = new Map([['policy', { before, after }]]);
  const party = { type: 'policy', id: 'policy-1', name: 'MFA for all' };
  const targets = [{ kind: 'policy', party, changes }];
  const change = accessPolicyChange({ operation, targets } as unknown as AuditEvent);
  return weaknesses(change?.before, change?.after, spared);
}

const firstHand = 'update conditional access policy';
const policy = accessPolicy();
const off = accessPolicy({ state: 'disabled' });
const without = accessPolicy({ grantControls: null });
const asking = (operator: string, builtInControls: string[], more: object = {}) =>
  accessPolicy({ grantControls: { operator, builtInControls, ...more } });
const strength = (n: number | string) =>
  asking('OR', [], { authenticationStrength: { id: `00000000-0000-0000-0000-00000000000${n}` } });
const name = (n: number | string) => `strength 00000000-0000-0000-0000-00000000000${n}`;
const during = (sessionControls: object) => accessPolicy({ sessionControls });
const often = (value: number, type = 'hours') =>
  during({ signInFrequency: { value, type, frequencyInterval: 'timeBased', isEnabled: true } });
const when = (conditions: object) => accessPolicy({}, conditions);
const users = (more: object) => when({ users: { includeUsers: ['All'], ...more } });
const only = (more: object) => when({ users: more });
const apps = (...includeApplications: string[]) => when({ applications: { includeApplications } });
const guests = (guestOrExternalUserTypes: unknown) =>
  users({ excludeGuestsOrExternalUsers: { guestOrExternalUserTypes } });
const filtered = (mode: string, rule: string) =>
  when({ devices: { deviceFilter: { mode, rule } } });
const cutBefore = (value: object, word: string) => JSON.stringify(value).split(word)[0];
const clients = ['browser', 'mobileAppsAndDesktopClients', 'exchangeActiveSync', 'other'];
const both = ['mfa', 'compliantDevice'];
const duo = { customAuthenticationFactors: ['Duo'] };
const terms = { termsOfUse: ['terms-1'] };

const states: readonly Row[] = [
  ['off', policy, off, ['switched off']],
  [
    'off, and nothing but that is told',
    { state: 'enabled' },
    { state: 'disabled' },
    ['switched off'],
  ],
  ['off, before unknown', null, off, ['switched off']],
  ['off, before hardly known', { state: 'enabled' }, off, ['switched off']],
  [
    'report-only',
    policy,
    accessPolicy({ state: 'enabledForReportingButNotEnforced' }),
    ['report-only'],
  ],
  ['off as before', off, off, []],
  [
    'not told',
    accessPolicy({ state: undefined }),
    { ...without, state: '' },
    ['asks for nothing instead of mfa'],
  ],
];

const grants: readonly Row[] = [
  ['nothing', policy, without, ['asks for nothing instead of mfa']],
  [
    'one instead of both',
    asking('AND', both),
    policy,
    ['asks for mfa instead of mfa, and compliantdevice'],
  ],
  [
    'any instead of both',
    asking('AND', both),
    asking('OR', both),
    ['asks for mfa or compliantdevice instead of mfa, and compliantdevice'],
  ],
  [
    'something else will do as well',
    policy,
    asking('OR', both),
    ['asks for mfa or compliantdevice instead of mfa'],
  ],
  ['both instead of any', asking('OR', both), asking('AND', both), []],
  ['both, in another order', asking('AND', both), asking('and', both.toReversed()), []],
  ['a factor where it blocked', asking('OR', ['block']), policy, ['asks for mfa instead of block']],
  ['blocked', policy, asking('OR', ['block']), []],
  ['a strength', policy, strength(4), []],
  ['a weaker strength', strength(4), strength(2), [`asks for ${name(2)} instead of ${name(4)}`]],
  ['a stricter strength', strength(2), strength(4), []],
  ['a factor instead of a strength', strength(2), policy, [`asks for mfa instead of ${name(2)}`]],
  [
    'an own strength instead of the strictest',
    strength(4),
    strength('a'),
    [`asks for ${name('a')} instead of ${name(4)}`],
  ],
  ['the strictest instead of an own one', strength('a'), strength(4), []],
  [
    'another strength instead of an own one',
    strength('a'),
    strength(3),
    [`asks for ${name(3)} instead of ${name('a')}`],
  ],
  [
    'a device instead of a strength',
    strength(4),
    asking('OR', ['x']),
    [`asks for x instead of ${name(4)}`],
  ],
  [
    'a strength instead of a device',
    asking('OR', ['x']),
    strength(4),
    [`asks for ${name(4)} instead of x`],
  ],
  [
    "not another vendor's factor",
    asking('OR', [], duo),
    asking('OR', []),
    ['asks for nothing instead of duo'],
  ],
  ['no terms of use', asking('AND', ['mfa'], terms), policy, []],
  [
    'neither factor nor terms of use',
    asking('OR', ['mfa'], terms),
    without,
    ['asks for nothing instead of mfa or terms terms-1'],
  ],
  [
    'terms of use will do as well',
    policy,
    asking('OR', ['mfa'], terms),
    ['asks for mfa or terms terms-1 instead of mfa'],
  ],
];

const conditions: readonly Row[] = [
  ['somebody', policy, users({ excludeUsers: ['user-1'] }), ['more users excluded']],
  ['a group', policy, users({ excludeGroups: ['group-1'] }), ['more users excluded']],
  ['nobody excluded any more', users({ excludeUsers: ['user-1'] }), policy, []],
  [
    'another order and case',
    users({ excludeUsers: ['a', 'b'] }),
    users({ excludeUsers: ['B', 'a'] }),
    [],
  ],
  ['more kinds of guests, as numbers', guests(1), guests(3), ['more users excluded']],
  ['fewer kinds of guests, as numbers', guests(3), guests(1), []],
  [
    'fewer kinds of guests, as words',
    guests('b2bGuest, internalGuest'),
    guests('internalGuest'),
    [],
  ],
  [
    'guests of all tenants instead of one user',
    only({ includeUsers: ['user-1'] }),
    only({ includeGuestsOrExternalUsers: { externalTenants: { membershipKind: 'all' } } }),
    ['fewer users included'],
  ],
  [
    'one group instead of all',
    policy,
    only({ includeGroups: ['group-1'] }),
    ['fewer users included'],
  ],
  ['all instead of one group', only({ includeGroups: ['group-1'] }), policy, []],
  [
    'one role less',
    only({ includeRoles: ['a', 'b'] }),
    only({ includeRoles: ['b'] }),
    ['fewer users included'],
  ],
  ['one role more', only({ includeRoles: ['a'] }), only({ includeRoles: ['a', 'b'] }), []],
  ['all instead of nobody', only({ includeUsers: ['None'] }), policy, []],
  [
    'nobody instead of one',
    only({ includeUsers: ['a'] }),
    only({ includeUsers: ['None'] }),
    ['fewer users included'],
  ],
  ['one app less', apps('a', 'b'), apps('b'), ['fewer applications included']],
  ['no app', apps('a'), apps(), ['fewer applications included']],
  [
    'no workload',
    when({ clientApplications: { includeServicePrincipals: ['a'] } }),
    when({ clientApplications: { includeServicePrincipals: [] } }),
    ['fewer clientapplications included'],
  ],
  [
    'apps, by a filter',
    policy,
    when({
      applications: {
        includeApplications: ['All'],
        applicationFilter: { mode: 'exclude', rule: 'a' },
      },
    }),
    ['more applications excluded'],
  ],
  ['devices, by a filter', policy, filtered('include', 'a, b'), ['more devices excluded']],
  [
    'another filter',
    filtered('exclude', 'a, b'),
    filtered('exclude', 'a'),
    ['more devices excluded'],
  ],
  [
    'a filter the other way round',
    filtered('exclude', 'a'),
    filtered('include', 'a'),
    ['more devices excluded'],
  ],
  ['no filter', filtered('include', 'a'), policy, []],
  [
    'a trusted place',
    policy,
    when({ locations: { includeLocations: ['All'], excludeLocations: ['AllTrusted'] } }),
    ['more locations excluded'],
  ],
  ['everywhere, in more words', policy, when({ locations: { includeLocations: ['All'] } }), []],
  ['every client, one by one', policy, when({ clientAppTypes: clients }), []],
  ...clients.map(
    (client): Row => [
      `every client but ${client}`,
      policy,
      when({ clientAppTypes: clients.filter((one) => one !== client) }),
      ['fewer clientapptypes included'],
    ],
  ),
  [
    'risky sign-ins only',
    policy,
    when({ signInRiskLevels: ['high'] }),
    ['fewer signinrisklevels included'],
  ],
  ['whatever the risk', when({ signInRiskLevels: ['high'] }), policy, []],
  [
    'one flow less',
    when({ authenticationFlows: { transferMethods: 'deviceCodeFlow, authenticationTransfer' } }),
    when({ authenticationFlows: { transferMethods: 'authenticationTransfer' } }),
    ['fewer authenticationflows included'],
  ],
];

const sessions: readonly Row[] = [
  ['no sign-in frequency', often(8), policy, ['without signinfrequency']],
  ['days instead of hours', often(8), often(1, 'days'), ['signinfrequency less strict']],
  ['hours instead of days', often(1, 'days'), often(8), []],
  [
    'a frequency that is off',
    often(8),
    during({ signInFrequency: { value: 8, isEnabled: false } }),
    ['without signinfrequency'],
  ],
  [
    'every time instead of every hour',
    often(1),
    during({ signInFrequency: { frequencyInterval: 'everyTime' } }),
    [],
  ],
  [
    'every hour instead of every time',
    during({ signInFrequency: { frequencyInterval: 'everyTime' } }),
    often(1),
    ['signinfrequency less strict'],
  ],
  [
    'browsers that persist',
    during({ persistentBrowser: { mode: 'never' } }),
    during({ persistentBrowser: { mode: 'always' } }),
    ['without persistentbrowser'],
  ],
  [
    'no continuous evaluation',
    during({ continuousAccessEvaluation: { mode: 'strict' } }),
    during({ continuousAccessEvaluation: { mode: 'disabled' } }),
    ['without continuousaccessevaluation'],
  ],
  [
    'no plain control',
    during({ disableResilienceDefaults: true }),
    during({ disableResilienceDefaults: false }),
    ['without disableresiliencedefaults'],
  ],
];

const brokenOff: readonly Row[] = [
  ['behind the state', policy, cutBefore(off, '"users"'), ['switched off']],
  ['before its users', policy, cutBefore(policy, '"users"'), []],
  [
    'within its users',
    only({ includeUsers: [], includeGroups: ['group-1'] }),
    cutBefore(only({ includeUsers: [], includeGroups: ['group-1'] }), '"group-1"'),
    [],
  ],
  [
    'behind its users',
    policy,
    cutBefore(users({ excludeUsers: ['a'] }), '"signInRisk'),
    ['more users excluded'],
  ],
  ['within what it asks for', policy, cutBefore(policy, '"mfa"'), []],
  [
    'behind what it asks for',
    { ...policy, sessionControls: { a: true, b: true } },
    cutBefore({ ...without, sessionControls: { a: true, b: true } }, '"b"'),
    ['asks for nothing instead of mfa'],
  ],
  ['before its session controls', often(8), cutBefore(often(8), '"sessionControls"'), []],
  ['before the old session controls', cutBefore(often(8), '"sessionControls"'), often(24), []],
];

const strict = { Controls: [{ AuthStrengthIds: ['00000000-0000-0000-0000-000000000004'] }] };
const withUsers = (Users: object) => storedAccessPolicy({ Conditions: { Users } });
const withClients = (...ClientTypes: string[]) =>
  storedAccessPolicy({ Conditions: { ClientTypes: { Include: [{ ClientTypes }] } } });
const stored: readonly Row[] = [
  ['off', storedAccessPolicy(), storedAccessPolicy({ State: 'Disabled' }), ['switched off']],
  [
    'report-only',
    storedAccessPolicy(),
    storedAccessPolicy({ State: 'Reporting' }),
    ['report-only'],
  ],
  [
    'no control',
    storedAccessPolicy(),
    storedAccessPolicy({ Controls: [] }),
    ['asks for nothing instead of mfa'],
  ],
  [
    'an empty control',
    storedAccessPolicy(),
    storedAccessPolicy({ Controls: [{ Control: [] }] }),
    ['asks for nothing instead of mfa'],
  ],
  ['a strength', storedAccessPolicy(), storedAccessPolicy(strict), []],
  [
    'no session control',
    storedAccessPolicy(),
    storedAccessPolicy({ SessionControls: [] }),
    ['without signinfrequency'],
  ],
  [
    'somebody excluded',
    withUsers({ Include: [{ Users: ['All'] }], Exclude: [{ Groups: ['a'] }] }),
    withUsers({ Include: [{ Users: ['All'] }], Exclude: [{ Users: ['b'] }, { Groups: ['a'] }] }),
    ['more users excluded'],
  ],
  ['clients, which go by many names', withClients('Browser', 'Native'), withClients('Browser'), []],
];

describe.each([
  ['whether it holds', states],
  ['what it asks for', grants],
  ['whom and what it is about', conditions],
  ['what holds for a session', sessions],
  ['as far as the text goes', brokenOff],
] as const)('a policy is weaker by %s', (_, rows) => {
  test.each(rows)('%s', (_, before, after, expected) => {
    expect(lost(firstHand, before, after)).toEqual(expected);
  });
});

describe("the directory's own row", () => {
  test.each(stored)('%s', (_, before, after, expected) => {
    expect(lost('update policy', before, after)).toEqual(expected);
  });

  test('may be about a policy of another kind', () => {
    expect(
      lost('update policy', '["{\\"State\\":\\"Enabled\\"}"]', '["{\\"State\\":\\"Disabled\\"}"]'),
    ).toEqual([]);
  });
});

test('nobody is told of an account that it is right to exclude', () => {
  const after = users({ excludeUsers: ['glass', 'user-1'] });
  expect(lost(firstHand, policy, after, new Set(['glass', 'user-1']))).toEqual([]);
  expect(lost(firstHand, policy, after, new Set(['glass']))).toEqual(['more users excluded']);
});

test('other operations change no policy', () => {
  expect(lost('update named location', policy, off)).toEqual([]);
});
