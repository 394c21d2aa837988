import { expect, test } from 'vitest';
import { tableCases } from '../../shared/azure/table-cases.ts';
import { memoryCases } from '../../shared/record/memory-cases.ts';
import { newDelivery } from '../../shared/record/outbox.ts';
import { recordFindings } from '../../shared/record/record-findings.ts';
import { unheard } from '../../shared/record/unheard.ts';
import { noResponse } from '../../shared/respond/response.ts';
import { azuriteStorage } from './azurite-storage.ts';
import { casesContract } from './cases.contract.ts';
import { notifyContract } from './notify.contract.ts';
import { recordingContract } from './recording.contract.ts';
import {
  newCase,
  newIncidentId,
  now,
  sampleFinding,
  sampleFound,
  sampleIncident,
} from './sample-findings.ts';

const inMemory = memoryCases();
casesContract('memory', () => inMemory);
recordingContract('memory', () => inMemory);
notifyContract('memory', () => inMemory);

const { storage } = azuriteStorage();
const stored = () => tableCases(storage().cases);
casesContract('Table Storage', stored);
recordingContract('Table Storage', stored);
notifyContract('Table Storage', stored);

const big = 'ä"'.repeat(600_000);

test('a finding too large for a row loses details first', async () => {
  const id = newIncidentId();
  const value = sampleFinding(id, 'big', {
    finding: { details: { big, small: 'kept', gathered: { actors: ['ada'] } } },
  });
  await stored().save({ ...newCase(id), findings: [{ value, version: null }] });

  const [kept] = await stored().findingsOf(id);
  expect(kept?.finding).toEqual({
    ...value.finding,
    details: { small: 'kept', gathered: { actors: ['ada'] }, cut: ['big'] },
  });
});

test('a finding that is large all over is cut short, and its repeat is no news', async () => {
  const id = newIncidentId();
  const found = () => sampleFound(id, 'big', { finding: { summary: big, title: big } });
  const deps = { ...unheard, cases: stored(), now };

  expect(await recordFindings([found()], deps)).toBe(1);
  expect(await recordFindings([found()], deps)).toBe(0);
  const kept = await stored().load(id);
  expect(kept?.findings[0]?.finding.summary).toMatch(/^ä"ä".{1,4000}…$/);
  expect(kept?.incident.title.length).toBeLessThan(10_000);
});

test('findings that are too large together each lose a share', async () => {
  const id = newIncidentId();
  const values = Array.from({ length: 80 }, (_, n) =>
    sampleFinding(id, `number ${n}`, { finding: { details: { n, text: '"'.repeat(60_000) } } }),
  );
  await stored().save({
    ...newCase(id),
    findings: values.map((value) => ({ value, version: null })),
  });

  const findings = await stored().findingsOf(id);
  expect(findings).toHaveLength(80);
  expect(findings.every(({ finding }) => 'n' in finding.details)).toBe(true);
});

test('a person who looks into the table can read its columns', async () => {
  const id = newIncidentId();
  await stored().save(newCase(id));

  expect(await storage().cases.getEntity(id, 'incident')).toMatchObject({
    kind: 'incident',
    severity: 'high',
    status: 'open',
    title: 'Privileged role assigned',
    updatedAt: '2026-11-02T08:00:00.000Z',
  });
});

test('an incident from before incidents had an answer is one that nobody has answered', async () => {
  const id = newIncidentId();
  const { response: _, ...incident } = sampleIncident(id);
  const { severity: __, ...delivery } = newDelivery(sampleIncident(id), 'secops', 'new', now);
  const rows = [
    { rowKey: 'incident', json: JSON.stringify(incident) },
    { rowKey: `delivery|${delivery.id}`, json: JSON.stringify(delivery) },
  ];
  for (const row of rows) await storage().cases.createEntity({ partitionKey: id, ...row });

  const kept = await stored().load(id);
  expect(kept?.incident.response).toEqual(noResponse);
  expect((await stored().read(id, [])).incident?.value.response).toEqual(noResponse);
  expect(kept?.deliveries[0]?.value.severity).toBe('critical');
  expect(
    await recordFindings([sampleFound(id, 'more')], { ...unheard, cases: stored(), now }),
  ).toBe(1);
});
