import type { Past } from '../../memory/past.ts';
import type { RiskTrace, SignInTrace } from '../../memory/trace.ts';
import { atRisk, isConfirmed } from './risk-findings.ts';

export type RememberedRisk = SignInTrace | RiskTrace;

/** What Entra thought grave of an account and its sign-ins. */
export const rememberedRisks = (subject: string, past: Past): RememberedRisk[] => [
  ...past.all('signIn', subject).filter(({ riskLevel }) => isGrave(riskLevel)),
  ...past
    .all('risk', subject)
    .filter(({ level, state }) => isConfirmed(state) || (state === atRisk && isGrave(level))),
];

const isGrave = (level: string) => level === 'medium' || level === 'high';
