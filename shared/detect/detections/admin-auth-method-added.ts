import { defineDetection } from '../detection.ts';
import { accountRow, methodRow, updateUser } from '../examples/account-changes.ts';
import { by, byApp, refresh, signIn } from '../examples/records.ts';
import { people, workloads } from '../examples/tenant.ts';
import { knowledgeOf, methodHours } from '../past/method-hours.ts';
import { countsOf } from '../past/told-from-traces.ts';
import { listOf, nameOf } from '../wording.ts';

const settleMs = 10 * 60_000;

const registered = 'User registered security info';
const elsewhere = '203.0.113.9';
const from = (who: { id: string; upn: string }, ip: string | null) => ({
  initiatedBy: { user: { id: who.id, userPrincipalName: who.upn, ipAddress: ip } },
});
const fromElsewhere = (who: { id: string; upn: string }, fields: object = {}) =>
  methodRow(registered, who, { ...from(who, elsewhere), ...fields });
/** A sign-in from the place that no network of the policy knows. */
const seenAt = (time: string, fields: object = {}) => ({
  id: `sign-in ${time}`,
  createdDateTime: time,
  ipAddress: elsewhere,
  location: { countryOrRegion: 'DE' },
  ...fields,
});
const learnt = (who: { id: string; upn: string }, country = 'US') =>
  signIn(who, {
    id: 'weeks ago',
    createdDateTime: '2026-11-02T12:00:00Z',
    location: { countryOrRegion: country },
  });
const oneMethod = [{ MethodType: 6, Default: true }];
const twoMethods = [...oneMethod, { MethodType: 7, Default: false }];
const platform = (name: string) => ({ initiatedBy: byApp({ id: workloads.pim.id, name }) });
const ofPlatform = [
  'Azure Credential Configuration Endpoint Service',
  'Azure MFA StrongAuthenticationService',
  'Device Registration Service',
];

