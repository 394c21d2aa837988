import { cleanLine } from '../../clean-text.ts';
import { accountKey } from '../../memory/subject.ts';
import type { ChangeTrace } from '../../memory/trace.ts';
import type { AuditEvent, RiskEvent, SignInEvent } from '../../read/event.ts';
import { dayOf, hourMs, isoOf } from '../../time.ts';
import { type Context, defineDetection } from '../detection.ts';
import { methodRow } from '../examples/account-changes.ts';
import { day, hour, later } from '../examples/history.ts';
import { by, directRole, signIn } from '../examples/records.ts';
import { riskRow, riskyUser } from '../examples/risks.ts';
import { helpdeskAdministrator, people } from '../examples/tenant.ts';
import { doerOf, groupsOf, historiesOf, subjectOf, toldFrom } from '../past/change-history.ts';
import { type RememberedRisk, rememberedRisks } from '../past/remembered-risks.ts';
import { countsOf } from '../past/told-from-traces.ts';
import { listOf, nameOf } from '../wording.ts';

const { ada, ben, dan, hana } = people;

const riskySignIn = (level = 'medium') => signIn(ada, { riskLevelDuringSignIn: level });
const registers = (minute: number) =>
  later(minute, methodRow('User registered security info', ada));

export default defineDetection({
  id: 'risky-signin-then-auth-change',
  title: 'Password or methods changed after a risky sign-in',
  reads: ['signIn', 'audit', 'risk'],
  lookFor: 'watched accounts',
  severity: 'critical',
  categories: ['AuditLogs', 'SignInLogs', 'UserRiskEvents', 'RiskyUsers'],
  techniques: ['T1556.006', 'T1098.005', 'T1078.004'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-privileged-accounts',
  why: 'Whoever has got into an administrator’s account makes it theirs: a method of their own, a password that only they know.',
  triage: [
    'Call the administrator: was the sign-in theirs, and the change?',
    'If not: revoke the sessions, remove the new methods, reset the password, and look at what was done since.',
    'If so: find out what made the sign-in look risky before it is dismissed.',
  ],
  falsePositives: [
    'The person themself, asked by the risk policy to change the password: look whether the sign-in was theirs.',
    'What somebody else changes of the account is the answer to the risk, and left out.',
  ],

  detect(event, context) {
    const isSoonAfter = (change: ChangeTrace, risk: RememberedRisk) =>
      change.at >= risk.at && change.at - risk.at <= context.settings.withinHours * hourMs;
    return accountsIn(event, context).flatMap((account) => {
      const risks = risksOf(account, context);
      const changes = ownChangesOf(account, context).filter((change) =>
        risks.some((risk) => isSoonAfter(change, risk)),
      );
      const what = ({ what, at }: ChangeTrace) => `${what} ${dayOf(at)}`;
      return groupsOf(changes, what).map(({ key, first, all }) => {
        const before = risks.filter((risk) => all.some((change) => isSoonAfter(change, risk)));
        const who = doerOf(first);
        const words = listOf(all.map(({ operation }) => cleanLine(operation, 80)));
        const told = toldFrom(all);
        return {
          ...told,
          key: [account, key],
          title: `${nameOf(who)}, at risk: ${words}`,
          summary: `${nameOf(who)} was called risky, and within ${context.settings.withinHours} hours did: ${words}.`,
          subject: who,
          actor: who,
          // With what else is told of the change itself.
          matter: [first.what === 'password' ? 'password' : 'account'],
          recordIds: [...told.recordIds, ...before.map(recordOf)],
          precedence: countsOf(all.length + before.length),
          details: { ...told.details, risks: before.map(inWords) },
        } as const;
      });
    });
  },

  examples: () => [
    { name: 'a method registered', records: [riskySignIn(), registers(hour)], expect: 'critical' },
    {
      name: 'a method registered, at the end of the day',
      records: [riskySignIn(), registers(day)],
      expect: 'critical',
    },
    {
      name: 'a method registered at the same moment',
      records: [riskySignIn(), registers(0)],
      expect: 'critical',
    },
    {
      name: 'the row of the sign-in comes last',
      records: [registers(hour), riskySignIn()],
      expect: 'critical',
    },
    {
      name: 'the row of the risk comes last',
      records: [registers(hour), riskRow(ada)],
      expect: 'critical',
    },
    {
      name: 'the password changed',
      records: [riskySignIn('high'), later(hour, methodRow('Change user password', ada))],
      expect: 'critical',
    },
    {
      name: 'the method of another administrator registered',
      records: [
        riskySignIn(),
        later(hour, methodRow('Admin registered security info', ben, { initiatedBy: by(ada) })),
      ],
      expect: 'critical',
    },
    {
      name: 'a detection of Identity Protection before it',
      records: [riskRow(ada), registers(hour)],
      expect: 'critical',
    },
    {
      name: 'confirmed as compromised before it',
      records: [
        riskyUser(ada, { riskLevel: 'low', riskState: 'confirmedCompromised' }),
        registers(hour),
      ],
      expect: 'critical',
    },
    {
      name: 'risk that was dismissed',
      records: [riskRow(ada, { riskState: 'dismissed' }), registers(hour)],
      expect: 'nothing',
    },
    {
      name: 'a detection of low risk',
      records: [riskRow(ada, { riskLevel: 'low' }), registers(hour)],
      expect: 'nothing',
    },
    {
      name: 'a sign-in of low risk',
      records: [riskySignIn('low'), registers(hour)],
      expect: 'nothing',
    },
    { name: 'no risk at all', records: [riskySignIn('none'), registers(hour)], expect: 'nothing' },
    {
      name: 'the day after the next',
      records: [riskySignIn(), registers(day + 1)],
      expect: 'nothing',
    },
    { name: 'before the risk', records: [riskySignIn(), registers(-1)], expect: 'nothing' },
    {
      name: 'reset by another, as an answer to the risk',
      records: [
        riskySignIn(),
        later(hour, methodRow('Reset user password', ada, { initiatedBy: by(hana) })),
      ],
      expect: 'nothing',
    },
    {
      name: 'something else that was done to the account',
      records: [
        riskySignIn(),
        later(hour, directRole(ada, helpdeskAdministrator, { initiatedBy: by(ada) })),
      ],
      expect: 'nothing',
    },
    {
      name: 'of somebody who is no administrator',
      records: [
        signIn(dan, { riskLevelDuringSignIn: 'high' }),
        later(hour, methodRow('User registered security info', dan)),
      ],
      expect: 'nothing',
    },
  ],
});

/** Whose risk, or whose change, an event tells of. */
function accountsIn(event: SignInEvent | AuditEvent | RiskEvent, context: Context): string[] {
  if (event.kind === 'audit') return historiesOf(event, context).map(({ account }) => account);
  const account = accountKey(event.account, context.watchlist);
  const told = risksOf(account, context).filter((risk) => recordOf(risk) === event.id);
  return told.map(() => account);
}

const recordOf = (risk: RememberedRisk) => (risk.kind === 'signIn' ? risk.id : risk.recordId);

const risksOf = (account: string, { past, watchlist }: Context) =>
  rememberedRisks(subjectOf(account, watchlist), past);

/** What an account changed of how it, or another administrator, gets in. */
const ownChangesOf = (account: string, { past, watchlist }: Context): ChangeTrace[] =>
  past
    .all('change', subjectOf(account, watchlist))
    .filter(({ what, by }) => (what === 'method' || what === 'password') && by === account);

const inWords = (risk: RememberedRisk) =>
  risk.kind === 'signIn'
    ? cleanLine(`${isoOf(risk.at)} sign-in, risk ${risk.riskLevel}, from ${risk.ip ?? 'unknown'}`)
    : cleanLine(`${isoOf(risk.at)} ${risk.type ?? 'account'}, risk ${risk.level}`);
