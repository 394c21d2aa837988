import { gzipSync } from 'node:zlib';
import { type Case, found } from './case.ts';
import { roleAdded, signIn } from './records.ts';
import { people, roles } from './world.ts';

const { tara, omar, ruth } = people;
const one = roleAdded(tara, roles.global);
const two = roleAdded(omar, roles.global);
const bothFound = [
  found('privileged-role-assigned-active', tara, 'high'),
  found('privileged-role-assigned-active', omar, 'high'),
];
const line = JSON.stringify;
const pretty = (value: unknown) => JSON.stringify(value, null, 2);
const withText = (record: typeof one) => ({ ...record, properties: line(record.properties) });

/** Inner lists and objects as text, as some routes write them. */
const stringified = (record: ReturnType<typeof roleAdded>) => {
  const { properties } = record as { properties: Record<string, unknown> };
  const targets = (properties.targetResources as Record<string, unknown>[]).map((target) => ({
    ...target,
    modifiedProperties: line(target.modifiedProperties),
  }));
  return {
    ...record,
    properties: {
      ...properties,
      initiatedBy: line(properties.initiatedBy),
      targetResources: line(targets),
      additionalDetails: line(properties.additionalDetails),
    },
  };
};

const plainSignIn = signIn(ruth);
const signInAsText = {
  ...plainSignIn,
  properties: {
    ...plainSignIn.properties,
    status: line({ errorCode: 0 }),
    authenticationDetails: line(
      (plainSignIn.properties as { authenticationDetails?: unknown }).authenticationDetails,
    ),
    mfaDetail: '{}',
    deviceDetail: '{}',
    location: 'US',
  },
};

const same = (name: string, ...files: (string | Buffer)[]): Case => ({
  name,
  files,
  expect: bothFound,
});

export const transports: readonly Case[] = [
  same('bare records, a line each', `${line(one)}\n${line(two)}\n`),
  same('lines with carriage returns and empty ones', `${line(one)}\r\n\r\n\r\n${line(two)}\r\n`),
  same('a record, then a record, nothing between', line(one) + line(two)),
  same('a list', line([one, two])),
  same('a list of lists', line([[one], [two]])),
  same('an envelope', line({ records: [one, two] })),
  same('an envelope a line', `${line({ records: [one] })}\n${line({ records: [two] })}`),
  same('a list of envelopes', line([{ records: [one] }, { records: [two] }])),
  same('envelopes and bare records mixed', `${line({ records: [one] })}\n${line(two)}`),
  same('pretty-printed envelope', pretty({ records: [one, two] })),
  same('pretty-printed list', pretty([one, two])),
  same('pretty-printed records behind each other', `${pretty(one)}\n${pretty(two)}`),
  same(
    'an envelope with more keys',
    line({ meta: { a: [1] }, records: [one, two], end: { b: 2 } }),
  ),
  same('a PascalCase envelope', line({ Records: [one, two] })),
  same('an envelope of one record, not in a list', `${line({ records: one })}\n${line(two)}`),
  same('an answer of the Graph API', line({ '@odata.context': 'x', value: [one, two] })),
  same(
    'Graph API: only the properties',
    line({ '@odata.nextLink': 'x', value: [one.properties, two.properties] }),
  ),
  same('a download of the portal', pretty([one.properties, two.properties])),
  same('two files', line(one), line({ records: [two] })),
  same('packed', gzipSync(line({ records: [one, two] }))),
  same('packed in two parts', Buffer.concat([gzipSync(line(one)), gzipSync(line(two))])),
  same('lines of JSON in JSON', `${line(line({ records: [one] }))}\n${line(line(two))}`),
  same('a list of JSON in JSON', line([line(one), line({ records: [two] })])),
  same('the list of records as text', line({ records: line([one, two]) })),
  same('properties as text', line([withText(one), withText(two)])),
  same('inner lists as text', line([stringified(one), stringified(two)])),
  same('a byte order mark', `\uFEFF${line([one, two])}`),
  same('files put together, each with its mark', `\uFEFF${line(one)}\n\uFEFF${line(two)}`),
  same('UTF-16 with its mark', Buffer.from(`\uFEFF${line([one, two])}`, 'utf16le')),
  same('twice the same', line([one, two, one]), line({ records: [two, one] })),
  { name: 'an empty file', files: [''], expect: [] },
  { name: 'an empty list', files: ['[]'], expect: [] },
  { name: 'an empty envelope', files: ['{"records":[]}'], expect: [] },
  { name: 'an empty answer', files: ['{"value":[]}'], expect: [] },
  {
    name: 'a sign-in with its inner parts as text',
    records: [signInAsText],
    expect: [found('admin-signin-no-mfa', ruth, 'critical')],
  },
  {
    name: 'a sign-in of the Graph API: no envelope, properties only',
    files: [line({ value: [plainSignIn.properties] })],
    expect: [found('admin-signin-no-mfa', ruth, 'critical')],
  },
  {
    name: 'nothing but what nobody watches',
    records: [{ ...plainSignIn, category: 'MicrosoftGraphActivityLogs' }],
    expect: [],
  },
];
