import { createHash } from 'node:crypto';
import { secretRef, strict } from '../../policy/fields.ts';
import { mailFields, mailOf } from '../alert-mail.ts';
import { defineChannel } from '../channel.ts';

export default defineChannel({
  type: 'acs-email',
  settings: strict({
    ...mailFields,
    from: mailFields.from.describe('A sender address of the resource, on a domain of your own.'),
    resource: secretRef.describe(
      'The resource: its connection string, or its https endpoint for the identity of the app, in that variable.',
    ),
  }).meta({ description: 'A mail through Azure Communication Services.' }),

  describe: ({ from, to }) =>
    `mail from ${from} (Azure Communication Services) to ${to.join(', ')}`,
  // It sends without Entra if it has a key, but lies in a subscription of the watched tenant.
  isOutside: false,
  isPersonal: true,
  provenBy: 'reader',
  // A domain of one's own may send 30 a minute and 100 an hour until Microsoft allows more.
  pace: { mostPerMinute: 20, foldAbove: 5 },

  async send(alert, { from, to, resource }, { sendAcsMail }) {
    await sendAcsMail(resource, mailOf(alert, from, to), operationId(alert.id));
  },
});

/** A GUID, the same on every retry: what was accepted under it is not sent again. */
function operationId(deliveryId: string): string {
  const hex = createHash('sha256').update(deliveryId).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    // The marks of a GUID that is derived rather than drawn (RFC 9562, version 8).
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
