import { hourMs } from '../../time.ts';
import { defineDetection } from '../detection.ts';
import { methodRow, updateUser } from '../examples/account-changes.ts';
import { by, byApp } from '../examples/records.ts';
import { people, workloads } from '../examples/tenant.ts';
import {
  knowledgeOf,
  type MethodHour,
  type MethodTrace,
  methodHours,
} from '../past/method-hours.ts';
import { countsOf } from '../past/told-from-traces.ts';
import { listOf, nameOf } from '../wording.ts';

const deleted = 'User deleted security info';
const byAdmin = { initiatedBy: by(people.ada) };
const replaced = (fields: object = {}) =>
  methodRow('User registered security info', people.ben, {
    activityDateTime: '2026-11-20T12:20:00Z',
    ...fields,
  });
const required = [{ RelyingParty: '*', State: 1 }];

export default defineDetection({
  id: 'admin-auth-method-removed',
  title: 'Sign-in method of an administrator removed',
  reads: ['audit', 'signIn'],
  lookFor: 'watched accounts',
  severity: 'high',
  severityVaries:
    'Low where somebody removes the credential of a device of their own (Windows Hello and the like). A method that the person replaces within an hour, before or after, from where they are known, is withdrawn; so what they do themself is told only after an hour.',
  categories: ['AuditLogs'],
  techniques: ['T1556.006'],
  source: 'https://learn.microsoft.com/entra/identity/authentication/howto-mfa-userdevicesettings',
  why: 'Without its second factor the account opens to whoever has the password; and a removed method makes way for that of an intruder.',
  triage: [
    'Ask whoever removed it for the reason, and the administrator whether they knew of it.',
    'Nobody claims it: revoke the sessions, reset the password, and register methods anew in person.',
  ],
  falsePositives: [
    'A lost telephone, removed by the help desk.',
    'A replacement that takes longer than an hour.',
  ],

  detect(event, context) {
    return methodHours(event, 'removed', context).map(({ account, actor, changes, ...hour }) => {
      const explained = changes.filter((change) => isReplaced(change, hour));
      const isWithdrawn = changes.length === explained.length;
      const who = nameOf(account);
      const operations = changes.map(({ operation }) => nameOf({ id: null, name: operation }));
      return {
        key: hour.key,
        precedence: countsOf(knowledgeOf(changes) + explained.length),
        title: hour.isOwn
          ? `${who} removed a sign-in method`
          : `${nameOf(actor)} > ${who}: sign-in method removed`,
        summary: hour.isOwn
          ? `${who} removed one of their own sign-in methods: ${listOf(operations)}.`
          : `${nameOf(actor)} removed a sign-in method of the administrator ${who}: ${listOf(operations)}.`,
        severity: hour.isOwn && changes.every(isOfDevice) ? 'low' : 'high',
        subject: account,
        actor,
        roles: context.watchlist.rolesOf(account, hour.at),
        matter: ['account'],
        at: hour.at,
        recordIds: hour.recordIds,
        ...(isWithdrawn && { isWithdrawn: true as const }),
        ...(hour.isOwn && { settleMs: hourMs }),
        details: { operations: listOf(operations), ip: actor.ip },
      };
    });
  },

  examples: () => [
    ...[
      'Disable Strong Authentication',
      'Admin deleted security info',
      'Delete FIDO2 security key(s)',
      'Delete Passkey (device-bound)',
      'Delete Windows Hello for Business credential',
      'Delete platform credential',
      'Delete passwordless phone sign-in credential',
      'Remove users strong authentication phone app detail',
      'Admin deleted phone app method for user',
    ].map((operation) => ({
      name: `by somebody else: ${operation}`,
      records: [methodRow(operation, people.ben, byAdmin)],
      expect: 'high' as const,
    })),
    { name: 'by themself', records: [methodRow(deleted, people.ben)], expect: 'high' },
    {
      name: 'and replaced',
      records: [methodRow(deleted, people.ben), replaced()],
      expect: 'nothing',
    },
    {
      name: 'replaced beforehand',
      records: [
        replaced({ activityDateTime: '2026-11-20T11:30:00Z' }),
        methodRow(deleted, people.ben),
      ],
      expect: 'nothing',
    },
    {
      name: 'replaced an hour later',
      records: [
        methodRow(deleted, people.ben),
        replaced({ activityDateTime: '2026-11-20T13:00:00Z' }),
      ],
      expect: 'nothing',
    },
    {
      name: 'the replacement arrives first',
      records: [replaced(), methodRow(deleted, people.ben)],
      expect: 'nothing',
    },
    {
      name: 'replaced too late',
      records: [
        methodRow(deleted, people.ben),
        replaced({ activityDateTime: '2026-11-20T13:30:00Z' }),
      ],
      expect: 'high',
    },
    {
      name: 'one of two replaced in time',
      records: [
        methodRow(deleted, people.ben, { activityDateTime: '2026-11-20T12:00:01Z' }),
        methodRow(deleted, people.ben, { id: 'other', activityDateTime: '2026-11-20T12:59:00Z' }),
        replaced({ activityDateTime: '2026-11-20T13:50:00Z' }),
      ],
      expect: 'high',
    },
    {
      name: 'replaced by somebody else',
      records: [methodRow(deleted, people.ben), replaced(byAdmin)],
      expect: 'high',
    },
    {
      name: 'removed by somebody else, and replaced',
      records: [methodRow('Admin deleted security info', people.ben, byAdmin), replaced()],
      expect: 'high',
    },
    {
      name: 'whoever removed it registers a method of their own',
      records: [
        methodRow('Admin deleted security info', people.ben, byAdmin),
        methodRow('User registered security info', people.ada),
      ],
      expect: 'high',
    },
    {
      name: 'replaced from where they are not known',
      records: ['User deleted security info', 'User registered security info'].map((operation) =>
        methodRow(operation, people.hana, {
          initiatedBy: {
            user: {
              id: people.hana.id,
              userPrincipalName: people.hana.upn,
              ipAddress: '203.0.113.9',
            },
          },
        }),
      ),
      expect: 'high',
    },
    {
      name: 'the credential of a device of their own',
      records: [
        methodRow('Delete Windows Hello for Business credential', people.ben),
        methodRow('Delete platform credential', people.ben),
      ],
      expect: 'low',
    },
    {
      name: 'the credential of a device, and a method',
      records: [
        methodRow('Delete Windows Hello for Business credential', people.ben),
        methodRow(deleted, people.ben),
      ],
      expect: 'high',
    },
    ...[
      ['none', []],
      ['0', [{ RelyingParty: '*', State: 0 }]],
      ['a word', [{ RelyingParty: '*', State: 'Disabled' }]],
      ['nothing said', [{ RelyingParty: '*' }]],
    ].map(([name, after]) => ({
      name: `per-user MFA switched off: ${name}`,
      records: [updateUser(people.ben, { StrongAuthenticationRequirement: [required, after] })],
      expect: 'high' as const,
    })),
    {
      name: 'per-user MFA switched off, as it is done today',
      records: [
        methodRow('Update per-user multifactor authentication state', people.ben, {
          ...byAdmin,
          resultReason: 'State changed to Disabled',
        }),
      ],
      expect: 'high',
    },
    {
      name: 'per-user MFA switched off, as the changes tell it',
      records: [
        {
          ...updateUser(people.ben, { PerUserMfaState: ['enforced', 'disabled'] }),
          operationName: 'Update per-user multifactor authentication state',
        },
      ],
      expect: 'high',
    },
    {
      name: 'the methods of another emptied',
      records: [
        updateUser(people.ben, { StrongAuthenticationMethod: [[{ MethodType: 6 }], []] }),
        updateUser(people.cleo, { AccountEnabled: [[true], [true]] }),
      ],
      expect: 'high',
    },
    {
      name: 'per-user MFA asked for',
      records: [
        updateUser(people.ben, { StrongAuthenticationRequirement: [[], required] }),
        updateUser(people.ben, { StrongAuthenticationRequirement: [required, required] }),
        methodRow('Update per-user multifactor authentication state', people.ben, {
          resultReason: 'State changed to Enforced',
        }),
      ],
      expect: 'nothing',
    },
    {
      name: 'the row that a service writes behind that of a person',
      records: [
        updateUser(
          people.ben,
          { StrongAuthenticationMethod: [[{ MethodType: 6 }], []] },
          {
            initiatedBy: byApp({
              id: workloads.pim.id,
              name: 'Azure Credential Configuration Endpoint Service',
            }),
          },
        ),
      ],
      expect: 'nothing',
    },
    {
      name: 'a temporary pass taken back',
      records: [
        methodRow('Admin deleted security info', people.ben, {
          ...byAdmin,
          resultReason: 'Admin deleted temporary access pass method for user',
        }),
      ],
      expect: 'nothing',
    },
    {
      name: 'refused',
      records: [methodRow(deleted, people.ben, { result: 'failure' })],
      expect: 'nothing',
    },
    { name: 'no administrator', records: [methodRow(deleted, people.dan)], expect: 'nothing' },
    {
      name: 'a method added',
      records: [methodRow('User registered security info', people.ben)],
      expect: 'nothing',
    },
  ],
});

/** Somebody deletes their old telephone and registers the new one, in either order. */
const isReplaced = (change: MethodTrace, { isOwn, all }: Pick<MethodHour, 'isOwn' | 'all'>) =>
  isOwn &&
  change.place !== 'new' &&
  all.some(
    ({ method, at }) =>
      method.effect === 'added' && method.isOwn && Math.abs(at - change.at) <= hourMs,
  );

/** What goes with a device that is set up again or given back. */
const isOfDevice = ({ operation }: MethodTrace) =>
  /windows hello|platform credential/i.test(operation);
