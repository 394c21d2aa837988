import { describe, expect, test } from 'vitest';
import acsEmail from '../../../shared/tell/channels/acs-email.ts';
import graphMail from '../../../shared/tell/channels/graph-mail.ts';
import { describeChannel, recorder } from '../channel-contract.ts';
import { personalAlert, sampleAlerts } from '../sample-alerts.ts';

const from = 'alerts@contoso.example';
const to = ['oncall@contoso.example', 'outside@example.org'];
const resource = 'endpoint=https://x.communication.azure.com/;accesskey=czNjcmV0';

describeChannel({
  type: 'graph-mail',
  send: (alert, transports) => graphMail.send(alert, { from, to }, transports),
  readable: ({ mail }) => mail?.text ?? '',
});

describeChannel({
  type: 'acs-email',
  send: (alert, transports) => acsEmail.send(alert, { from, to, resource }, transports),
  readable: ({ mail }) => mail?.text ?? '',
});

describe('the operation of Azure Communication Services', () => {
  const operationOf = async (id: string) => {
    const { sent, transports } = recorder();
    await acsEmail.send({ ...sampleAlerts.noMfa, id }, { from, to, resource }, transports);
    return sent[0]?.operationId;
  };

  test('is a GUID, the same for a delivery and another for another', async () => {
    const first = await operationOf('d-1');
    expect(first).toMatch(/^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-8[\da-f]{3}-[\da-f]{12}$/);
    expect(await operationOf('d-1')).toBe(first);
    expect(await operationOf('d-2')).not.toBe(first);
  });
});

test.each([
  ['graph-mail', graphMail, { from, to }],
  ['acs-email', acsEmail, { from, to, resource }],
])('%s: what is for one person goes to that person alone', async (_, channel, settings) => {
  const { sent, transports } = recorder();
  await channel.send(personalAlert, settings, transports);
  expect(sent.map(({ mail }) => mail?.to)).toEqual([['ana@example.org']]);
});

test.each([
  [graphMail, { from, to }, true],
  [graphMail, { from }, false],
  [acsEmail, { from, to, resource: { env: 'ACS_RESOURCE' } }, true],
  [acsEmail, { from, to, resource }, false],
])('settings %#', (channel, settings, isValid) => {
  expect(channel.settings.safeParse(settings).success).toBe(isValid);
});
