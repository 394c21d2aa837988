import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import type { Alert } from '../../../shared/tell/alert.ts';
import teams from '../../../shared/tell/channels/teams.ts';
import { teamsMessage } from '../../../shared/tell/teams-card.ts';
import { describeChannel, recorder } from '../channel-contract.ts';
import {
  anaOnCall,
  answeredAlerts,
  benOnCall,
  hostileAlert,
  hostileNames,
  personalAlert,
  sampleAlerts,
} from '../sample-alerts.ts';

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
  ...Object.entries({ ...sampleAlerts, ...answeredAlerts }),
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
    ['http://glasswatch.contoso.example/incidents/1', undefined],
    ['http://127.0.0.1.contoso.example/incidents/1', undefined],
    ['http://127.0.0.1:7071/incidents/1', 'http://127.0.0.1:7071/incidents/1'],
    [
      'https://glasswatch.contoso.example/incidents/1',
      'https://glasswatch.contoso.example/incidents/1',
    ],
  ])('link %s: a button only if it is https, or of this machine', (link, url) => {
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

describe('people on call', () => {
  const mentioned = (onCall: Alert['onCall']) => {
    const { msteams, body } = cardOf(teamsMessage({ ...sampleAlerts.noMfa, onCall }));
    const blocks = [...elementsOf(body)].filter(({ type }) => type === 'TextBlock');
    return {
      entities: (msteams.entities ?? []) as { text: string; mentioned: unknown }[],
      blocks: blocks.map(({ text }) => String(text)),
      text: textOf(teamsMessage({ ...sampleAlerts.noMfa, onCall })),
    };
  };

  test('are called by name: each entity stands in a text block as it is', () => {
    const { entities, blocks } = mentioned([anaOnCall, benOnCall]);
    expect(entities).toEqual([
      {
        type: 'mention',
        text: '<at>Ana Ruiz</at>',
        mentioned: { id: 'ana@contoso.example', name: 'Ana Ruiz' },
      },
      {
        type: 'mention',
        text: '<at>Ben Okafor</at>',
        mentioned: { id: benOnCall.account, name: 'Ben Okafor' },
      },
    ]);
    expect(blocks).toContain('On call: <at>Ana Ruiz</at>, <at>Ben Okafor</at>');
  });

  test('without an account they are named, and nobody is called', () => {
    const { entities, text } = mentioned([{ ...anaOnCall, account: null }]);
    expect(entities).toEqual([]);
    expect(text).toContain('On call: Ana Ruiz');
  });

  test('called once, however often they are named', () => {
    expect(mentioned([anaOnCall, anaOnCall]).entities).toHaveLength(1);
  });

  test.each(Object.entries(hostileNames))('named %s: no markup but our own', (_, name) => {
    const { entities, blocks } = mentioned([{ ...anaOnCall, name }, benOnCall]);
    for (const { text } of entities) {
      expect(text).toMatch(/^<at>[^<>*_[\]()`{}#]{1,60}<\/at>$/u);
      expect(blocks.join('\n')).toContain(text);
    }
    expect(entities.map(({ text }) => text)).toContain('<at>Ben Okafor</at>');
    expect(blocks.join('\n').match(/<\/?at>/g)).toHaveLength(2 * entities.length);
  });

  test.each(['All', '19:team@thread.tacv2 x', '<at>x</at>', ''])('%j calls nobody', (account) => {
    expect(mentioned([{ ...anaOnCall, account }]).entities).toEqual([]);
  });

  test('nobody on call: no mention', () => {
    expect(cardOf(teamsMessage(sampleAlerts.noMfa)).msteams).toEqual({ width: 'Full' });
  });
});

test('no link that is for one person is on a card', () => {
  expect(teamsMessage(personalAlert)).not.toContain('/link/');
});

test.each([
  ['escalation', /^CRITICAL · NOBODY HAS ANSWERED$/, 'Open and answer'],
  ['acknowledged', /^CRITICAL · somebody has it$/, 'Open the incident'],
  ['lapsed', /^CRITICAL · OPEN AGAIN$/, 'Open and answer'],
  ['closed', /^CRITICAL · closed$/, 'Open the incident'],
  ['reopened', /^CRITICAL · REOPENED$/, 'Open and answer'],
  ['drill', /^CRITICAL · DRILL$/, 'Open and answer'],
  ['canary', /^INFORMATIONAL · test$/, 'Confirm that it has arrived'],
] as const)('%s: what one reads first, and presses', (key, headline, action) => {
  const card = cardOf(teamsMessage(answeredAlerts[key]));
  expect(card.body[0].items[0].text).toMatch(headline);
  expect(card.actions[0].title).toBe(action);
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
