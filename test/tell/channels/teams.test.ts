import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import type { Alert } from '../../../shared/tell/alert.ts';
import teams from '../../../shared/tell/channels/teams.ts';
import { teamsMessage } from '../../../shared/tell/teams-card.ts';
import { describeChannel, recorder } from '../channel-contract.ts';
import { hostileAlert, hostileNames, sampleAlerts } from '../sample-alerts.ts';

const readJson = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../data/formats/${name}`, import.meta.url), 'utf8'));
const isMessage = new Ajv2020({ strict: false }).compile(
  readJson('teams-workflow-message.schema.json'),
);
const isCard = new Ajv({ strict: false, validateFormats: false }).compile(
  readJson('adaptive-card-1.5.0.schema.json'),
);

const webhookUrl =
  'https://x.00.environment.api.powerplatform.com:443/powerautomate/automations/direct/workflows/1/triggers/manual/paths/invoke?sig=s3cret';

type Element = { type: string; [key: string]: unknown };

function* elementsOf(value: unknown): Generator<Element> {
  if (typeof value !== 'object' || value === null) return;
  if ('type' in value && typeof value.type === 'string') yield value as Element;
  for (const child of Object.values(value)) yield* elementsOf(child);
}

const cardOf = (body: string) => JSON.parse(body).attachments[0].content;
const textOf = (body: string) => {
  const card = cardOf(body);
  const texts = [...elementsOf(card)].map((element) => {
    const facts = (element.facts ?? []) as { title: string; value: string }[];
    return [element.text, element.url, ...facts.map((fact) => `${fact.title} ${fact.value}`)].join(
      '\n',
    );
  });
  return [card.fallbackText, ...texts].join('\n');
};

const allAlerts: [string, Alert][] = [
  ...Object.entries(sampleAlerts),
  ...Object.entries(hostileNames).map(([key, name]): [string, Alert] => [key, hostileAlert(name)]),
];

describeChannel({
  type: 'teams',
  send: (alert, transports) => teams.send(alert, { webhookUrl }, transports),
  readable: ({ body = '' }) => textOf(body),
});

describe('the card', () => {
  test.each(allAlerts)('%s: fits both schemas and 20 KB', (_, alert) => {
    const body = teamsMessage(alert);
    expect(Buffer.byteLength(body)).toBeLessThan(20_000);
    const message = JSON.parse(body);
    expect([isMessage(message), isMessage.errors]).toEqual([true, null]);
    const { msteams: _msteams, ...card } = message.attachments[0].content;
    expect([isCard(card), isCard.errors]).toEqual([true, null]);
  });

  test.each(allAlerts)('%s: keeps severity, title, ids and link, whatever is cut', (_, alert) => {
    const text = textOf(teamsMessage(alert));
    for (const kept of [alert.severity.toUpperCase(), alert.incident, alert.finding, alert.id]) {
      expect(text).toContain(kept);
    }
    expect(text).toContain(alert.link);
  });

  test('words of a log are in text runs and nowhere else', () => {
    const marker = 'Zebra-of-the-log';
    const card = cardOf(teamsMessage({ ...hostileAlert(marker), detection: 'd', techniques: [] }));
    const holders = [...elementsOf(card)].filter((element) =>
      Object.values(element).some((value) => typeof value === 'string' && value.includes(marker)),
    );
    expect(new Set(holders.map(({ type }) => type))).toEqual(new Set(['TextRun']));
    expect(card.fallbackText).not.toContain(marker);
  });

  test('what a client would act on is disarmed in text runs too', () => {
    const text = textOf(
      teamsMessage(hostileAlert(Object.values(hostileNames).join(' ').slice(0, 400))),
    );
    expect(text).not.toMatch(/<at>|\{\{|https:\/\/e(?:vil)?\./);
  });

  test('the other findings are cut before facts, and facts before the title', () => {
    const text = textOf(teamsMessage(hostileAlert('漢'.repeat(150))));
    expect(text).toContain('and 4999 more in the incident');
    expect(text).toContain('漢'.repeat(150));
  });

  test.each([
    [null, undefined],
    ['http://127.0.0.1:7071/incidents/1', undefined],
    [
      'https://glasswatch.contoso.example/incidents/1',
      'https://glasswatch.contoso.example/incidents/1',
    ],
  ])('link %s: a button only if it is https', (link, url) => {
    const body = teamsMessage({ ...sampleAlerts.noMfa, link });
    expect(cardOf(body).actions?.[0]?.url).toBe(url);
    if (link && !url) expect(textOf(body)).toContain(`Open: `);
  });

  test.each([
    ['critical', 'attention'],
    ['high', 'warning'],
    ['medium', 'accent'],
    ['low', 'emphasis'],
    ['informational', 'emphasis'],
  ] as const)('%s stands on %s', (severity, style) => {
    const [heading] = cardOf(teamsMessage({ ...sampleAlerts.noMfa, severity })).body;
    expect(heading).toMatchObject({ type: 'Container', style });
    expect(heading.items[0].text).toMatch(new RegExp(`^${severity.toUpperCase()}`));
  });
});

describe('the webhook', () => {
  test.each([
    'https://contoso.webhook.office.com/webhookb2/s3cret/IncomingWebhook/s3cret',
    'https://outlook.office.com/webhook/s3cret',
    'https://outlook.office365.com/webhook/s3cret',
  ])('a dead connector is refused: %s', async (url) => {
    const { sent, transports } = recorder();
    const failure = await teams
      .send(sampleAlerts.noMfa, { webhookUrl: url }, transports)
      .catch(String);
    expect(failure).toMatch(/DELIVERY_MISCONFIGURED.*switched off.*Workflows/);
    expect(failure).not.toContain('s3cret');
    expect(sent).toEqual([]);
  });

  test.each([
    [{ webhookUrl: { env: 'TEAMS_WEBHOOK_URL' } }, true],
    [{ webhookUrl: 'https://x.example/?sig=1' }, false],
    [{ webhookUrl: { env: 'TEAMS_WEBHOOK_URL' }, extra: 1 }, false],
    [{}, false],
  ])('settings %j: %s', (settings, isValid) => {
    expect(teams.settings.safeParse(settings).success).toBe(isValid);
  });
});
