import type { CanaryTime } from '../policy/canary.ts';
import { dayMs } from '../time.ts';
import { type ChannelHealth, unknownHealth } from './channel-health.ts';
import type { KnownChannel } from './known-channels.ts';

export type ChannelState = {
  name: string;
  type: string;
  state: 'proven' | 'unproven' | 'failing';
  /** Why it is not proven, or what it answered last; without secrets. */
  why: string | null;
  /** UTC ISO 8601: failing since, or proven last; null: never. */
  since: string | null;
};

const intervalDays: Readonly<Record<CanaryTime['every'], number>> = { day: 1, week: 7, never: 7 };

/**
 * How a channel stands. That it took a message proves one whose own answer says that it arrived; of
 * any other one somebody has to say so. What is older than two intervals proves nothing any more.
 *
 * @param now - epoch milliseconds.
 */
export function stateOf(
  { name, type, provenBy }: Pick<KnownChannel, 'name' | 'type' | 'provenBy'>,
  health: ChannelHealth | undefined,
  { every }: Pick<CanaryTime, 'every'>,
  now: number,
): ChannelState {
  const { failingSince, lastError, lastSuccessAt, provenAt, canary } = health ?? unknownHealth;
  if (failingSince !== null) {
    return { name, type, state: 'failing', why: lastError, since: failingSince };
  }
  const answeredAt = provenBy === 'answer' ? lastSuccessAt : null;
  const since =
    [provenAt, answeredAt]
      .filter((at) => at !== null)
      .sort()
      .at(-1) ?? null;
  const days = 2 * intervalDays[every];
  if (since !== null && Date.parse(since) >= now - days * dayMs) {
    return { name, type, state: 'proven', why: null, since };
  }
  return { name, type, state: 'unproven', why: whyNot(), since };

  function whyNot(): string {
    if (since !== null) return `What proved it is more than ${days} days old.`;
    if (canary === null) {
      return every === 'never'
        ? 'The policy has no test messages sent (canary.every).'
        : 'No test message has been sent yet.';
    }
    if (canary.acceptedAt === null) return 'The test message has not been taken yet.';
    return 'Nobody has confirmed the test message yet.';
  }
}
