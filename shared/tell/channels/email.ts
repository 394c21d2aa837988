import { secretRef, strict } from '../../policy/fields.ts';
import { mailFields, mailOf } from '../alert-mail.ts';
import { defineChannel } from '../channel.ts';

export default defineChannel({
  type: 'email',
  settings: strict({
    ...mailFields,
    smtpUrl: secretRef.describe(
      'The mail server: smtps://user:password@host:465 in that variable.',
    ),
  }).meta({ description: 'A mail through an SMTP server.' }),

  describe: ({ from, to }) => `mail from ${from} to ${to.join(', ')}`,
  isOutside: true,
  isPersonal: true,
  provenBy: 'reader',
  pace: { mostPerMinute: 60, foldAbove: 30 },

  async send(alert, { from, to, smtpUrl }, { sendMail }) {
    await sendMail(smtpUrl, mailOf(alert, from, to));
  },
});
