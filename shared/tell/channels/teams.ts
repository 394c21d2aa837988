import { WatchError } from '../../errors.ts';
import { secretRef, strict } from '../../policy/fields.ts';
import { defineChannel } from '../channel.ts';
import { teamsMessage } from '../teams-card.ts';

export default defineChannel({
  type: 'teams',
  settings: strict({
    webhookUrl: secretRef.describe(
      'The URL of a Teams Workflows webhook ("When a Teams webhook request is received").',
    ),
  }).meta({ description: 'A card in a Teams channel.' }),

  describe: () => 'Teams',
  isOutside: false,
  isPersonal: false,
  // The flow answers 202 before it posts: whether a card appears only a reader knows.
  provenBy: 'reader',
  pace: { mostPerMinute: 60, foldAbove: 30 },

  async send(alert, { webhookUrl }, { postJson }) {
    refuseConnector(webhookUrl);
    await postJson(webhookUrl, teamsMessage(alert));
  },
});

/** Office 365 connectors ended in May 2026 (MC1181996); some of their hosts still answer, into nothing. */
function refuseConnector(webhookUrl: string) {
  const host = URL.parse(webhookUrl)?.hostname ?? '';
  if (!/(?:^|\.)(?:webhook\.office\.com|outlook\.office(?:365)?\.com)$/.test(host)) return;
  throw new WatchError(
    'DELIVERY_MISCONFIGURED',
    'the Teams webhook is an Office 365 connector, which Microsoft has switched off; make a Workflows ' +
      'webhook in Teams ("When a Teams webhook request is received") and use its URL',
  );
}
