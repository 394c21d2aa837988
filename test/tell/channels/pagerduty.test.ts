import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { type Alert, isAllClear } from '../../../shared/tell/alert.ts';
import pagerduty from '../../../shared/tell/channels/pagerduty.ts';
import { describeChannel, recorder } from '../channel-contract.ts';
import { answeredAlerts, hostileAlert, hostileNames, sampleAlerts } from '../sample-alerts.ts';

const readJson = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../data/formats/${name}`, import.meta.url), 'utf8'));
const isEvent = new Ajv2020({ strict: false }).compile(readJson('pagerduty-events-v2.schema.json'));
const { severityMap } = readJson('pagerduty-events-v2.samples.json');

const routingKey = '0123456789abcdef0123456789abcdef';
const settings = { routingKey, region: 'us' };

async function eventsOf(alert: Alert) {
  const { sent, transports } = recorder();
  await pagerduty.send(alert, settings, transports);
  return sent.map(({ body = '' }) => JSON.parse(body));
}

describeChannel({
  type: 'pagerduty',
  send: (alert, transports) => pagerduty.send(alert, settings, transports),
  readable: ({ body = '' }) => {
    const { payload, links = [] } = JSON.parse(body);
    return [payload.summary, ...Object.entries(payload.custom_details).flat(), links[0]?.href].join(
      '\n',
    );
  },
  // These say in one word what became of an alert, and a lapsed one says two.
  isTold: (alert) => !isAllClear(alert) && !['acknowledged', 'lapsed'].includes(alert.kind),
});

const allAlerts: [string, Alert][] = [
  ...Object.entries({ ...sampleAlerts, ...answeredAlerts }),
  ...Object.entries(hostileNames).map(([key, name]): [string, Alert] => [key, hostileAlert(name)]),
];

test.each(allAlerts)('%s: fits the schema and 512 KB', async (_, alert) => {
  for (const event of await eventsOf(alert)) {
    expect([isEvent(event), isEvent.errors]).toEqual([true, null]);
    expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThan(512 * 1024);
  }
});

describe('the life of an alert', () => {
  const actionsOf = async (alert: Alert) =>
    (await eventsOf(alert)).map(({ event_action }) => event_action);

  test.each([
    ['new', sampleAlerts.breakGlass, ['trigger']],
    ['an update', sampleAlerts.roleOutsidePim, ['trigger']],
    ['an escalation', answeredAlerts.escalation, ['trigger']],
    ['acknowledged', answeredAlerts.acknowledged, ['acknowledge']],
    // PagerDuty wakes nobody for a trigger of an alert that was acknowledged there.
    ['a lapsed acknowledgement', answeredAlerts.lapsed, ['resolve', 'trigger']],
    ['closed', answeredAlerts.closed, ['resolve']],
    ['reopened', answeredAlerts.reopened, ['trigger']],
    ['withdrawn', sampleAlerts.withdrawn, ['resolve']],
    ['over', { ...sampleAlerts.withdrawn, kind: 'resolved' }, ['resolve']],
    ['a correction', { ...sampleAlerts.noMfa, kind: 'correction' }, ['trigger']],
    ['a digest', { ...sampleAlerts.noMfa, kind: 'digest' }, ['trigger']],
    ['a canary', answeredAlerts.canary, ['trigger']],
  ] as const)('%s', async (_, alert, actions) => {
    expect(await actionsOf(alert)).toEqual(actions);
  });

  test('is one alert with one key, the id of the incident', async () => {
    const { drill, canary, ...life } = answeredAlerts;
    const events = (
      await Promise.all([sampleAlerts.breakGlass, drill, ...Object.values(life)].map(eventsOf))
    ).flat();
    expect(new Set(events.map(({ dedup_key }) => dedup_key))).toEqual(
      new Set([sampleAlerts.breakGlass.incident]),
    );
  });
});

describe('what is shown', () => {
  test.each(Object.entries(severityMap as Record<string, string>))(
    '%s is %s there',
    async (ours, theirs) => {
      const severity = ours.toLowerCase() as Alert['severity'];
      const [event] = await eventsOf({ ...sampleAlerts.noMfa, severity });
      expect(event.payload.severity).toBe(theirs);
    },
  );

  test('a drill says so first, and says all that it would else', async () => {
    const [event] = await eventsOf(answeredAlerts.drill);
    expect(event.payload.summary).toMatch(/^CRITICAL · DRILL: Break-glass account USED/);
    expect(event.payload.severity).toBe('critical');
  });

  test('the page is linked if it is https, and named in any case', async () => {
    const link = 'http://127.0.0.1:7071/incidents/1';
    const [event] = await eventsOf({ ...sampleAlerts.noMfa, link });
    expect([event.links, event.client_url, event.payload.custom_details.Page]).toEqual([
      undefined,
      undefined,
      link,
    ]);
  });

  test('a long summary is cut before 1024, and no character in half', async () => {
    const title = '\u{1F6A8}.'.repeat(600);
    const [event] = await eventsOf({
      ...sampleAlerts.noMfa,
      title,
      tenant: { id: '', name: title },
    });
    expect(event.payload.summary.length).toBeLessThanOrEqual(1024);
    expect(event.payload.summary.isWellFormed()).toBe(true);
  });
});

describe('settings', () => {
  test.each([
    ['us', 'https://events.pagerduty.com/v2/enqueue'],
    ['eu', 'https://events.eu.pagerduty.com/v2/enqueue'],
  ])('region %s', async (region, url) => {
    const { sent, transports } = recorder();
    await pagerduty.send(sampleAlerts.noMfa, { routingKey, region }, transports);
    expect(sent[0]?.to).toBe(url);
  });

  test('a key that is none is refused before anything is sent, and not repeated', async () => {
    const { sent, transports } = recorder();
    const wrong = { routingKey: 's3cret', region: 'us' };
    const failure = await pagerduty.send(sampleAlerts.noMfa, wrong, transports).catch(String);
    expect(failure).toMatch(/DELIVERY_MISCONFIGURED: the routing key/);
    expect(failure).not.toContain('s3cret');
    expect(sent).toEqual([]);
  });

  test.each([
    [{ routingKey: { env: 'PAGERDUTY_ROUTING_KEY' } }, true],
    [{ routingKey: { env: 'PAGERDUTY_ROUTING_KEY' }, region: 'eu' }, true],
    [{ routingKey: { env: 'PAGERDUTY_ROUTING_KEY' }, region: 'mars' }, false],
    [{ routingKey }, false],
    [{}, false],
  ])('%j: %s', (given, isValid) => {
    expect(pagerduty.settings.safeParse(given).success).toBe(isValid);
  });
});
