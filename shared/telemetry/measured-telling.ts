import type { NotifyDeps } from '../tell/notify.ts';
import type { Measure } from './measures.ts';

type Telling = Required<Pick<NotifyDeps, 'send' | 'trouble' | 'now'>>;

/** The same ways to people, each attempt counted, and how long people waited. */
export function measuredTelling(
  { send, trouble, now }: Telling,
  measure: Measure,
): Pick<Telling, 'send' | 'trouble'> {
  return {
    async send(channel, alert) {
      try {
        await send(channel, alert);
      } catch (error) {
        measure('glasswatch.deliveries', 1, { channel, outcome: 'failed' });
        throw error;
      }
      measure('glasswatch.deliveries', 1, { channel, outcome: 'delivered' });
    },
    trouble: {
      ...trouble,
      async worked(delivery) {
        const delayMs = now() - Date.parse(delivery.createdAt);
        measure('glasswatch.alert.delay', delayMs / 1_000, { channel: delivery.channel });
        await trouble.worked(delivery);
      },
    },
  };
}
