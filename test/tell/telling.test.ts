import { afterEach, describe, expect, test } from 'vitest';
import { startMailSink } from '../../local/mail-sink.ts';
import { startPagerDutySink } from '../../local/pagerduty-sink.ts';
import { WatchError } from '../../shared/errors.ts';
import type { Finding } from '../../shared/finding.ts';
import { parsePolicy } from '../../shared/policy.ts';
import { newDelivery } from '../../shared/record/outbox.ts';
import type { KeptEntry } from '../../shared/respond/journal.ts';
import { noResponse, service } from '../../shared/respond/response.ts';
import { type TellingDeps, telling } from '../../shared/tell/telling.ts';
import { infos, keep, sampleFinding, sampleIncident, taken, tenant } from './sample-alerts.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const policyText = (consoleUrl: string | null) => `
version: 1
tenants:
  - id: ${tenant.id}
    name: contoso
    accounts: { emergency: [bg-01@contoso.example, bg-02@contoso.example] }
channels:
  mail: { type: email, from: alerts@contoso.example, to: [soc@contoso.example], smtpUrl: { env: SMTP_URL } }
  pager: { type: pagerduty, routingKey: { env: PAGERDUTY_ROUTING_KEY } }
  hook: { type: webhook, url: { env: WEBHOOK_URL }, secret: { env: WEBHOOK_SECRET } }
  soc: { type: teams, webhookUrl: { env: TEAMS_WEBHOOK_URL } }
routes:
  - { minSeverity: low, channels: [mail, pager, soc] }
people:
  ana: { name: Ana Ruiz, account: ana@contoso.example, mail: ana@example.org }
  ben: { name: Ben Okafor }
${consoleUrl ? `console: { url: '${consoleUrl}' }` : ''}
`;

function policyOf(consoleUrl: string | null) {
  const parsed = parsePolicy(policyText(consoleUrl), 'policy.yaml');
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  return parsed.policy;
}

const policy = policyOf('https://gw.example/app/');
const withoutLinks: TellingDeps = { policy, infos, env: {}, allowLoopback: true };
const open = (over: Partial<TellingDeps> = {}) =>
  telling({
    ...withoutLinks,
    linkFor: async ({ id }, to, delivery) =>
      `/link/${id.slice(0, 4)}-${to.id}-${delivery.slice(0, 4)}`,
    ...over,
  });

const incident = sampleIncident({ revision: 2 });
const kept = { incident, findings: [keep(sampleFinding())], entries: [] as KeptEntry[] };
const now = Date.parse('2026-11-20T02:08:07.412Z');
const delivery = (channel: string, kind: 'escalation' | 'lapsed' | 'canary', more = {}) =>
  newDelivery(incident, channel, kind, now, more);

describe('a message for one person', () => {
  test('has a link of its own beneath the console, and until when it works', async () => {
    const one = delivery('mail', 'escalation', { person: 'ana', onCall: ['ana', 'ben'] });
    const before = Date.now();
    const { personal, onCall } = await open().compose(one, kept);
    expect(personal?.to).toMatchObject({ id: 'ana', mail: 'ana@example.org' });
    expect(personal?.link?.url).toBe(`https://gw.example/app/link/3a9c-ana-${one.id.slice(0, 4)}`);
    expect(Date.parse(personal?.link?.until ?? '') - before).toBeGreaterThan(50 * 60_000);
    expect(onCall.map(({ name }) => name)).toEqual(['Ana Ruiz', 'Ben Okafor']);
  });

  test.each([
    ['without a console', open({ policy: policyOf(null) }), 'mail'],
    ['where nobody makes links', telling(withoutLinks), 'mail'],
    ['on a channel that all read', open(), 'soc'],
  ])('%s: no link', async (_, { compose }, channel) => {
    const { personal } = await compose(delivery(channel, 'escalation', { person: 'ana' }), kept);
    expect(personal?.link).toBeNull();
  });

  test('that can not be made waits, rather than to go out without its link', async () => {
    const linkFor = () => Promise.reject(new WatchError('STORE_UNAVAILABLE', 'away'));
    const work = open({ linkFor }).compose(delivery('mail', 'escalation', { person: 'ana' }), kept);
    await expect(work).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });

  test('for somebody who is no longer in the policy goes to nobody', async () => {
    const work = open().compose(delivery('mail', 'escalation', { person: 'eve' }), kept);
    await expect(work).rejects.toThrow('DELIVERY_REJECTED: people.eve: no longer in the policy');
  });
});

test('for all: no person, nobody called who is not in the policy', async () => {
  const one = delivery('soc', 'escalation', { onCall: ['eve', 'ana', '__proto__'] });
  const alert = await open().compose(one, kept);
  expect(alert.personal).toBeNull();
  expect(alert.onCall.map(({ id }) => id)).toEqual(['ana']);
});

