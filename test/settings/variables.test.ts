import { describe, expect, test } from 'vitest';
import { parsePolicy } from '../../shared/policy.ts';
import { resolveSecrets } from '../../shared/secrets.ts';
import { variableFaults } from '../../shared/settings/variable-faults.ts';
import { variableForms } from '../../shared/settings/variable-forms.ts';

const vault = '@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/teams-url)';
const secret = 'Ab12'.repeat(8);

/** By the key of the policy: a value that is right, and some that are not. */
const values: Record<string, { right: string; wrong: string[] }> = {
  webhookUrl: { right: 'https://a.example/?sig=s', wrong: ['a.example', 'http://a.example/?s'] },
  url: { right: 'https://a.example/', wrong: ['ftp://a.example', secret] },
  endpoint: { right: 'https://a.ingest.monitor.azure.com', wrong: ['a.ingest.monitor.azure.com'] },
  smtpUrl: { right: 'smtps://u:p@mail.example:465', wrong: ['mail.example:465', 'https://mail'] },
  resource: {
    right: 'endpoint=https://a.communication.azure.com/;accesskey=a2V5',
    wrong: ['a.communication.azure.com', 'accesskey=a2V5'],
  },
  routingKey: {
    right: secret,
    wrong: [`${secret}1`, ` ${secret}`, 'https://events.pagerduty.com'],
  },
  secret: { right: 'whsec_MfKQ9r8GKYqr', wrong: ['MfKQ9r8GKYqr', 'whsec_'] },
  token: { right: secret, wrong: [`${secret}\n`, `Splunk ${secret}`] },
  apiKey: { right: 'bmFtZTprZXk=', wrong: [' bmFtZTprZXk='] },
  accessKey: { right: secret, wrong: [`${secret} ${secret}`] },
  connection: {
    right: 'Endpoint=sb://ns.servicebus.windows.net/;SharedAccessKeyName=a;SharedAccessKey=b',
    wrong: ['ns.servicebus.windows.net', 'SharedAccessKey=b'],
  },
  ca: { right: '-----BEGIN CERTIFICATE-----\nMII', wrong: ['ca.pem'] },
};

/** Every channel and sink that takes a secret, as the example of the policy has them. */
const policyText = `version: 1
tenants:
  - { id: 60e8de8d-8243-4bff-86c7-2aa35ef4cbf5, name: contoso }
channels:
  teams: { type: teams, webhookUrl: { env: TEAMS_URL } }
  pager: { type: pagerduty, routingKey: { env: PAGER_KEY } }
  hook: { type: webhook, url: { env: HOOK_URL }, secret: { env: HOOK_SECRET } }
routes: [{ minSeverity: medium, channels: [teams, pager, hook] }]
sinks:
  siem: { type: webhook, url: { env: HOOK_URL }, secret: { env: HOOK_SECRET } }
  soc: { type: splunk, url: https://splunk.example:8088, token: { env: SPLUNK } }
`;
const parsed = parsePolicy(policyText, 'policy.yaml');
if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
const { policy } = parsed;
const well = {
  TEAMS_URL: values.webhookUrl?.right,
  PAGER_KEY: secret,
  HOOK_URL: 'https://hook.example/',
  HOOK_SECRET: 'whsec_MfKQ9r8GKYqr',
  SPLUNK: secret,
};
const told = (env: Readonly<Record<string, string | undefined>>) =>
  variableFaults(policy, { ...well, ...env }).map(({ name, says, harm }) => [harm, name, says]);

describe('a variable that the policy names', () => {
  test('is not spoken of while it is right', () => {
    expect(told({})).toEqual([]);
  });

  test.each([[undefined], ['']])(
    'is named where it is %j, once, with all that need it',
    (value) => {
      expect(told({ HOOK_SECRET: value })).toEqual([
        ['hurts', 'HOOK_SECRET', 'missing; the policy names it (channel hook, sink siem)'],
      ]);
    },
  );

  test('is named where its reference to the vault was not resolved', () => {
    expect(told({ TEAMS_URL: vault, SPLUNK: ` ${vault}` })).toEqual([
      [
        ...['hurts', 'TEAMS_URL'],
        expect.stringMatching(
          /^found a reference to a Key Vault .*Secrets User \(channel teams\)$/,
        ),
      ],
      ['hurts', 'SPLUNK', expect.stringMatching(/^found a reference .* \(sink soc\)$/)],
    ]);
  });

  test('is named where it has the wrong form, and never shown', () => {
    expect(told({ TEAMS_URL: 'http://a.example/?sig=secret', PAGER_KEY: `${secret}9` })).toEqual([
      [
        'hurts',
        'TEAMS_URL',
        'found a URL that is not https; allowed: an https URL (channel teams)',
      ],
      [
        'hurts',
        'PAGER_KEY',
        expect.stringMatching(/^found something else; .*32 letters.*pager\)$/),
      ],
    ]);
  });

  test('of each kind has a form that takes right values and no others', () => {
    expect(Object.keys(values)).toEqual(Object.keys(variableForms));
    for (const [key, form] of Object.entries(variableForms)) {
      const { right = '', wrong = [] } = values[key] ?? {};
      expect(form.fits(right), `${key} ${right}`).toBe(true);
      for (const one of wrong) expect(form.fits(one), `${key} ${one}`).toBe(false);
    }
  });
});

test('a reference that was not resolved is sent to nobody as a key', () => {
  const settings = { type: 'splunk', token: { env: 'SPLUNK' } };
  expect(resolveSecrets('sink soc', settings, { SPLUNK: secret })).toEqual({
    ...{ type: 'splunk', token: secret },
  });
  for (const [value, says] of [
    [vault, 'is a reference to a Key Vault that was not resolved'],
    ['', 'is empty'],
    [undefined, 'is empty'],
  ]) {
    expect(() => resolveSecrets('sink soc', settings, { SPLUNK: value })).toThrow(
      expect.objectContaining({
        code: 'DELIVERY_MISCONFIGURED',
        message: `DELIVERY_MISCONFIGURED: sink soc: the setting SPLUNK ${says}`,
      }),
    );
  }
});
