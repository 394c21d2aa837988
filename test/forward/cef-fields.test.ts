import { describe, expect, test } from 'vitest';
import type { Finding } from '../../shared/finding.ts';
import cef from '../../shared/forward/siem-formats/cef.ts';
import { severities } from '../../shared/severity.ts';
import { sampleFinding } from '../tell/sample-alerts.ts';
import { parseCef } from './cef-reader.ts';
import { formatData } from './format-data.ts';
import { eventOf, sampleHeartbeat, sampleLife } from './varied-events.ts';
import { jo } from './varied-findings.ts';

const vectors = formatData('cef-syslog.vectors') as { severityMap: Record<string, number> };

const fieldsOf = (over: Partial<Finding>) => parseCef(cef.line(eventOf(over)));

describe('what stands where', () => {
  test('the whole of a finding', () => {
    const finding = sampleFinding();
    const { header, extension } = fieldsOf({});
    expect(header.slice(3)).toEqual([finding.detection, 'Break-glass account used', '10']);
    expect(extension).toEqual({
      rt: String(Date.parse(finding.time)),
      externalId: finding.id,
      deviceExternalId: finding.tenantId,
      act: 'create',
      cs2Label: 'eventUid',
      cs2: `${finding.id}.1`,
      cn1Label: 'revision',
      cn1: '1',
      cat: 'SignInLogs',
      cs1Label: 'attackTechnique',
      cs1: 'T1078.004',
      suser: 'bg-01@contoso.example',
      suid: 'bg-1',
      src: '203.0.113.9',
      cs3Label: 'incident',
      cs3: finding.incident,
      flexString1Label: 'incidentStatus',
      flexString1: 'open',
      cs4Label: 'roles',
      cs4: 'Global Administrator',
      cs5Label: 'subject',
      cs5: 'user bg-01@contoso.example',
      destinationServiceName: 'Azure Portal',
      cs6Label: 'details',
      cs6: JSON.stringify(finding.details),
      msg: `${finding.title} - ${finding.summary}`,
    });
  });

  test('severities are those of the mapping', () => {
    const told = severities.map((severity) => Number(fieldsOf({ severity }).header[5]));
    expect(told).toEqual(Object.values(vectors.severityMap));
  });

  test('an update is an update', () => {
    expect(fieldsOf({ revision: 2 }).extension).toMatchObject({ act: 'update', cn1: '2' });
  });

  test('somebody else is the destination; a group is only the subject', () => {
    const sam = { id: 'sam-1', name: 'sam@contoso.example' };
    const user = fieldsOf({ subject: { type: 'user', ...sam } }).extension;
    expect(user).toMatchObject({ suid: 'bg-1', duid: sam.id, duser: sam.name });
    const group = fieldsOf({ subject: { type: 'group', ...sam } }).extension;
    expect(group).not.toHaveProperty('duser');
    expect(group.cs5).toBe(`group ${sam.name}`);
    const alone = fieldsOf({ actor: null }).extension;
    expect(alone).toMatchObject({ duser: 'bg-01@contoso.example' });
    expect(alone).not.toHaveProperty('suser');
  });

  test('an address of version 6 has a field of its own; what is none has no field', () => {
    const from = (ip: string) => fieldsOf({ actor: { ...jo, ip } }).extension;
    expect(from('2001:db8::7')).toMatchObject({ c6a2: '2001:db8::7' });
    expect(from('2001:db8::7')).not.toHaveProperty('src');
    expect(from('203.0.113.9:443')).not.toHaveProperty('src');
  });

  test('a failure is told, and why', () => {
    const { extension } = fieldsOf({ details: { error: 50126, failure: 'wrong password' } });
    expect(extension).toMatchObject({ outcome: 'failure', reason: 'wrong password' });
    expect(fieldsOf({}).extension).not.toHaveProperty('outcome');
    expect(fieldsOf({ details: { error: 50126 } }).extension.outcome).toBe('failure');
  });

  test('details are JSON, as much of it as fits', () => {
    expect(fieldsOf({ details: {} }).extension).not.toHaveProperty('cs6');
    const details = { list: Array.from({ length: 300 }, () => 'x'.repeat(20)), error: 7 };
    const { cs6 = '' } = fieldsOf({ details }).extension;
    expect(cs6.length).toBeLessThanOrEqual(2000);
    expect(JSON.parse(cs6)).toMatchObject({ list: expect.any(Array), error: 7 });
  });

  test('a role is named once, and an id has at most the length of its field', () => {
    const role = { templateId: 'r', name: 'Reader', scope: '/' };
    expect(fieldsOf({ roles: [role, { ...role, scope: '/au' }] }).extension.cs4).toBe('Reader');
    const id = 'f'.repeat(60);
    expect(fieldsOf({ id }).extension).toMatchObject({
      externalId: `${'f'.repeat(39)}…`,
      cs2: `${id}.1`,
    });
  });
});

