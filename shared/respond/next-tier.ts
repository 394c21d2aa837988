import type { Incident } from '../incident.ts';
import { isoOf } from '../time.ts';
import type { Answering } from './answering.ts';
import { tierOf } from './escalation.ts';

/** What happens if nobody answers. */
export type NextTier = {
  /** UTC ISO 8601. */
  nextAt: string;
  /** From 1. */
  nextTier: number;
  /** Names of people, as they are on call then; and channels. */
  asks: readonly string[];
};

/** The next step of an escalation, as long as nobody answers; null: there is none. */
export function nextTierOf(
  incident: Incident,
  { escalationOf, onCall }: Pick<Answering, 'escalationOf' | 'onCall'>,
): NextTier | null {
  const { askedAt, tiersTold } = incident.response;
  const escalation = escalationOf(incident);
  if (incident.status !== 'open' || askedAt === null || !escalation) return null;
  const next = tierOf(escalation, tiersTold);
  if (!next) return null;
  const at = Date.parse(askedAt) + next.afterMs;
  const people = onCall(next.tier.onCall, at).map(({ name }) => name);
  return { nextAt: isoOf(at), nextTier: tiersTold + 1, asks: [...people, ...next.tier.channels] };
}
