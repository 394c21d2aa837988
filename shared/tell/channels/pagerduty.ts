import { WatchError } from '../../errors.ts';
import { oneOf, secretRef, strict } from '../../policy/fields.ts';
import { defineChannel } from '../channel.ts';
import { pagerDutyEvents } from '../pagerduty-event.ts';

/** Where events go, by service region of the account. */
const endpoints = {
  us: 'https://events.pagerduty.com/v2/enqueue',
  eu: 'https://events.eu.pagerduty.com/v2/enqueue',
};

export default defineChannel({
  type: 'pagerduty',
  settings: strict({
    routingKey: secretRef.describe(
      'The integration key of a service in PagerDuty (Events API v2), 32 letters and digits.',
    ),
    region: oneOf(['us', 'eu']).default('us').describe('The service region of the account.'),
  }).meta({ description: 'An alert in PagerDuty, acknowledged and resolved with its incident.' }),

  describe: ({ region }) => `PagerDuty (${region})`,
  isOutside: true,
  isPersonal: false,
  // Accepted is not paged: a key of a service that was deleted or disabled may still be answered with 202.
  provenBy: 'reader',
  pace: { mostPerMinute: 60, foldAbove: 30 },

  async send(alert, { routingKey, region }, { postJson }) {
    if (!/^[A-Za-z0-9]{32}$/.test(routingKey)) {
      throw new WatchError(
        'DELIVERY_MISCONFIGURED',
        'the routing key of PagerDuty must be 32 letters and digits',
      );
    }
    for (const event of pagerDutyEvents(alert, routingKey)) {
      await postJson(endpoints[region], JSON.stringify(event));
    }
  },
});