test('what lapsed is told in the words that the journal had for it', async () => {
  const entry = (at: string, revision: number, text: string): KeptEntry => ({
    id: at,
    incident: incident.id,
    tenantId: tenant.id,
    kind: 'lapsed',
    at,
    revision,
    by: service,
    text,
    data: {},
    seq: null,
  });
  const entries = [
    entry('2026-11-20T01:00:00.000Z', 1, 'Its time was over.'),
    entry('2026-11-20T02:08:00.000Z', 2, 'The account has signed in again.'),
    entry('2026-11-20T02:50:00.000Z', 5, 'Its time was over again.'),
  ];
  const lapsed = { ...kept, entries, incident: { ...incident, response: taken } };
  const { summary, answer } = await open().compose(delivery('soc', 'lapsed'), lapsed);
  expect(summary).toMatch(/^The account has signed in again\. It is about: /);
  expect(answer).toBe('Ana Ruiz took it at 02:05:12 UTC, which counts no more');
});

test('a canary keeps the ids that it is delivered under, and leads to its confirmation', async () => {
  const one = delivery('soc', 'canary');
  const alert = await open().compose(one, kept);
  expect(alert).toMatchObject({ id: one.id, incident: incident.id, kind: 'canary' });
  expect(alert.link).toMatch(/^https:\/\/gw\.example\/app\/canaries\/soc\//);
  expect(await open().compose(one, kept)).toEqual(alert);
});

test('a canary asks nobody to confirm what the answer of the channel proves', async () => {
  expect((await open().compose(delivery('hook', 'canary'), kept)).link).toBeNull();
});

describe('a digest', () => {
  const digest = newDelivery(incident, 'soc', 'digest', now);
  const listed = (over: Partial<Finding>, state: 'open' | 'resolved' = 'open') =>
    keep(sampleFinding(over), { state });

  test('of what was folded: the gravest, each with its incident, then how many of each kind', async () => {
    const folded = sampleIncident({
      matter: 'digest',
      title: 'Many at once in contoso: 21 findings',
    });
    const findings = [
      listed({ severity: 'low', title: '20 × low-thing in 3 incidents', details: { count: 20 } }),
      listed({
        severity: 'medium',
        title: 'less grave',
        details: { incident: 'abcdef0123456789' },
      }),
      listed({ severity: 'high', title: 'grave', details: { incident: '0123456789abcdef' } }),
    ];
    const alert = await open().compose(digest, { ...kept, incident: folded, findings });
    expect(alert).toMatchObject({
      kind: 'digest',
      title: 'Many at once in contoso: 21 findings',
      link: 'https://gw.example/app/incidents',
    });
    expect(alert.facts).toEqual([
      { label: 'HIGH', value: 'grave (01234567)' },
      { label: 'MEDIUM', value: 'less grave (abcdef01)' },
      { label: 'LOW', value: '20 × low-thing in 3 incidents' },
    ]);
  });

  test('of the directory: what is open, the gravest first, then what is over', async () => {
    const posture = sampleIncident({ matter: 'posture-digest', findings: 5 });
    const findings = [
      listed({ severity: 'high', title: 'mended' }, 'resolved'),
      listed({ severity: 'low', title: 'small' }),
      listed({ severity: 'medium', title: 'larger' }),
    ];
    const alert = await open().compose(digest, { ...kept, incident: posture, findings });
    expect(alert.facts.map(({ label, value }) => `${label} ${value}`)).toEqual([
      'MEDIUM larger',
      'LOW small',
      'OVER mended',
    ]);
    expect(alert.summary).toContain('2 more are not listed here');
  });
});

test('what is composed goes out: to one person by mail, and to the stand-in of the pager', async () => {
  const mail = await startMailSink();
  const pager = await startPagerDutySink();
  cleanups.push(mail.close, pager.close);
  const { compose, send } = open({
    env: { SMTP_URL: mail.smtpUrl, PAGERDUTY_ROUTING_KEY: pager.routingKey },
    standIns: { 'https://events.pagerduty.com': pager.url },
  });
  await send('mail', await compose(delivery('mail', 'escalation', { person: 'ana' }), kept));
  await send('pager', await compose(delivery('pager', 'escalation'), kept));
  expect(mail.mails().map(({ to }) => to)).toEqual([['ana@example.org']]);
  expect(mail.mails()[0]?.text).toContain('https://gw.example/app/link/3a9c-ana-');
  expect(pager.alerts()).toMatchObject([{ key: incident.id, state: 'triggered' }]);
});

test('what was closed with an earlier trouble is told no more, unless it is news again', async () => {
  const again = sampleIncident({ revision: 9, response: { ...noResponse, period: 2 } });
  const old = keep(sampleFinding({ id: 'old', title: 'closed last year' }));
  const fresh = { ...keep(sampleFinding({ id: 'fresh', title: 'used again' })), period: 2 };
  const compose = (findings: string[]) =>
    open().compose(newDelivery(again, 'soc', 'reopened', now, { findings }), {
      incident: again,
      findings: [old, fresh],
      entries: [],
    });
  expect(await compose(['fresh'])).toMatchObject({ title: 'used again', findings: 1, also: [] });
  expect(await compose(['fresh', 'old'])).toMatchObject({ findings: 2 });
});
