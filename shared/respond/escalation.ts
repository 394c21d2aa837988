import type { Incident } from '../incident.ts';
import type { Escalation } from '../policy/escalations.ts';
import { dayMs, isoOf, minuteMs } from '../time.ts';

/** What is told of an escalation at one moment: all tiers whose time has come, in one message. */
export type TiersDue = {
  /** How many have been told then. */
  tiersTold: number;
  channels: readonly string[];
  /** One of them goes to whatever channels the incident was told on. */
  isToAll: boolean;
  /** Names of schedules and people. */
  onCall: readonly string[];
  /** How long people had been asked, by the plan, when the last of them was due. */
  afterMs: number;
};

/** The last tier is repeated so long; who has not answered in a day is not woken by one more. */
const longestRepeatMs = dayMs;

/**
 * What has to be told now of an incident that nobody answers. Were there more tiers than one since the
 * last look, they are told together: whoever should have been asked an hour ago is asked now, once.
 *
 * @param now - epoch milliseconds.
 */
export function tiersDue(
  { response }: Incident,
  escalation: Escalation,
  now: number,
): TiersDue | null {
  const askedAt = response.askedAt === null ? undefined : Date.parse(response.askedAt);
  if (askedAt === undefined) return null;
  const channels = new Set<string>();
  const onCall = new Set<string>();
  let told = response.tiersTold;
  let isToAll = false;
  let afterMs = 0;
  for (;;) {
    const next = tierOf(escalation, told);
    if (!next || askedAt + next.afterMs > now) break;
    for (const channel of next.tier.channels) channels.add(channel);
    for (const one of next.tier.onCall) onCall.add(one);
    isToAll ||= next.tier.channels.length === 0;
    afterMs = next.afterMs;
    told += 1;
  }
  if (told === response.tiersTold) return null;
  return { tiersTold: told, channels: [...channels], isToAll, onCall: [...onCall], afterMs };
}

/** When something is due by itself, UTC ISO 8601: the next tier, or the end of an acknowledgement. */
export function dueAt(
  { status, response }: Pick<Incident, 'status' | 'response'>,
  escalation: Escalation | undefined,
): string | null {
  if (status === 'acknowledged') return response.acknowledgement?.until ?? null;
  if (status !== 'open' || response.askedAt === null || !escalation) return null;
  const next = tierOf(escalation, response.tiersTold);
  return next ? isoOf(Date.parse(response.askedAt) + next.afterMs) : null;
}

/** The tier after so many, counted from 0: those of the policy, then the last one again and again. */
export function tierOf({ tiers, repeatMinutes }: Escalation, told: number) {
  const tier = tiers[told];
  if (tier) return { tier, afterMs: tier.afterMinutes * minuteMs };
  const last = tiers.at(-1);
  if (!last || repeatMinutes === undefined) return undefined;
  const waitedMs = (told - tiers.length + 1) * repeatMinutes * minuteMs;
  if (waitedMs > longestRepeatMs) return undefined;
  return { tier: last, afterMs: last.afterMinutes * minuteMs + waitedMs };
}
