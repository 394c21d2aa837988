import { describe, expect, test } from 'vitest';
import type { Finding } from '../../shared/finding.ts';
import { eventUidOf } from '../../shared/forward/siem-format.ts';
import cef from '../../shared/forward/siem-formats/cef.ts';
import { severities } from '../../shared/severity.ts';
import { sampleFinding } from '../tell/sample-alerts.ts';
import { parseCef } from './cef-reader.ts';
import { formatData } from './format-data.ts';
import { jo } from './varied-findings.ts';

const vectors = formatData('cef-syslog.vectors') as { severityMap: Record<string, number> };

const fieldsOf = (over: Partial<Finding>) => parseCef(cef.event(sampleFinding(over)));

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
      cs2: eventUidOf(finding),
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
