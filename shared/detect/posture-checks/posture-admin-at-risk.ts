import type { Severity } from '../../severity.ts';
import { helpdeskAdministrator, people } from '../examples/tenant.ts';
import { gapOf } from '../posture/gaps.ts';
import {
  definePostureCheck,
  partyOf,
  privilegedUsers,
  unread,
  unreadOf,
} from '../posture-check.ts';
import { nameOf, rolesInWords } from '../wording.ts';

const risk = (level: string, state = 'atRisk') => ({
  risk: { level, state, at: '2026-11-18T00:00:00Z' },
});
const gaps = (fields: object = {}) => ({
  gaps: [{ part: 'risk', why: 'licence', detail: 'It takes Entra ID P2.', ...fields }],
});

export default definePostureCheck({
  id: 'posture-admin-at-risk',
  title: 'Administrator at risk, and nobody has dealt with it',
  severity: 'high',
  severityVaries: 'As Entra grades it: medium and low too. A confirmed compromise is high.',
  categories: ['Graph'],
  techniques: ['T1078.004'],
  source:
    'https://learn.microsoft.com/entra/id-protection/howto-identity-protection-remediate-unblock',
  why: 'Entra has seen signs that somebody else has the account, and it is still an administrator.',
  triage: [
    'Ask the administrator, by telephone, whether it was them.',
    'Not them, or nobody answers: revoke the sessions, reset the password, and confirm the compromise in Entra.',
    'Them: dismiss the risk in Entra, with the reason.',
  ],
  falsePositives: [
    'Risk of long ago that nobody has dismissed. It counts until somebody does.',
    'Dealt with today: the directory is read every few hours.',
  ],

  judges: 'people',
  check(context) {
    const { watchlist, snapshot, now } = context;
    const gap = gapOf(snapshot, 'risk');
    if (gap && !gap.asOf) return [unread(snapshot, 'risk')];
    return privilegedUsers(context).flatMap((account) => {
      const told = account.snapshot?.risk;
      // Graph lists those at risk alone: null is not among them. Left out, nobody has looked.
      if (told === undefined) return unreadOf(snapshot, 'risk', account);
      if (told === null) return [];
      const state = told.state?.toLowerCase();
      const level = told.level?.toLowerCase() ?? 'unknown';
      if (state === undefined) return unreadOf(snapshot, 'risk', account);
      const isConfirmed = state === 'confirmedcompromised';
      if (!isConfirmed && state !== 'atrisk') return [];
      const subject = partyOf(account);
      const roles = watchlist.rolesOf(subject, now);
      const what = isConfirmed
        ? 'confirmed as compromised'
        : `at risk (${nameOf({ id: null, name: level })})`;
      return {
        key: [account.id, state, level],
        title: `${nameOf(subject)}: administrator ${what}`,
        summary: `Entra calls ${nameOf(subject)} (${rolesInWords(roles)}) ${what}, and nobody has remediated or dismissed it.`,
        severity: isConfirmed ? 'high' : severityOf(level),
        subject,
        roles,
        matter: ['risk'] as const,
        details: { level: told.level, state: told.state, updatedAt: told.at },
      };
    });
  },

  examples: () => [
    { name: 'at high risk', account: risk('high'), expect: 'high' },
    { name: 'at medium risk', account: risk('medium'), expect: 'medium' },
    { name: 'at low risk', account: risk('low'), expect: 'low' },
    { name: 'as another case has it', account: risk('High', 'AtRisk'), expect: 'high' },
    { name: 'compromised for sure', account: risk('low', 'confirmedCompromised'), expect: 'high' },
    {
      name: 'of a level that the licence hides',
      account: risk('hidden'),
      expect: 'medium',
    },
    {
      name: 'of a level that nobody tells',
      account: { risk: { state: 'atRisk' } },
      expect: 'medium',
    },
    { name: 'a state that nobody tells', account: { risk: { level: 'high' } }, expect: 'unknown' },
    { name: 'not at risk, as Graph tells it', account: { risk: null }, expect: 'nothing' },
    ...['none', 'remediated', 'dismissed', 'confirmedSafe'].map((state) => ({
      name: `${state} by now`,
      account: risk('high', state),
      expect: 'nothing' as const,
    })),
    {
      name: 'eligible only',
      account: {
        ...risk('high'),
        assignments: [{ roleTemplateId: helpdeskAdministrator, state: 'eligible' }],
      },
      expect: 'high',
    },
    { name: 'a break-glass account', account: risk('high'), declared: 'emergency', expect: 'high' },
    { name: 'disabled', account: { ...risk('high'), enabled: false }, expect: 'nothing' },
    { name: 'no role', account: { ...risk('high'), assignments: [] }, expect: 'nothing' },
    { name: 'the snapshot does not say', expect: 'unknown' },
    {
      name: 'beside one of whom the snapshot does not say',
      account: risk('high'),
      others: [
        {
          id: people.ben.id,
          type: 'user',
          assignments: [{ roleTemplateId: helpdeskAdministrator, state: 'eligible' }],
        },
      ],
      expect: 'high',
    },
    {
      name: 'risk could not be read',
      account: { risk: null },
      directory: gaps(),
      expect: 'unknown',
    },
    {
      name: 'risk as it was yesterday',
      account: risk('high'),
      directory: gaps({ why: 'failed', asOf: '2026-11-18T00:00:00Z' }),
      expect: 'high',
    },
  ],
});

function severityOf(level: string): Severity {
  if (level === 'high' || level === 'low') return level;
  // Without the licence Entra hides how great the risk is.
  return 'medium';
}
