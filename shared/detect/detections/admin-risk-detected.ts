import { defineDetection } from '../detection.ts';
import { refresh, signIn } from '../examples/records.ts';
import { riskRow, riskyUser, workloadRiskRow } from '../examples/risks.ts';
import { people, workloads } from '../examples/tenant.ts';
import { atRisk, isConfirmed, type RiskSeverity, riskMatches } from '../past/risk-findings.ts';

const risky = { riskLevelDuringSignIn: 'high', riskState: 'atRisk' };
const before = '2026-11-20T11:00:00Z';
const after = '2026-11-20T13:00:00Z';

export default defineDetection({
  id: 'admin-risk-detected',
  title: 'Entra calls an administrator or their sign-in risky',
  reads: ['risk', 'signIn'],
  lookFor: 'watched accounts',
  severity: 'high',
  severityVaries:
    'Critical once somebody confirmed the compromise. Withdrawn when the risk is remediated, dismissed or confirmed safe. Low, hidden and unknown levels are no finding.',
  categories: ['UserRiskEvents', 'RiskyUsers', 'SignInLogs', 'NonInteractiveUserSignInLogs'],
  techniques: ['T1078.004'],
  source: 'https://learn.microsoft.com/entra/id-protection/concept-identity-protection-risks',
  why: 'Entra knows leaked passwords, hostile addresses and stolen tokens by what it sees of all tenants. What it says of an administrator comes first.',
  triage: [
    'See what was detected, and ask the administrator, by telephone, whether it was them.',
    'Not them: revoke the sessions, reset the password, and confirm the compromise in Entra.',
    'Them: confirm the sign-in as safe, so that Entra learns.',
  ],
  falsePositives: ['A journey, a new provider, or a VPN that others misuse as well.'],

  detect(event, context) {
    if (event.kind === 'signIn' && !isGrave(event.risk.level)) return;
    if (event.account.type !== 'user') return;
    if (!context.watchlist.isPrivileged(event.account, event.at)) return;
    return riskMatches(event, severityOf, context);
  },

  examples: () => [
    { name: 'something detected', records: [riskRow(people.ada)], expect: 'high' },
    {
      name: 'something grave detected',
      records: [riskRow(people.ada, { riskLevel: 'high' })],
      expect: 'high',
    },
    { name: 'the account', records: [riskyUser(people.ada)], expect: 'high' },
    {
      name: 'the account, a second time',
      records: [
        riskyUser(people.ada, { riskLastUpdatedDateTime: before }),
        riskyUser(people.ada),
        riskyUser(people.ada, { riskLastUpdatedDateTime: after, riskLevel: 'high' }),
      ],
      expect: 'high',
    },
    {
      name: 'the compromise confirmed',
      records: [riskyUser(people.ada, { riskState: 'confirmedCompromised', riskLevel: 'low' })],
      expect: 'critical',
    },
    { name: 'a sign-in', records: [signIn(people.ada, risky)], expect: 'high' },
    {
      name: 'a renewal',
      records: [refresh(people.ada, { ...risky, riskLevelDuringSignIn: 'medium' })],
      expect: 'high',
    },
    {
      name: 'a sign-in, and what was detected in it',
      records: [signIn(people.ada, risky), riskRow(people.ada, { requestId: 'SIGN-IN-1' })],
      expect: 'high',
    },
    {
      name: 'two things detected in one sign-in',
      records: [
        riskRow(people.ada, { requestId: 'sign-in-1' }),
        riskRow(people.ada, { requestId: 'sign-in-1', id: 'another', riskEventType: 'newCountry' }),
      ],
      expect: 'high',
    },
    ...['remediated', 'dismissed', 'confirmedSafe', 'none'].map((riskState) => ({
      name: `the account, later ${riskState}`,
      records: [
        riskyUser(people.ada),
        riskyUser(people.ada, {
          riskState,
          riskLevel: 'none',
          riskLastUpdatedDateTime: after,
        }),
      ],
      expect: 'nothing' as const,
    })),
    {
      name: 'dismissed, then risky again',
      records: [
        riskyUser(people.ada),
        riskyUser(people.ada, { riskState: 'dismissed', riskLastUpdatedDateTime: before }),
      ],
      expect: 'high',
    },
    {
      name: 'what was detected, later dismissed',
      records: [
        riskRow(people.ada, { riskState: 'dismissed', lastUpdatedDateTime: after }),
        riskRow(people.ada),
      ],
      expect: 'nothing',
    },
    {
      name: 'what was detected, dismissed in the same moment',
      records: [riskRow(people.ada, { riskState: 'dismissed' }), riskRow(people.ada)],
      expect: 'nothing',
    },
    {
      name: 'the risk of a sign-in, remediated by a prompt',
      records: [
        signIn(people.ada, risky),
        riskRow(people.ada, { requestId: 'sign-in-1', riskState: 'remediated' }),
      ],
      expect: 'nothing',
    },
    {
      name: 'a sign-in whose risk is remediated as it ends',
      records: [
        signIn(people.ada, risky),
        signIn(people.ada, { ...risky, riskState: 'remediated' }, { time: '2026-11-20T12:01:00Z' }),
      ],
      expect: 'nothing',
    },
    {
      name: 'all risk of the account dismissed: what was detected and the sign-in are over too',
      records: [
        riskRow(people.ada),
        signIn(people.ada, { ...risky, id: 'sign-in-2' }),
        riskyUser(people.ada, { riskState: 'dismissed', riskLastUpdatedDateTime: after }),
      ],
      expect: 'nothing',
    },
    {
      name: 'the same, told in another order',
      records: [
        riskyUser(people.ada, { riskState: 'dismissed', riskLastUpdatedDateTime: after }),
        signIn(people.ada, { ...risky, id: 'sign-in-2' }),
        riskRow(people.ada),
      ],
      expect: 'nothing',
    },
    {
      name: 'all risk dismissed, before this was detected',
      records: [
        riskyUser(people.ada, { riskState: 'dismissed', riskLastUpdatedDateTime: before }),
        riskRow(people.ada),
      ],
      expect: 'high',
    },
    {
      name: 'this was detected after all risk had been dismissed',
      records: [
        riskRow(people.ada),
        riskyUser(people.ada, { riskState: 'dismissed', riskLastUpdatedDateTime: before }),
      ],
      expect: 'high',
    },
    {
      name: 'a sign-in after all risk had been dismissed',
      records: [
        riskyUser(people.ada, { riskState: 'dismissed', riskLastUpdatedDateTime: before }),
        signIn(people.ada, risky),
      ],
      expect: 'high',
    },
    {
      name: 'something else had been dismissed',
      records: [
        riskRow(people.ada, { id: 'another', riskState: 'dismissed', lastUpdatedDateTime: after }),
        riskRow(people.ada),
      ],
      expect: 'high',
    },
    {
      name: 'something else that was detected is dismissed',
      records: [
        riskRow(people.ada),
        riskRow(people.ada, { id: 'another', riskState: 'dismissed', lastUpdatedDateTime: after }),
      ],
      expect: 'high',
    },
    {
      name: 'of low and of hidden level, or none at all',
      records: [
        riskRow(people.ada, { riskLevel: 'low' }),
        riskyUser(people.ada, { riskLevel: 'hidden' }),
        riskyUser(people.ada, { riskLevel: undefined }),
        signIn(people.ada, { ...risky, riskLevelDuringSignIn: 'low' }),
      ],
      expect: 'nothing',
    },
    {
      name: 'a later row of the sign-in that tells of no risk takes nothing back',
      records: [
        signIn(people.ada, risky),
        signIn(
          people.ada,
          { riskLevelDuringSignIn: 'none', riskState: 'none' },
          { time: '2026-11-20T12:01:00Z' },
        ),
      ],
      expect: 'high',
    },
    {
      name: 'a privileged application, which is told by itself',
      records: [workloadRiskRow(workloads.deployer)],
      expect: 'nothing',
    },
    {
      name: 'an unknown state',
      records: [riskRow(people.ada, { riskState: 'unknownFutureValue' })],
      expect: 'nothing',
    },
    {
      name: 'no administrator',
      records: [riskRow(people.dan), riskyUser(people.dan), signIn(people.dan, risky)],
      expect: 'nothing',
    },
  ],
});

const isGrave = (level: string) => level === 'medium' || level === 'high';

const severityOf: RiskSeverity = ({ state, level }) => {
  if (isConfirmed(state)) return 'critical';
  return state === atRisk && isGrave(level) ? 'high' : undefined;
};
