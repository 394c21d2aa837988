import type { Party } from '../../finding.ts';
import { accountSubject } from '../../memory/subject.ts';
import type { RiskTrace, SignInTrace } from '../../memory/trace.ts';
import type { Context } from '../detection.ts';
import { atRisk, isConfirmed } from './risk-findings.ts';

export type RememberedRisk = SignInTrace | RiskTrace;

/** What Entra thought grave of an account and its sign-ins. */
export function rememberedRisks(account: Party, { past, watchlist }: Context): RememberedRisk[] {
  const subject = accountSubject(account, watchlist);
  return [
    ...past.all('signIn', subject).filter(({ riskLevel }) => isGrave(riskLevel)),
    ...past
      .all('risk', subject)
      .filter(({ level, state }) => isConfirmed(state) || (state === atRisk && isGrave(level))),
  ];
}

const isGrave = (level: string) => level === 'medium' || level === 'high';
