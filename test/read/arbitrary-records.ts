import fc from 'fast-check';
import { audit, by, directRole, signIn, target } from '../../shared/detect/examples/records.ts';
import * as example from '../../shared/detect/examples/tenant.ts';
import { globalAdministrator } from '../../shared/roles.ts';

/** The example's ids consist of digits; these have letters, which may be large or small. */
export const lettered = <T>(value: T): T =>
  JSON.parse(
    JSON.stringify(value).replaceAll(
      /0{8}-0000-4000-8000-(0{10}[1-3])/g,
      'abcdef01-ab2c-4d3e-8f4a-$1',
    ),
  );
export const { people, groups, workloads } = lettered({ ...example });
export const tenant = lettered(example.exampleTenant);
/** A break-glass account whose id nobody has told yet. */
const unresolved = 'glass-9@example.com';
export const tenantWithName: typeof tenant = {
  ...tenant,
  accounts: { ...tenant.accounts, emergency: [people.glass.id, unresolved] },
};
export const somebody = '5a0c1d3e-1111-4111-8111-0123456789ab';
const nobody = '00000000-0000-0000-0000-000000000000';
export const portal = 'c44b4083-3bb0-49c1-b47d-974e53cbdf3c';

const person = fc.constantFrom(...Object.values(people));
const text = fc.constantFrom(
  'Ada',
  '","category":"SignInLogs","userId":"',
  `{"time":"","category":"SignInLogs","userId":"${somebody}"}`,
  `\\","category":"AuditLogs`,
  `"},{"category":"SignInLogs"`,
  `\\u0061\u2028\u0000"\\`,
  'an allegory"',
);
/** How a sign-in names its account. */
const account = fc
  .tuple(person, person)
  .chain(([who, other]) =>
    fc.constantFrom<Record<string, unknown>>(
      { userId: who.id },
      { userId: somebody, servicePrincipalId: nobody },
      { userId: who.id.toUpperCase() },
      { userId: ` ${who.id} ` },
      { userId: undefined, userPrincipalName: who.upn.toUpperCase() },
      { userId: nobody, userPrincipalName: who.upn, servicePrincipalId: somebody },
      { userId: '', userPrincipalName: '', signInIdentifier: who.upn },
      { userId: somebody, userPrincipalName: other.upn, signInIdentifier: who.upn },
      { userId: null, userPrincipalName: who.id },
      { userId: somebody, userPrincipalName: unresolved },
      { userId: somebody, sessionId: who.id },
      { userId: undefined, userPrincipalName: who.upn, ownerOfuserId: somebody },
    ),
  );
export const aSignIn = fc
  .record({
    account,
    category: fc.constantFrom('SignInLogs', 'SignInLogs', 'NonInteractiveUserSignInLogs'),
    errorCode: fc.constantFrom<unknown>(0, 0, 50126, 53003, '0', '50126', ' 50057', null),
    appId: fc.constantFrom(somebody, portal),
    protocol: fc.constantFrom('none', 'oAuth2', 'ropc', ' ROPC', undefined),
    agent: fc.constantFrom('Mozilla/5.0', '\tBav2Ropc', '\u00a0CBAinTAR', undefined),
    note: text,
    risk: fc.constantFrom('none', 'high'),
  })
  .map(({ account, category, errorCode, appId, protocol, agent, note, risk }) =>
    signIn(
      { id: somebody, upn: 'somebody@example.com' },
      {
        appId,
        status: { errorCode, failureReason: note },
        authenticationProtocol: protocol,
        userAgent: agent,
        riskLevelDuringSignIn: risk,
        ...account,
      },
      { category, resultType: '50126' },
    ),
  );
const aWorkload = fc
  .record({
    id: fc.constantFrom(workloads.sync.id, somebody, nobody, ''),
    name: text,
    userId: text,
  })
  .map(({ id, name, userId }) =>
    signIn(
      { id: userId, upn: '' },
      { servicePrincipalId: id, servicePrincipalName: name },
      { category: 'ServicePrincipalSignInLogs' },
    ),
  );
const anAudit = fc
  .record({
    who: person,
    note: text,
    role: fc.constantFrom(globalAdministrator, example.helpdeskAdministrator),
  })
  .chain(({ who, note, role }) =>
    fc.constantFrom<Record<string, unknown>>(
      directRole(who, role, { resultReason: note }),
      directRole({ id: somebody, upn: note }, role),
      { ...directRole(who, role), operationName: 'Remove member from role' },
      audit('Reset user password', { targetResources: [target(who)], initiatedBy: by(people.dan) }),
      audit('Add member to group', {
        targetResources: [target(who, { 'Group.ObjectID': groups.operators.id })],
      }),
      audit('Update user', { targetResources: [{ ...target(who), displayName: note }] }),
    ),
  );

type Writer = (record: object) => string;
const shuffled = (value: unknown, order: readonly number[]): unknown => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(
    ([key, inner], index) => [order[index % order.length], key, shuffled(inner, order)] as const,
  );
  entries.sort(([a], [b]) => (a ?? 0) - (b ?? 0));
  return Object.fromEntries(entries.map(([, key, inner]) => [key, inner]));
};
/** Every nth id with a character written so that its bytes do not show it. */
const escaped = (json: string, every: number, at: number) => {
  let ids = 0;
  return json.replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, (id) => {
    ids += 1;
    const code = id.charCodeAt(at).toString(16).padStart(4, '0');
    return ids % every === 0 ? `${id.slice(0, at)}\\u${code}${id.slice(at + 1)}` : id;
  });
};
export const writer: fc.Arbitrary<Writer> = fc.oneof(
  { arbitrary: fc.constant<Writer>(JSON.stringify), weight: 4 },
  fc.constant<Writer>((record) => JSON.stringify(record, null, 2)),
  fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 35 })).map<Writer>(
    ([every, at]) =>
      (record) =>
        escaped(JSON.stringify(record), every, at),
  ),
  fc
    .array(fc.integer({ min: 0, max: 9 }), { minLength: 3, maxLength: 12 })
    .map<Writer>((order) => (record) => JSON.stringify(shuffled(record, order))),
);
const aRecord = fc.tuple(
  fc.oneof({ arbitrary: aSignIn, weight: 5 }, aWorkload, { arbitrary: anAudit, weight: 2 }),
  writer,
);
const aBody = fc
  .tuple(
    fc.array(aRecord, { minLength: 1, maxLength: 5 }),
    fc.constantFrom('envelope', 'envelope', 'list', 'lines'),
  )
  .map(([records, form]) => {
    const written = records.map(([record, write]) => write(record));
    if (form === 'lines') return written.join('\n');
    return form === 'list' ? `[${written.join(',')}]` : `{"records":[${written.join(',')}]}`;
  });
/** Batches of bodies of records that mean something to {@link tenant}, in many spellings. */
export const someBatches = fc.array(fc.array(aBody, { minLength: 1, maxLength: 3 }), {
  minLength: 1,
  maxLength: 3,
});
