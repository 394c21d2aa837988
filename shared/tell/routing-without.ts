import type { Routing, Telling } from '../route/routing.ts';
import type { KnownChannel } from './known-channels.ts';

/**
 * A routing for what is found about a channel that fails: nobody hears of it there. If nobody else
 * would, its fallback or the next channel of the policy tells.
 *
 * @param channels - in the order of the policy.
 */
export function routingWithout(
  routing: Routing,
  failing: string,
  channels: readonly Pick<KnownChannel, 'name' | 'fallback'>[],
): Routing {
  const at = channels.findIndex(({ name }) => name === failing);
  const next = channels[at]?.fallback ?? channels[at + 1]?.name ?? channels[0]?.name;
  return {
    remember: (findings, now) => routing.remember(findings, now),
    async at(now) {
      const route = await routing.at(now);
      return (finding) => {
        const routed = route(finding);
        const isElsewhere = ({ channel }: Telling) => channel !== failing;
        const tellings = routed.tellings.filter(isElsewhere);
        const unmuted = routed.unmuted.filter(isElsewhere);
        if (unmuted.length > 0 || next === undefined || next === failing) {
          return { ...routed, tellings, unmuted };
        }
        const told: Telling[] = [{ channel: next, cadence: 'now', groupMs: 0 }];
        return {
          ...routed,
          tellings: routed.quiet ? [] : told,
          unmuted: told,
          because: [...routed.because, `${failing} fails, so ${next} tells it.`],
        };
      };
    },
  };
}
