import { expect, test } from 'vitest';
import { WatchError } from '../../shared/errors.ts';
import { breakGlassMatter } from '../../shared/incident.ts';
import { memoryCases } from '../../shared/record/memory-cases.ts';
import { newDelivery } from '../../shared/record/outbox.ts';
import type { Alert } from '../../shared/tell/alert.ts';
import { healthBook } from '../../shared/tell/channel-health.ts';
import { channelTrouble } from '../../shared/tell/channel-trouble.ts';
import { notify } from '../../shared/tell/notify.ts';
import { channelNamed } from '../delivery-world.ts';
import { noSettings } from '../run-records.ts';
import { sampleFinding, sampleIncident } from '../stores/sample-findings.ts';

test('a channel that fails is stood in for where its health can not even be read', async () => {
  let now = Date.parse('2026-11-20T02:05:00Z');
  const cases = memoryCases();
  const incident = sampleIncident('glass', { matter: breakGlassMatter, severity: 'critical' });
  const finding = sampleFinding(incident.id, 'used', { finding: { severity: 'critical' } });
  await cases.save({
    incidentId: incident.id,
    incident: { value: incident, version: null },
    findings: [{ value: finding, version: null }],
    deliveries: [newDelivery(incident, 'teams', 'new', now, { findings: [finding.finding.id] })],
  });
  const away = async (): Promise<never> => {
    throw new WatchError('STORE_UNAVAILABLE', 'the table is gone');
  };
  const warnings: string[] = [];
  const told: string[] = [];
  const outbox = { mark: async () => {}, wake: async () => {} };
  const deps = {
    cases,
    compose: ({ id }: { id: string }) => ({ id }) as Alert,
    async send(channel: string) {
      if (channel === 'teams') throw new WatchError('DELIVERY_UNAVAILABLE', 'busy');
      told.push(channel);
    },
    trouble: channelTrouble({
      channels: [channelNamed('teams'), channelNamed('pager')],
      health: healthBook({ all: away, get: away, put: away, remove: away }),
      cases,
      outbox,
      settingsOf: noSettings,
      record: away,
      now: () => now,
      warn: (text) => void warnings.push(text),
    }),
    now: () => now,
  };
  for (let tries = 0; tries < 3; tries += 1) {
    await notify(incident.id, deps);
    now += 60_000;
  }
  expect(told).toEqual(['pager']);
  expect(warnings.join()).toContain('the table is gone');
});
