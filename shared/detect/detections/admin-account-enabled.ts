import { accountKey, accountSubject } from '../../memory/subject.ts';
import { hourOf } from '../../time.ts';
import { defineDetection } from '../detection.ts';
import { accountRow, updateUser } from '../examples/account-changes.ts';
import { by } from '../examples/records.ts';
import { people } from '../examples/tenant.ts';
import { doerOf, receiverOf } from '../past/change-history.ts';
import { enabledAccount } from '../rows/account-changes.ts';
import { passwordEvent } from '../rows/password-events.ts';
import { nameOf } from '../wording.ts';

const nearMs = 2 * 60_000;

const enabled = (fields: object = {}) => accountRow('Enable account', people.ian, fields);
const reset = (time: string, fields: object = {}) =>
  accountRow('Reset user password', people.ian, {
    correlationId: 'another click',
    activityDateTime: `2026-11-20T${time}Z`,
    ...fields,
  });

export default defineDetection({
  id: 'admin-account-enabled',
  title: 'Account of an administrator enabled again',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'medium',
  severityVaries: 'High if somebody set its password within two minutes before or after.',
  categories: ['AuditLogs'],
  techniques: ['T1098', 'T1078.004'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-privileged-accounts',
  why: 'An account that somebody left behind, with its roles, makes less noise than a new one. Enabled and given a password, it is ready for whoever did it.',
  triage: [
    'Ask whoever enabled it for the reason, and its owner whether they are back.',
    'Nobody claims it: disable it, take away its roles, and look at what it did since.',
  ],
  falsePositives: ['Somebody who is back from leave.'],

  detect(event, { watchlist, past }) {
    const account = enabledAccount(event) ?? passwordEvent(event, watchlist)?.account;
    if (!account) return;
    const changes = past
      .all('change', accountSubject(account, watchlist))
      // What administrators did to others lies with them too.
      .filter(({ of }) => of === accountKey(account, watchlist));
    const isNear = (a: { at: number }, b: { at: number }) => Math.abs(a.at - b.at) <= nearMs;
    const resets = changes.filter(({ what, by, of }) => what === 'password' && by !== of);
    const enablings = changes.filter(({ what }) => what === 'enabled');
    return enablings.map((enabling) => {
      const around = resets.filter((one) => isNear(one, enabling));
      const isReset = around.length > 0;
      const [subject, actor] = [receiverOf(enabling), doerOf(enabling)];
      const who = nameOf(subject);
      const ending = isReset ? ' and given a new password' : '';
      return {
        key: [accountKey(account, watchlist), enabling.correlationId ?? enabling.recordId],
        // One click may write two rows.
        gathered: { hours: [hourOf(enabling.at)] },
        precedence: isReset ? '1' : '0',
        title: `${nameOf(actor)} > ${who}: enabled again${ending}`,
        summary: `The administrator ${who} was enabled again${ending} by ${nameOf(actor)}.`,
        severity: isReset ? 'high' : 'medium',
        subject,
        actor,
        roles: watchlist.rolesOf(account, enabling.at),
        matter: ['account'],
        at: enabling.at,
        recordIds: [enabling, ...around].map(({ recordId }) => recordId),
        details: { operation: nameOf({ id: null, name: enabling.operation }), ip: actor.ip },
      };
    });
  },

  examples: () => [
    { name: 'enabled', records: [enabled()], expect: 'medium' },
    {
      name: 'as an update tells it',
      records: [updateUser(people.ian, { AccountEnabled: [[false], [true]] })],
      expect: 'medium',
    },
    {
      name: 'two rows of one click',
      records: [enabled(), updateUser(people.ian, { AccountEnabled: [[false], [true]] })],
      expect: 'medium',
    },
    {
      name: 'then given a password',
      records: [enabled(), reset('12:02:00')],
      expect: 'high',
    },
    {
      name: 'given a password first',
      records: [reset('11:58:10'), enabled()],
      expect: 'high',
    },
    {
      name: 'given a password long after',
      records: [enabled(), reset('12:02:10')],
      expect: 'medium',
    },
    {
      name: 'the administrator chose a password',
      records: [enabled(), reset('12:01:00', { initiatedBy: by(people.ian) })],
      expect: 'medium',
    },
    {
      name: 'given a password long before',
      records: [reset('11:57:50'), enabled()],
      expect: 'medium',
    },
    {
      name: 'somebody else was given a password',
      records: [
        accountRow('Reset user password', people.ben, { correlationId: 'another click' }),
        enabled(),
      ],
      expect: 'medium',
    },
    {
      name: 'it gave somebody else a password',
      records: [
        accountRow('Reset user password', people.ben, {
          correlationId: 'another click',
          initiatedBy: by(people.ian),
        }),
        enabled(),
      ],
      expect: 'medium',
    },
    {
      name: 'it was enabled already',
      records: [
        updateUser(people.ian, { AccountEnabled: [[true], [true]] }),
        {
          ...updateUser(people.ian, { AccountEnabled: [[true], [true]] }),
          operationName: 'Enable account',
        },
      ],
      expect: 'nothing',
    },
    {
      name: 'disabled',
      records: [
        updateUser(people.ian, { AccountEnabled: [[true], [false]] }),
        accountRow('Disable account', people.ian),
      ],
      expect: 'nothing',
    },
    {
      name: 'updated in some other way',
      records: [updateUser(people.ian, { Department: ['IT', 'HR'] })],
      expect: 'nothing',
    },
    { name: 'refused', records: [enabled({ result: 'failure' })], expect: 'nothing' },
    { name: 'only a password', records: [reset('12:00:00')], expect: 'nothing' },
    {
      name: 'no administrator',
      records: [accountRow('Enable account', people.dan)],
      expect: 'nothing',
    },
    {
      name: 'of no account',
      records: [enabled({ targetResources: [] })],
      expect: 'nothing',
    },
  ],
});
