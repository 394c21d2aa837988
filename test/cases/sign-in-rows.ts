import { type Case, found } from './case.ts';
import { failed, multi, password, portal, prompt, signIn, step } from './records.ts';
import { at, type Fields, fresh, people } from './world.ts';

const { ruth, tara } = people;
const noMfa = [found('admin-signin-no-mfa', ruth, 'critical')];
const single = { authenticationDetails: [password] };
const double = { ...multi, authenticationDetails: [password, prompt] };
const byClaim = {
  authenticationDetails: [
    step(
      'Previously satisfied',
      'MFA requirement satisfied by claim in the token',
      'Multi-factor authentication',
    ),
  ],
};

/** Rows of one sign-in, in the order in which they were written. */
function rows(...all: Fields[]) {
  const [id, correlationId, sessionId] = [fresh('request'), fresh('flow'), fresh('session')];
  return all.map((fields, index) => {
    const same = { id, originalRequestId: id, correlationId, sessionId, ...fields };
    return signIn(ruth, same, { time: at(`12:0${index + 1}`) });
  });
}
const [early, late] = rows(single, double) as [object, object];
const graph = (records: readonly { properties?: unknown }[]) => [
  JSON.stringify({ value: records.map(({ properties }) => properties) }),
];

export const signInRows: readonly Case[] = [
  { name: 'the last row tells of MFA', records: [early, late], expect: [] },
  { name: 'and comes first', records: [late, early], expect: [] },
  { name: 'and each comes twice', records: [early, late, early, late], expect: [] },
  { name: 'and in another file', files: [JSON.stringify(late), JSON.stringify(early)], expect: [] },
  {
    name: 'an early row says wrongly that a claim did it',
    records: rows(byClaim, single),
    expect: noMfa,
  },
  {
    name: 'and it comes last',
    records: rows(byClaim, single).toReversed(),
    expect: noMfa,
  },
  {
    name: 'without an envelope: the row with more steps is the later',
    files: graph(rows(single, double)),
    expect: [],
  },
  {
    name: 'without an envelope, in the other order',
    files: graph(rows(single, double).toReversed()),
    expect: [],
  },
  {
    name: 'written in one moment',
    records: rows(single, double).map((row) => ({ ...row, time: at('12:05') })),
    expect: [],
  },
  {
    name: 'interrupts, then in with MFA',
    records: rows(
      { status: { errorCode: 50074 }, authenticationDetails: [] },
      { status: { errorCode: 50140 }, authenticationDetails: [] },
      double,
    ),
    expect: [],
  },
  {
    name: 'interrupts, then in without',
    records: rows({ status: { errorCode: 50058 }, authenticationDetails: [] }, single),
    expect: noMfa,
  },
  {
    name: 'rows with ids of their own and one original request',
    records: rows(single, double).map((row) => ({
      ...row,
      properties: { ...row.properties, id: fresh('row') },
    })),
    expect: [],
  },
  {
    name: 'one correlation id, two sign-ins: the client chose it',
    records: [
      signIn(ruth, { ...double, correlationId: 'same' }),
      signIn(ruth, { ...single, correlationId: 'same', createdDateTime: at('18:00') }),
    ],
    expect: noMfa,
  },
  {
    name: 'two sign-ins without: one matter, two findings',
    records: [signIn(ruth), signIn(ruth, { createdDateTime: at('15:00') })],
    expect: [...noMfa, ...noMfa],
    incidents: 1,
  },
  { name: 'the same row three times', records: [early, early, early], expect: noMfa },
  {
    name: 'tools of administrators: taken back too',
    records: rows({ ...single, ...portal }, { ...double, ...portal }).map((row) => ({
      ...row,
      properties: { ...row.properties, userId: tara.id, userPrincipalName: tara.upn },
    })),
    expect: [],
  },
  {
    name: 'never in',
    records: [failed(ruth, 50126), failed(ruth, 50053), failed(ruth, 53003)],
    expect: [found('admin-lockout', ruth, 'high'), found('admin-ca-blocked', ruth, 'medium')],
  },
];
