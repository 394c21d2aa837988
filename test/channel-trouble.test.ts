import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startMailSink } from '../local/mail-sink.ts';
import { startTeamsSink } from '../local/teams-sink.ts';
import channelFailing from '../shared/detect/service-checks/channel-failing.ts';
import { derivedId } from '../shared/finding.ts';
import { parsePolicy } from '../shared/policy.ts';
import { simpleRouting } from '../shared/route/simple-routing.ts';
import type { Severity } from '../shared/severity.ts';
import { channels as kinds } from '../shared/tell/channels/index.ts';
import { knownChannels } from '../shared/tell/known-channels.ts';
import { telling } from '../shared/tell/telling.ts';
import { deliveryWorld } from './delivery-world.ts';
import { sampleFound } from './stores/sample-findings.ts';

// Real HTTP and real SMTP; only the clock is simulated.

const start = Date.parse('2026-11-20T02:00:00Z');
const second = 1_000;
const minute = 60 * second;

const text = `
version: 1
tenants:
  - { id: 60e8de8d-8243-4bff-86c7-2aa35ef4cbf5, name: contoso }
channels:
  soc-teams: { type: teams, webhookUrl: { env: SOC_TEAMS } }
  soc-mail: { type: email, from: alerts@example.com, to: [soc@example.com], smtpUrl: { env: SMTP } }
  duty-teams: { type: teams, webhookUrl: { env: DUTY_TEAMS } }
`;

let soc: Awaited<ReturnType<typeof startTeamsSink>>;
let duty: Awaited<ReturnType<typeof startTeamsSink>>;
let mail: Awaited<ReturnType<typeof startMailSink>>;
beforeAll(async () => {
  [soc, duty, mail] = await Promise.all([startTeamsSink(), startTeamsSink(), startMailSink()]);
});
afterAll(() => Promise.all([soc.close(), duty.close(), mail.close()]));

/** Where nobody listens. */
async function deadSmtpUrl(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || !address) throw new Error('no address');
  return `smtp://127.0.0.1:${address.port}`;
}

/** Two channels that the routes name, one that they do not. */
async function world() {
  const parsed = parsePolicy(text, 'policy.yaml');
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  const { policy } = parsed;
  const env = {
    SOC_TEAMS: soc.webhookUrl,
    DUTY_TEAMS: duty.webhookUrl,
    SMTP: await deadSmtpUrl(),
  };
  const infos = [channelFailing];
  const { compose, send } = telling({ policy, infos, env, allowLoopback: true });
  const of = deliveryWorld({
    channels: knownChannels(policy, kinds),
    routing: simpleRouting([{ minSeverity: 'medium', channels: ['soc-teams', 'soc-mail'] }]),
    start,
    compose,
    answer: ({ channel }, alert) => send(channel, alert),
  });
  const found = async (name: string, severity: Severity = 'critical') => {
    const incident = derivedId('trouble', name);
    await of.record([sampleFound(incident, name, { finding: { severity, title: name } })]);
    return incident;
  };
  const mailServerIsBack = () => {
    env.SMTP = mail.smtpUrl;
  };
  return { ...of, found, mailServerIsBack };
}

test('Teams refuses twice, the mail server is away for ten minutes: somebody else tells, and nothing is lost', async () => {
  const { taken, found, runUntil, mailServerIsBack, kept, instance } = await world();
  const tellings = (incident: string) =>
    taken
      .filter((one) => one.incident === incident)
      .map(({ channel, at }) => `${channel} after ${(at - start) / second} s`);

  soc.failNext(1, { status: 500 });
  soc.failNext(1, { status: 429, retryAfter: 60 });
  const first = await found('first');
  await runUntil(start + 30 * second);
  // Both have failed a second time after ten seconds; what takes over does so once for either.
  expect(tellings(first)).toEqual(['duty-teams after 10 s']);

  await runUntil(start + 3 * minute);
  // After the minute that Teams asked for, as soon as the sweep comes by.
  expect(tellings(first)).toEqual(['duty-teams after 10 s', 'soc-teams after 75 s']);

  // That the mail server is away is known by now: what is critical waits for nothing any more.
  const second_ = await found('second');
  await runUntil(start + 5 * minute);
  expect(tellings(second_)).toEqual(['soc-teams after 180 s', 'duty-teams after 180 s']);
  // What is not may wait for five minutes, and by then has.
  const third = await found('third', 'high');
  await runUntil(start + 9 * minute);
  expect(tellings(third)).toEqual(['soc-teams after 300 s', 'duty-teams after 300 s']);

  const failing = (await kept()).filter(({ incident }) => incident.matter === 'the-watch');
  expect(failing.map(({ incident }) => [incident.title, incident.status])).toEqual([
    ['Alert channel soc-mail fails', 'open'],
    ['Alert channel soc-teams fails', 'resolved'],
  ]);

  await runUntil(start + 10 * minute);
  mailServerIsBack();
  await runUntil(start + 20 * minute);

  for (const incident of [first, second_, third]) {
    const channels = taken.filter((one) => one.incident === incident).map(({ channel }) => channel);
    expect(channels.sort()).toEqual(['duty-teams', 'soc-mail', 'soc-teams']);
  }
  // What was not sent says of a channel that it fails, which was over by then.
  for (const { incident, deliveries } of await kept()) {
    for (const { value } of deliveries) {
      const isMatterOver = value.state === 'moot' && incident.matter === 'the-watch';
      expect(isMatterOver || value.state === 'sent', `${incident.title}: ${value.state}`).toBe(
        true,
      );
    }
  }
  // What arrived is what was sent: no mail and no card twice.
  const ids = mail.mails().map(({ messageId }) => messageId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const sink of [soc, duty]) {
    expect(sink.cards().filter(({ repeatOf }) => repeatOf !== null)).toEqual([]);
  }
  expect([soc.cards().length, duty.cards().length, ids.length]).toEqual(
    ['soc-teams', 'duty-teams', 'soc-mail'].map(
      (name) => taken.filter(({ channel }) => channel === name).length,
    ),
  );
  const states = await instance().canaries.states(start + 20 * minute);
  expect(states.map(({ state }) => state)).toEqual(Array(3).fill('unproven'));
  const over = (await kept()).filter(({ incident }) => incident.matter === 'the-watch');
  expect(over.map(({ incident }) => incident.status)).toEqual(['resolved', 'resolved']);
});