export default defineDetection({
  id: 'admin-auth-method-added',
  title: 'Sign-in method added to an administrator',
  reads: ['audit', 'signIn'],
  lookFor: 'watched accounts',
  severity: 'low',
  severityVaries:
    'High if somebody else added it, or the person did from an address where they are not known: no known network, nor a country that they signed in from before. Low while too little is known of them (14 days).',
  categories: ['AuditLogs'],
  techniques: ['T1098.005', 'T1556.006'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-privileged-accounts',
  why: 'Whoever has a method of their own on the account gets in again, whatever becomes of the password.',
  triage: [
    'Ask the administrator, by another way than mail, whether they wanted the method.',
    'They did not: delete it, revoke the sessions, reset the password, and look at what was done since.',
  ],
  falsePositives: [
    'A new telephone or security key.',
    'A first day, on which somebody of the help desk registers the method.',
    'A method registered on a journey.',
  ],

  detect(event, context) {
    return methodHours(event, 'added', context).map(({ account, actor, changes, ...hour }) => {
      const away = changes.find(({ place }) => place === 'new');
      const who = nameOf(account);
      const how = away ? ` from a new place (${nameOf({ id: away.ip, name: null })})` : '';
      const operations = changes.map(({ operation }) => nameOf({ id: null, name: operation }));
      return {
        key: hour.key,
        precedence: countsOf(knowledgeOf(changes)),
        title: hour.isOwn
          ? `${who} added a sign-in method${how}`
          : `${nameOf(actor)} > ${who}: sign-in method added`,
        summary: hour.isOwn
          ? `${who} changed how they sign in${how}: ${listOf(operations)}.`
          : `${nameOf(actor)} changed how the administrator ${who} signs in: ${listOf(operations)}.`,
        severity: away || !hour.isOwn ? 'high' : 'low',
        subject: account,
        actor,
        roles: context.watchlist.rolesOf(account, hour.at),
        matter: ['account'],
        at: hour.at,
        recordIds: hour.recordIds,
        // The sign-in that tells where it was may come a little later.
        ...(away && hour.isOwn && { settleMs }),
        details: { operations: listOf(operations), ip: (away ?? actor).ip },
      };
    });
  },

  examples: () => [
    ...[
      registered,
      'User changed default security info',
      'User updated security info',
      'Admin registered phone app method for user',
      'Add FIDO2 security key',
      'Add Passkey (device-bound)',
      'Add Windows Hello for Business credential',
      'Add platform credential',
      'Add passwordless phone sign-in credential',
      'Add users strong authentication phone app detail',
      'Create Temporary Access Pass method for user',
      'Create application password for user',
      'Assign Hardware Oath Token',
    ].map((operation) => ({
      name: `by themself: ${operation}`,
      records: [methodRow(operation, people.ben)],
      expect: 'low' as const,
    })),
    {
      name: 'by somebody else',
      records: [
        methodRow('Admin registered security info', people.ben, { initiatedBy: by(people.ada) }),
      ],
      expect: 'high',
    },
    {
      name: 'by an application',
      records: [methodRow('Add FIDO2 security key', people.ben, platform('key-robot'))],
      expect: 'high',
    },
    {
      name: 'by an application that calls itself a service of the platform',
      records: [
        methodRow('Admin registered security info', people.ben, platform(ofPlatform[2] as string)),
      ],
      expect: 'high',
    },
    {
      name: 'by a person who calls themself a service of the platform',
      records: [
        methodRow('Add FIDO2 security key', people.ben, {
          initiatedBy: { user: { displayName: ofPlatform[2] } },
        }),
      ],
      expect: 'high',
    },
    {
      name: 'by nobody who is named',
      records: [methodRow('Add FIDO2 security key', people.ben, { initiatedBy: {} })],
      expect: 'low',
    },
    {
      name: 'by themself, told without a target',
      records: [methodRow(registered, people.ben, { targetResources: [] })],
      expect: 'low',
    },
    {
      name: 'told without a target, by an administrator',
      records: [methodRow('Admin registered security info', people.ben, { targetResources: [] })],
      expect: 'nothing',
    },
    {
      name: 'told without a target, by a service',
      records: [methodRow(registered, people.ben, { ...platform('x'), targetResources: [] })],
      expect: 'nothing',
    },
    {
      name: 'the row of self-service that names the service',
      records: [methodRow(registered, people.ben, platform('My Sign-ins'))],
      expect: 'low',
    },
    ...ofPlatform.map((name) => ({
      name: `the row that a service of the platform writes: ${name}`,
      records: [
        updateUser(
          people.ben,
          { StrongAuthenticationMethod: [oneMethod, twoMethods] },
          platform(name),
        ),
      ],
      expect: 'low' as const,
    })),
    ...[
      'EA890292-c8c8-4433-b5ea-b09d0668e1a6',
      'b5a60e17-278b-4c92-a4e2-b9262e66bb28',
      '01cb2876-7ebd-4aa4-9cc9-d28bd4d359a9',
    ].map((appId, index) => ({
      name: `its row, with the id that only it has: ${appId}`,
      records: [
        updateUser(
          people.ben,
          { StrongAuthenticationMethod: [oneMethod, twoMethods], SPN: [null, appId] },
          platform(ofPlatform[index] as string),
        ),
      ],
      expect: 'low' as const,
    })),
    {
      name: 'another application of that name, by its id',
      records: [
        updateUser(
          people.ben,
          { StrongAuthenticationMethod: [oneMethod, twoMethods] },
          {
            initiatedBy: {
              app: { displayName: ofPlatform[2], appId: workloads.deployer.id },
            },
          },
        ),
      ],
      expect: 'high',
    },
    {
      name: 'another application of that name, as the changes tell it',
      records: [
        updateUser(
          people.ben,
          {
            StrongAuthenticationMethod: [oneMethod, twoMethods],
            SPN: [null, workloads.deployer.id],
          },
          platform(ofPlatform[2] as string),
        ),
      ],
      expect: 'high',
    },
    {
      name: 'a key written to the account of another',
      records: [updateUser(people.ben, { SearchableDeviceKey: [[], [{ Usage: 'NGC' }]] })],
      expect: 'high',
    },
    {
      name: 'a method written to the account of another',
      records: [updateUser(people.ben, { StrongAuthenticationMethod: [null, oneMethod] })],
      expect: 'high',
    },
    {
      name: 'rows of one registration',
      records: [
        methodRow(registered, people.ben, { correlationId: 'a' }),
        methodRow('User registered all required security info', people.ben, { correlationId: 'b' }),
        updateUser(
          people.ben,
          { StrongAuthenticationMethod: [[], oneMethod] },
          platform(ofPlatform[0] as string),
        ),
      ],
      expect: 'low',
    },
    { name: 'where they are known', records: [methodRow(registered, people.hana)], expect: 'low' },
    { name: 'where they are not known', records: [fromElsewhere(people.hana)], expect: 'high' },
    {
      name: 'not where the offices are',
      records: [fromElsewhere(people.ben)],
      tenant: { knownNetworks: ['198.51.100.0/24'] },
      expect: 'high',
    },
    {
      name: 'at an office',
      records: [fromElsewhere(people.hana)],
      tenant: { knownNetworks: ['203.0.113.0/24'] },
      expect: 'low',
    },
    { name: 'where nothing is known of them', records: [fromElsewhere(people.ben)], expect: 'low' },
    {
      name: 'from no address',
      records: [methodRow(registered, people.hana, from(people.hana, null))],
      expect: 'low',
    },
    {
      name: 'from an address of the platform',
      records: [
        { ...methodRow(registered, people.hana, platform('x')), callerIpAddress: elsewhere },
      ],
      expect: 'low',
    },
    {
      name: 'weeks after they were seen first, from elsewhere',
      records: [learnt(people.ben), fromElsewhere(people.ben)],
      expect: 'high',
    },
    {
      name: 'days after they were seen first, from elsewhere',
      records: [
        signIn(people.ben, seenAt('2026-11-15T12:00:00Z', { ipAddress: '198.51.100.7' })),
        fromElsewhere(people.ben),
      ],
      expect: 'low',
    },
    {
      name: 'from a country they were in before, by a sign-in of the same hour',
      records: [
        learnt(people.ben, 'DE'),
        signIn(people.ben, seenAt('2026-11-20T11:50:00Z')),
        fromElsewhere(people.ben),
      ],
      expect: 'low',
    },
    {
      name: 'the sign-in that tells the country comes later',
      records: [
        learnt(people.ben, 'DE'),
        fromElsewhere(people.ben),
        signIn(people.ben, seenAt('2026-11-20T11:50:00Z')),
      ],
      expect: 'low',
    },
    {
      name: 'a renewal tells the country',
      records: [
        learnt(people.ben, 'DE'),
        refresh(people.ben, seenAt('2026-11-20T11:50:00Z')),
        fromElsewhere(people.ben),
      ],
      expect: 'low',
    },
    {
      name: 'from a country that the policy or the snapshot knows',
      records: [
        signIn(
          people.hana,
          seenAt('2026-11-20T11:50:00Z', { location: { countryOrRegion: 'US' } }),
        ),
        fromElsewhere(people.hana),
      ],
      expect: 'low',
    },
    {
      name: 'from a country where administrators work',
      records: [signIn(people.hana, seenAt('2026-11-20T11:50:00Z')), fromElsewhere(people.hana)],
      tenant: { knownCountries: ['DE'] },
      expect: 'low',
    },
    {
      name: 'from a country seen for the first time today',
      records: [
        learnt(people.ben),
        signIn(people.ben, seenAt('2026-11-20T11:50:00Z')),
        fromElsewhere(people.ben),
      ],
      expect: 'high',
    },
    {
      name: 'somebody was refused there, from a country they were in before',
      records: [
        learnt(people.ben, 'DE'),
        signIn(people.ben, seenAt('2026-11-20T11:50:00Z', { status: { errorCode: 50126 } })),
        fromElsewhere(people.ben),
      ],
      expect: 'high',
    },
    {
      name: 'seen in a country they were in before, but at another address',
      records: [
        learnt(people.ben, 'DE'),
        signIn(people.ben, seenAt('2026-11-20T11:50:00Z', { ipAddress: '192.0.2.1' })),
        fromElsewhere(people.ben),
      ],
      expect: 'high',
    },
    {
      name: 'what a sign-in of another day tells comes too late',
      records: [
        learnt(people.ben, 'DE'),
        fromElsewhere(people.ben),
        signIn(people.ben, seenAt('2026-11-22T12:00:00Z')),
        fromElsewhere(people.ben, { result: 'failure', activityDateTime: '2026-11-22T12:00:00Z' }),
      ],
      expect: 'high',
    },
    {
      name: 'beside a change of the password',
      records: [
        accountRow('Change user password', people.ben, { initiatedBy: by(people.ben) }),
        methodRow(registered, people.ben),
      ],
      expect: 'low',
    },
    {
      name: 'refused',
      records: [methodRow(registered, people.ben, { result: 'failure' })],
      expect: 'nothing',
    },
    { name: 'no administrator', records: [methodRow(registered, people.dan)], expect: 'nothing' },
    {
      name: 'what registers nothing',
      records: [
        methodRow('User started security info registration', people.ben),
        methodRow('User reviewed security info', people.ben),
        methodRow('Enable Strong Authentication', people.ben),
        {
          ...updateUser(people.ben, { StrongAuthenticationMethod: [[], oneMethod] }),
          operationName: 'Add user',
        },
        methodRow('User deleted security info', people.ben),
      ],
      expect: 'nothing',
    },
    {
      name: 'a phone app that was used',
      records: [
        updateUser(
          people.ben,
          {
            StrongAuthenticationPhoneAppDetail: [[{ Id: 1, Used: 1 }], [{ Id: 1, Used: 2 }]],
            StrongAuthenticationMethod: [oneMethod, oneMethod],
          },
          platform(ofPlatform[1] as string),
        ),
      ],
      expect: 'nothing',
    },
    {
      name: 'another method made the usual one',
      records: [updateUser(people.ben, { StrongAuthenticationMethod: [twoMethods, twoMethods] })],
      expect: 'nothing',
    },
  ],
});
