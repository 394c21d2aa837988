import { defineDetection } from '../detection.ts';
import { riskRow, riskyWorkload, workloadRiskRow } from '../examples/risks.ts';
import { people, workloads } from '../examples/tenant.ts';
import { atRisk, isConfirmed, type RiskSeverity, riskMatches } from '../past/risk-findings.ts';

const after = '2026-11-20T13:00:00Z';
const dismissed = { riskState: 'dismissed', riskLastUpdatedDateTime: after };

export default defineDetection({
  id: 'sp-risk',
  title: 'Entra calls an application risky',
  reads: ['risk'],
  lookFor: 'every record',
  severity: 'high',
  severityVaries:
    'Low where Entra says low; critical once somebody confirmed the compromise. Withdrawn when the risk is remediated, dismissed or confirmed safe. Hidden and unknown levels are no finding.',
  categories: ['ServicePrincipalRiskEvents', 'RiskyServicePrincipals'],
  techniques: ['T1078.004', 'T1528'],
  source: 'https://learn.microsoft.com/entra/id-protection/concept-workload-identity-risk',
  why: 'An application has no second factor, and nobody who would notice: a leaked secret opens whatever it may do.',
  triage: [
    'See what was detected and what the application may do.',
    'Replace its credentials, then look at its sign-ins and at what it changed since.',
  ],
  falsePositives: ['A new place to run at, or a secret in a repository that was replaced already.'],

  detect(event, context) {
    if (event.account.type !== 'servicePrincipal') return;
    return riskMatches(event, severityOf, context);
  },

  examples: () => [
    { name: 'something detected', records: [workloadRiskRow(workloads.sync)], expect: 'high' },
    { name: 'the application', records: [riskyWorkload(workloads.sync)], expect: 'high' },
    {
      name: 'of medium level',
      records: [riskyWorkload(workloads.sync, { riskLevel: 'medium' })],
      expect: 'high',
    },
    {
      name: 'of low level',
      records: [riskyWorkload(workloads.sync, { riskLevel: 'low' })],
      expect: 'low',
    },
    {
      name: 'the compromise confirmed',
      records: [riskyWorkload(workloads.sync, { riskState: 'confirmedCompromised' })],
      expect: 'critical',
    },
    {
      name: 'later dismissed',
      records: [riskyWorkload(workloads.sync), riskyWorkload(workloads.sync, dismissed)],
      expect: 'nothing',
    },
    {
      name: 'all risk of the application dismissed: what was detected is over too',
      records: [workloadRiskRow(workloads.sync), riskyWorkload(workloads.sync, dismissed)],
      expect: 'nothing',
    },
    {
      name: 'the risk of another dismissed',
      records: [workloadRiskRow(workloads.sync), riskyWorkload(workloads.hr, dismissed)],
      expect: 'high',
    },
    {
      name: 'of hidden level',
      records: [riskyWorkload(workloads.sync, { riskLevel: 'hidden' })],
      expect: 'nothing',
    },
    {
      name: 'of an unknown state',
      records: [riskyWorkload(workloads.sync, { riskState: 'unknownFutureValue' })],
      expect: 'nothing',
    },
    { name: 'a person', records: [riskRow(people.ada)], expect: 'nothing' },
  ],
});

const levels: ReadonlyMap<string, 'low' | 'high'> = new Map([
  ['low', 'low'],
  ['medium', 'high'],
  ['high', 'high'],
]);

const severityOf: RiskSeverity = ({ state, level }) => {
  if (isConfirmed(state)) return 'critical';
  return state === atRisk ? levels.get(level) : undefined;
};
