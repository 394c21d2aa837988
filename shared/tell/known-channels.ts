import type { Policy } from '../policy.ts';
import type { Severity } from '../severity.ts';
import type { Channel } from './channel.ts';

/** What there is to know of a channel of the policy, beside how it sends. */
export type KnownChannel = Pick<Channel, 'type' | 'pace' | 'provenBy' | 'isPersonal'> & {
  /** As the policy calls it. */
  name: string;
  /** Nothing below is told there; undefined: everything is. */
  minSeverity: Severity | undefined;
  /** Takes over when it fails; undefined: the next one of the policy. */
  fallback: string | undefined;
};

/** The channels of a policy, in its order. @param kinds - `channels/index.ts`. */
export function knownChannels(
  policy: Pick<Policy, 'channels'>,
  kinds: readonly Channel[],
): KnownChannel[] {
  const kindOf = new Map(kinds.map((kind) => [kind.type, kind]));
  return Object.entries(policy.channels).flatMap(([name, { type, minSeverity, fallback }]) => {
    const kind = kindOf.get(type);
    if (!kind) return [];
    const { pace, provenBy, isPersonal } = kind;
    return [{ name, type, pace, provenBy, isPersonal, minSeverity, fallback }];
  });
}