describe('what became of it', () => {
  test('a finding is closed, and why; what failed once is no reason any more', () => {
    const details = { error: 50126, failure: 'wrong password' };
    const closed = { change: 'closed', state: 'withdrawn' } as const;
    const event = eventOf({ details, revision: 3 }, closed);
    const { header, extension } = parseCef(cef.line(event));
    expect(header.slice(3, 5)).toEqual(['breakglass-signin-success', 'Break-glass account used']);
    expect(extension).toMatchObject({ act: 'close', reason: 'withdrawn', cn1: '3' });
    expect(extension.msg).toMatch(/^Withdrawn: a later record .+ nothing to find\. - Break-glass/);
  });

  test('the incident, its answer and whether it is a drill', () => {
    const answer = { ...sampleLife.resolved.answer, verdict: 'drill', isDrill: true } as const;
    expect(parseCef(cef.line(eventOf({}, { answer }))).extension).toMatchObject({
      flexString1: 'resolved',
      flexString2Label: 'verdict',
      flexString2: 'drill',
      flexNumber1Label: 'isDrill',
      flexNumber1: '1',
    });
  });

  test('an incident is acknowledged', () => {
    const { acknowledged } = sampleLife;
    const { header, extension } = parseCef(cef.line(acknowledged));
    expect(header.slice(3)).toEqual(['incident-acknowledged', 'Incident acknowledged', '10']);
    expect(extension).toEqual({
      rt: String(Date.parse(acknowledged.at)),
      externalId: acknowledged.incident.id,
      deviceExternalId: acknowledged.tenantId,
      act: 'acknowledge',
      cs2Label: 'eventUid',
      cs2: acknowledged.uid,
      cn1Label: 'revision',
      cn1: '2',
      cat: 'incident',
      suser: 'Ana Ruiz',
      suid: 'ana',
      cs3Label: 'incident',
      cs3: acknowledged.incident.id,
      flexString1Label: 'incidentStatus',
      flexString1: 'acknowledged',
      cs5Label: 'subject',
      cs5: 'user bg-01@contoso.example',
      cs6Label: 'details',
      cs6: JSON.stringify({
        matter: 'break-glass',
        owner: { id: 'ana', name: 'Ana Ruiz' },
        claim: 'emergency',
        findings: acknowledged.incident.findings,
      }),
      msg: `${acknowledged.incident.title} - ${acknowledged.text}`,
    });
  });

  test('each turn has a class of its own, and nobody did what the clock does', () => {
    const { acknowledged, lapsed, resolved, reopened } = sampleLife;
    const told = [acknowledged, lapsed, resolved, reopened].map((one) => parseCef(cef.line(one)));
    expect(told.map(({ header, extension }) => [header[3], extension.act, extension.suid])).toEqual(
      [
        ['incident-acknowledged', 'acknowledge', 'ana'],
        ['incident-lapsed', 'lapse', undefined],
        ['incident-resolved', 'resolve', 'ben'],
        ['incident-reopened', 'reopen', undefined],
      ],
    );
  });

  test('a heartbeat', () => {
    const { header, extension } = parseCef(cef.line(sampleHeartbeat));
    expect(header.slice(3)).toEqual(['heartbeat', 'Heartbeat', '1']);
    expect(extension).toEqual({
      rt: String(Date.parse(sampleHeartbeat.at)),
      deviceExternalId: sampleHeartbeat.tenantId,
      act: 'heartbeat',
      cs2Label: 'eventUid',
      cs2: sampleHeartbeat.uid,
      cn1Label: 'sequence',
      cn1: String(sampleHeartbeat.sequence),
      cat: 'heartbeat',
      cs6Label: 'details',
      cs6: '{"intervalSeconds":300,"lastRecordAt":"2026-11-20T02:04:51.207Z","waiting":3}',
      msg: 'Glasswatch is alive. The last log record arrived at 2026-11-20T02:04:51.207Z; events that wait for this receiver: 3.',
    });
  });
});
