import { strict } from '../../policy/fields.ts';
import { mailFields, mailOf } from '../alert-mail.ts';
import { defineChannel } from '../channel.ts';

export default defineChannel({
  type: 'graph-mail',
  settings: strict({
    ...mailFields,
    from: mailFields.from.describe('The mailbox in Exchange Online that sends it.'),
  }).meta({ description: 'A mail from a mailbox in Exchange Online, through Microsoft Graph.' }),

  describe: ({ from, to }) => `mail from ${from} (Exchange Online) to ${to.join(', ')}`,
  isOutside: false,
  isPersonal: true,
  provenBy: 'reader',
  // A mailbox sends 30 a minute, and people may use it as well.
  pace: { mostPerMinute: 25, foldAbove: 15 },

  async send(alert, { from, to }, { sendGraphMail }) {
    await sendGraphMail(mailOf(alert, from, to));
  },
});
