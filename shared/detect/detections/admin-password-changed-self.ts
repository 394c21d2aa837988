import { accountSubject } from '../../memory/subject.ts';
import { dayMs } from '../../time.ts';
import { defineDetection } from '../detection.ts';
import { methodRow } from '../examples/account-changes.ts';
import { day, hour, later } from '../examples/history.ts';
import { audit, by, signIn, target } from '../examples/records.ts';
import { riskRow } from '../examples/risks.ts';
import { people } from '../examples/tenant.ts';
import { doerOf, receiverOf } from '../past/change-history.ts';
import { clicksIn } from '../past/remembered-clicks.ts';
import { rememberedRisks } from '../past/remembered-risks.ts';
import { countsOf } from '../past/told-from-traces.ts';
import { passwordEvent } from '../rows/password-events.ts';
import { nameOf } from '../wording.ts';

const change = (who: { id: string; upn: string }, fields: object = {}) =>
  audit('Change user password', {
    category: 'UserManagement',
    initiatedBy: by(who),
    targetResources: [target(who)],
    ...fields,
  });

const risky = signIn(people.ben, { riskLevelDuringSignIn: 'high' });

const isSoonAfter = (change: { at: number }, other: { at: number }) =>
  change.at >= other.at && change.at - other.at <= dayMs;

export default defineDetection({
  id: 'admin-password-changed-self',
  title: 'Administrator changed their own password',
  reads: ['audit', 'signIn', 'risk'],
  lookFor: 'watched accounts',
  severity: 'low',
  severityVaries:
    'High if Entra called the account or one of its sign-ins risky within the day before.',
  categories: ['AuditLogs', 'SignInLogs', 'UserRiskEvents', 'RiskyUsers'],
  techniques: ['T1098'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-privileged-accounts',
  why: 'Mostly good news: the password is fresh. After a risky sign-in it may be an intruder who locks the owner out.',
  triage: ['After a risky sign-in: ask the administrator, by telephone, whether it was them.'],
  falsePositives: ['The usual change of a password.'],

  detect(event, context) {
    const { past, watchlist } = context;
    const account =
      event.kind === 'audit' ? passwordEvent(event, watchlist)?.account : event.account;
    if (!account) return;
    const subject = accountSubject(account, watchlist);
    const changes = past
      .all('change', subject)
      .filter(({ what, by, of }) => what === 'password' && by === of);
    // The row of a sign-in, or what Entra makes of it, may come after that of the change.
    const clicks = clicksIn(changes).filter(({ all }) =>
      all.some((one) => isSoonAfter(one, event)),
    );
    return clicks.map(({ key, first, all, told }) => {
      const before = rememberedRisks(subject, past).filter((risk) =>
        all.some((one) => isSoonAfter(one, risk)),
      );
      const ending = before.length > 0 ? ' after a risky sign-in' : '';
      const who = receiverOf(first);
      return {
        ...told,
        key: [first.of, key],
        precedence: countsOf(before.length, all.length),
        title: `${nameOf(who)} changed their own password${ending}`,
        summary: `The administrator ${nameOf(who)} changed their own password${ending} (${first.operation}).`,
        severity: before.length > 0 ? 'high' : 'low',
        subject: who,
        actor: doerOf(first),
        matter: ['password'],
        details: { operation: first.operation },
      };
    });
  },

  examples: () => [
    { name: 'their own', records: [change(people.ben)], expect: 'low' },
    {
      name: 'self-service, done by the service',
      records: [
        {
          ...change(people.ben, { initiatedBy: { app: { displayName: 'Self-service' } } }),
          operationName: 'Reset password (self-service)',
        },
      ],
      expect: 'low',
    },
    {
      name: 'after a risky sign-in',
      records: [risky, later(hour, change(people.ben))],
      expect: 'high',
    },
    {
      name: 'after a risky sign-in, whose row comes last',
      records: [later(hour, change(people.ben)), risky],
      expect: 'high',
    },
    {
      name: 'after a risk of which Entra tells later',
      records: [later(hour, change(people.ben)), riskRow(people.ben)],
      expect: 'high',
    },
    { name: 'at that very moment', records: [risky, change(people.ben)], expect: 'high' },
    {
      name: 'a day after a risky sign-in',
      records: [risky, later(day, change(people.ben))],
      expect: 'high',
    },
    {
      name: 'more than a day after it',
      records: [risky, later(day + 1, change(people.ben))],
      expect: 'low',
    },
    { name: 'before it', records: [risky, later(-1, change(people.ben))], expect: 'low' },
    {
      name: 'a method of their own, after a risky sign-in',
      records: [later(hour, methodRow('User registered security info', people.ben)), risky],
      expect: 'nothing',
    },
    {
      name: 'self-service was stopped',
      records: [
        { ...change(people.ben), operationName: 'Blocked from self-service password reset' },
      ],
      expect: 'nothing',
    },
    { name: 'refused', records: [change(people.ben, { result: 'failure' })], expect: 'nothing' },
    {
      name: 'somebody else set it',
      records: [change(people.ben, { initiatedBy: by(people.ada) })],
      expect: 'nothing',
    },
    { name: 'no administrator', records: [change(people.dan)], expect: 'nothing' },
  ],
});
