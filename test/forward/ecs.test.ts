import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Finding } from '../../shared/finding.ts';
import ecs, { type EcsAlert } from '../../shared/forward/siem-formats/ecs.ts';
import { severities } from '../../shared/severity.ts';
import { hostileNames, sampleFinding } from '../tell/sample-alerts.ts';
import { expectValidAlert } from './ecs-check.ts';
import { formatData } from './format-data.ts';
import { anyFinding, fullDetails, hostileFinding, jo, variedFindings } from './varied-findings.ts';

const { ownMapping, ecsVersion } = formatData('ecs-fields-9.4.0') as {
  ownMapping: Record<string, Record<string, number>>;
  ecsVersion: string;
};

describe('every finding is a valid alert', () => {
  test(`${variedFindings.length} varied findings`, () => {
    for (const finding of variedFindings) expectValidAlert(ecs.event(finding));
  });
  test.each(Object.entries(hostileNames))('a hostile name everywhere: %s', (_, name) => {
    expectValidAlert(ecs.event(hostileFinding(name)));
  });
  test('whatever the log held', () => {
    fc.assert(fc.property(anyFinding, (finding) => expectValidAlert(ecs.event(finding))));
  });
});

describe('the check itself refuses', () => {
  const alert = ecs.event(sampleFinding());
  const { event } = alert;
  test.each<[string, object]>([
    ['a field that ECS does not have', { ...alert, actor: { name: 'jo' } }],
    ['a text for a list', { ...alert, event: { ...event, category: 'iam' } }],
    ['a list for a text', { ...alert, message: ['a'] }],
    ['a value that is not allowed', { ...alert, event: { ...event, kind: 'detection' } }],
    [
      'a type that does not go with the category',
      { ...alert, event: { ...event, type: ['end'], category: ['iam'] } },
    ],
    ['a keyword too long to be indexed', { ...alert, rule: { name: 'x'.repeat(1025) } }],
    ['an address with a zone', { ...alert, source: { ip: 'fe80::1%eth0' } }],
    ['an unknown extra', { ...alert, glasswatch: { ...alert.glasswatch, more: 'x' } }],
    ['a level in the details', { ...alert, glasswatch: { details: { a: { b: 'c' } } } }],
    ['a number in the details', { ...alert, glasswatch: { details: { a: 1 } } }],
  ])('%s', (_, bad) => {
    expect(() => expectValidAlert(bad as EcsAlert)).toThrow();
  });
});

const alertOf = (over: Partial<Finding>) => ecs.event(sampleFinding(over));
const sam = { type: 'user', id: 'sam-1', name: 'sam@contoso.example' } as const;

