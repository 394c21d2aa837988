import { type Case, found } from './case.ts';
import { roleAdded, signIn } from './records.ts';
import { people, roles } from './world.ts';

const { tara, omar, hank } = people;
const line = JSON.stringify;
const first = line(roleAdded(tara, roles.global));
const bad = line(roleAdded(hank, roles.global));
const last = line(roleAdded(omar, roles.global));
const neighbours = [
  found('privileged-role-assigned-active', tara, 'high'),
  found('privileged-role-assigned-active', omar, 'high'),
];
const cutString = (json: string) => json.replace('"loggedByService":"', '"loggedByService":"\n');
const noEnd = (json: string) => json.replace('Core Directory"', 'Core Directory');
const lists: [string, (parts: string[]) => string][] = [
  ['one-line envelope', (parts) => `{"records":[${parts.join(',')}]}`],
  ['list', (parts) => `[${parts.join(',')}]`],
  ['lines', (parts) => parts.join('\n')],
];
const faults: [string, (json: string) => string][] = [
  ['a text without an end', noEnd],
  ['a line break in a text', cutString],
  ['cut in the middle', (json) => json.slice(0, json.length / 2)],
  ['cut behind a colon', (json) => json.slice(0, json.indexOf('"properties":') + 13)],
  ['a bracket too many', (json) => json.replace('"targetResources":[', '"targetResources":[]')],
  ['a brace too many', (json) => json.replace('"properties":', '}"properties":')],
  ['a brace missing', (json) => json.slice(0, -1)],
  [
    'a closed list missing',
    (json) => json.replace('}],"additionalDetails"', '},"additionalDetails"'),
  ],
  ['a key without its quote', (json) => json.replace('"category"', 'category"')],
  ['garbage for it', () => 'x'.repeat(100)],
  ['a wrong value', (json) => json.replace('"Level":4', '"Level":nope')],
  ['an escape of nothing', (json) => json.replace('Core Directory', 'Core \\q Directory')],
];

/** The list of targets, of types that it never has. */
const wrong = [null, true, 0, -1.5, 'x', '', [], {}, [[]], [null], { value: { value: [] } }];
const wrongFields = wrong.map((targetResources) =>
  roleAdded(tara, roles.global, {
    targetResources,
    initiatedBy: targetResources,
    additionalDetails: targetResources,
    correlationId: targetResources,
  }),
);
const odd = '\u0000\u202e\ud800<b>\ud83d\ude00';

export const broken: readonly Case[] = [
  ...lists.flatMap(([list, join]) =>
    faults.map(
      ([fault, break_]): Case => ({
        name: `${fault}, in the middle of a ${list}`,
        files: [join([first, break_(bad), last])],
        expect: neighbours,
        unreadable: 1,
      }),
    ),
  ),
  {
    name: 'the first record broken',
    files: [`{"records":[${noEnd(bad)},${first},${last}]}`],
    expect: neighbours,
    unreadable: 1,
  },
  {
    name: 'an envelope that ends in the middle of a record, and whole ones behind it',
    files: [`{"records":[${first},${bad.slice(0, 300)}\n{"records":[${last}]}`],
    expect: neighbours,
    unreadable: 1,
  },
  {
    name: 'no records: numbers, texts, nothing',
    files: [`[${first},1,null,true,"text",[],{},${last}]`],
    expect: neighbours,
    unreadable: 5,
  },
  {
    name: 'zeros between records',
    files: [`${first}\u0000\u0000\u0000${last}\n\u0000`],
    expect: neighbours,
  },
  {
    name: 'words of a logger before each record',
    files: [`2026-11-20 INFO got: ${first}\n2026-11-20 INFO got: ${last}`],
    expect: neighbours,
    unreadable: 2,
  },
  {
    name: 'a line of 50 MB',
    files: [`${first}\n{"time":"2026-11-20T12:00:00Z","x":"${'y'.repeat(50_000_000)}"}\n${last}`],
    expect: neighbours,
    unreadable: 1,
  },
  {
    name: 'brackets nested 100,000 deep',
    files: [`${first}\n{"category":"AuditLogs","x":${'['.repeat(1e5)}${']'.repeat(1e5)}}\n${last}`],
    expect: neighbours,
    unreadable: 1,
  },
  {
    name: 'keys that objects have of their own',
    files: [
      `{"__proto__":{"category":"x"},"constructor":{"prototype":{}},"toString":1,${first.slice(1)}\n${last}`,
    ],
    expect: neighbours,
  },
  {
    name: 'a key twice: the last one counts',
    files: [`{"category":"SignInLogs",${first.slice(1)}\n${last}`],
    expect: neighbours,
  },
  {
    name: 'names of a hostile kind',
    records: [
      roleAdded({ ...tara, upn: `tara${odd}@contoso.com` }, roles.global),
      roleAdded({ ...omar, upn: 'x'.repeat(100_000) }, roles.global),
    ],
    expect: neighbours,
  },
  {
    name: 'fields of another type',
    records: [...wrongFields, JSON.parse(first), JSON.parse(last)],
    expect: neighbours,
  },
  {
    name: 'a sign-in whose fields have other types',
    records: [
      signIn(people.ruth, {
        status: [],
        authenticationDetails: 7,
        deviceDetail: 'x',
        location: [],
        mfaDetail: 'none',
        sessionId: {},
        userAgent: 5,
        clientAppUsed: {},
      }),
    ],
    expect: [],
  },
  {
    name: 'nothing in it is a record',
    files: ['a,b,c\n1,2,3\n'],
    expect: [],
    unreadable: 2,
    exit: 1,
  },
  {
    name: 'two tenants in the policy, a record of a third',
    files: [
      first.replaceAll(/"tenantId":"[^"]+"/g, '"tenantId":"11111111-2222-4333-8444-555555555555"'),
    ],
    expect: [],
    unreadable: 1,
    exit: 1,
  },
];