describe('what stands where', () => {
  test('the version, the kind, the id, the time', () => {
    const alert = alertOf({ revision: 3 });
    const { id, time, detection } = sampleFinding();
    expect(alert).toMatchObject({
      '@timestamp': time,
      ecs: { version: ecsVersion },
      event: { kind: 'alert', id: `${id}.3`, sequence: 3, action: detection },
      rule: { id: detection, name: 'Break-glass account used' },
      glasswatch: { finding: { id, revision: 3, is_update: true } },
    });
    const areUpdates = [1, 2].map((revision) => alertOf({ revision }).glasswatch.finding.is_update);
    expect(areUpdates).toEqual([false, true]);
  });

  test('severities are those of the mapping', () => {
    const told = severities.map((severity) => alertOf({ severity }).event.severity);
    expect(told).toEqual(Object.values(ownMapping['event.severity'] ?? {}));
  });

  test.each([
    ['SignInLogs', {}, 'authentication', 'start'],
    ['NonInteractiveUserSignInLogs', {}, 'authentication', 'start'],
    ['AuditLogs', {}, 'iam', 'admin'],
    ['AuditLogs', { policy: 'MFA' }, 'configuration', 'change'],
    ['Administrative', {}, 'configuration', 'change'],
    ['Graph', {}, 'iam', 'info'],
    ['RiskyUsers', {}, 'intrusion_detection', 'info'],
  ])('%s %j is %s, %s', (category, details, kind, type) => {
    const source = { category, recordIds: [], correlationId: null };
    const { event } = alertOf({ source, details });
    expect([event.category[0], event.type[0]]).toEqual([kind, type]);
  });

  test('somebody did it to somebody: both, and the roles are of the other', () => {
    const { user, related } = alertOf({ subject: sam, actor: { ...jo, ip: null } });
    const target = { id: sam.id, name: sam.name, roles: ['Global Administrator'] };
    expect(user).toEqual({ id: jo.id, name: jo.name, target });
    expect(related?.user).toEqual([jo.id, jo.name, sam.id, sam.name]);
  });

  test('somebody did it themselves: one user, with the roles', () => {
    const { user } = alertOf({ subject: { ...jo, name: null }, actor: { ...jo, ip: null } });
    expect(user).toEqual({ id: jo.id, name: jo.name, roles: ['Global Administrator'] });
  });

  test('without ids, who has the same name is the same', () => {
    const named = { type: 'user', id: null, name: jo.name } as const;
    const { user } = alertOf({ subject: named, actor: { ...named, ip: null } });
    expect(user).toEqual({ name: jo.name, roles: ['Global Administrator'] });
    const other = alertOf({ subject: { ...named, name: 'sam' }, actor: { ...named, ip: null } });
    expect(other.user?.target?.name).toBe('sam');
  });

  test('nobody did it: the subject is the user', () => {
    const { user, source, glasswatch } = alertOf({ subject: sam, actor: null, details: {} });
    expect(user).toEqual({ id: sam.id, name: sam.name, roles: ['Global Administrator'] });
    expect([source, glasswatch.actor]).toEqual([undefined, undefined]);
  });

  test('a group is a group, and no user', () => {
    const group = { type: 'group', id: 'g-1', name: 'Tier 0' } as const;
    const alert = alertOf({ subject: group, actor: { ...jo, ip: null } });
    expect(alert.group).toEqual({ id: 'g-1', name: 'Tier 0' });
    expect(alert.user).toEqual({ id: jo.id, name: jo.name });
    expect(alertOf({ subject: sam }).group).toBeUndefined();
  });

  test('an address is one, or only a text', () => {
    const from = (ip: string) => alertOf({ actor: { ...jo, ip }, details: fullDetails });
    const geo = { city_name: 'Lisbon', country_iso_code: 'PT' };
    expect(from('2001:db8::7').source).toEqual({ ip: '2001:db8::7', address: '2001:db8::7', geo });
    expect(from('fe80::1%eth0').source).toEqual({ address: 'fe80::1%eth0', geo });
    expect(from('fe80::1%eth0').related?.ip).toBeUndefined();
    expect(from('2001:db8::7').related?.ip).toEqual(['2001:db8::7']);
    const { source } = alertOf({ details: { country: 'Portugal' } });
    expect(source?.geo).toBeUndefined();
  });

  test('only a failure is known', () => {
    expect(alertOf({}).event.outcome).toBeUndefined();
    const { outcome, reason } = alertOf({ details: { failure: 'denied' } }).event;
    expect([outcome, reason]).toEqual(['failure', 'denied']);
    expect(alertOf({ details: { error: 50126 } }).event.outcome).toBe('failure');
  });

  test('techniques are those of the present matrix; a replaced id stands beside', () => {
    const { threat, glasswatch } = alertOf({ techniques: ['T1098.003', 'T1562.008', 'T9999'] });
    expect(threat?.technique).toEqual({
      id: ['T1098', 'T1685', 'T9999'],
      name: ['Account Manipulation', 'Disable or Modify Tools'],
      subtechnique: {
        id: ['T1098.003', 'T1685.002'],
        name: ['Additional Cloud Roles', 'Disable or Modify Cloud Log'],
      },
    });
    expect(threat?.tactic?.name).toEqual([
      'Persistence',
      'Privilege Escalation',
      'Defense Impairment',
    ]);
    expect(glasswatch.attack).toEqual({ version: '19.2', replaced_ids: ['T1562.008'] });
    expect(alertOf({ techniques: [] }).threat).toBeUndefined();
  });

  test('details are one level of texts', () => {
    const details = { 'a.b': { c: [1, null, { d: 2 }] }, seen: 3, isNew: false, gone: null };
    expect(alertOf({ details }).glasswatch.details).toEqual({
      a_b_c: ['1', '{"d":2}'],
      seen: '3',
      isNew: 'false',
    });
    expect(alertOf({ details: {} }).glasswatch.details).toBeUndefined();
  });

  test('a long text is a message whole, and a keyword cut', () => {
    const summary = 'word '.repeat(390).trim();
    const title = 'x'.repeat(1200);
    const alert = alertOf({ summary, title, details: { userAgent: title } });
    expect(alert.message).toBe(summary);
    expect(alert.user_agent?.original).toHaveLength(1024);
    expect(alertOf({ summary: '', title: 'this' }).message).toBe('this');
  });
});
