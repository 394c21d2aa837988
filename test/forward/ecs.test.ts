import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Finding } from '../../shared/finding.ts';
import type { EcsEvent } from '../../shared/forward/ecs/parts.ts';
import ecs from '../../shared/forward/siem-formats/ecs.ts';
import { severities } from '../../shared/severity.ts';
import { hostileNames, sampleFinding } from '../tell/sample-alerts.ts';
import { expectValid, ownFields } from './ecs-check.ts';
import { formatData } from './format-data.ts';
import {
  anyEvent,
  eventOf,
  hostileEvents,
  sampleHeartbeat,
  sampleLife,
  variedEvents,
} from './varied-events.ts';
import { fullDetails, jo } from './varied-findings.ts';

const { ownMapping, ecsVersion } = formatData('ecs-fields-9.4.0') as {
  ownMapping: Record<string, Record<string, number>>;
  ecsVersion: string;
};

describe('every event is valid', () => {
  test(`${variedEvents.length} varied events`, () => {
    for (const event of variedEvents) expectValid(ecs.event(event));
  });
  test.each(Object.entries(hostileNames))('a hostile name everywhere: %s', (_, name) => {
    for (const event of hostileEvents(name)) expectValid(ecs.event(event));
  });
  test('whatever the log held, and whatever people typed', () => {
    fc.assert(
      fc.property(anyEvent, (event) => expectValid(ecs.event(event))),
      { numRuns: 60 },
    );
  });
});

describe('the check itself refuses', () => {
  const alert = ecs.event(eventOf());
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
    expect(() => expectValid(bad as EcsEvent)).toThrow();
  });
});

const alertOf = (over: Partial<Finding>) => ecs.event(eventOf(over));
const sam = { type: 'user', id: 'sam-1', name: 'sam@contoso.example' } as const;

describe('what stands where', () => {
  test('the version, the kind, the id, the time', () => {
    const { id, time, detection } = sampleFinding();
    expect(alertOf({})).toMatchObject({
      '@timestamp': time,
      ecs: { version: ecsVersion },
      event: {
        kind: 'alert',
        dataset: 'glasswatch.finding',
        id: `${id}.1`,
        sequence: 1,
        action: detection,
      },
      rule: { id: detection, name: 'Break-glass account used' },
      glasswatch: { change: 'created', finding: { id, revision: 1, is_update: false } },
    });
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
    expect([event.category?.[0], event.type[0]]).toEqual([kind, type]);
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

describe('what became of it', () => {
  test('an update is no second alert, and no second sign-in', () => {
    const { event, glasswatch, ...more } = ecs.event(sampleLife.updated);
    const { finding, uid, at } = sampleLife.updated;
    expect(event).toMatchObject({ kind: 'event', category: ['authentication'], type: ['info'] });
    expect(event).toMatchObject({ id: uid, sequence: 2, created: at, action: finding.detection });
    expect(more['@timestamp']).toBe(finding.time);
    expect(glasswatch).toMatchObject({
      change: 'updated',
      finding: { revision: 2, is_update: true, state: 'open' },
      incident: { status: 'acknowledged', claim: 'emergency', is_drill: false },
    });
  });

  test('a finding is closed, and why', () => {
    const { event, glasswatch } = ecs.event(sampleLife.withdrawn);
    expect(glasswatch).toMatchObject({ change: 'closed', finding: { state: 'withdrawn' } });
    expect(event.reason).toMatch(/^Withdrawn: /);
    const over = eventOf({}, { change: 'closed', state: 'resolved' });
    expect(ecs.event(over).event.reason).toMatch(/^Over: /);
  });

  test('an incident is acknowledged: who did it is the user', () => {
    const { acknowledged } = sampleLife;
    const { id, revision, title, firstAt, lastAt, findings } = acknowledged.incident;
    expect(ecs.event(acknowledged)).toMatchObject({
      '@timestamp': acknowledged.at,
      message: 'Ana Ruiz has it: emergency, Conditional Access locked everybody out',
      event: {
        kind: 'event',
        type: ['change'],
        dataset: 'glasswatch.incident',
        action: 'incident-acknowledged',
        id: acknowledged.uid,
        severity: 99,
        sequence: revision,
        start: firstAt,
        end: lastAt,
      },
      user: { id: 'ana', name: 'Ana Ruiz' },
      related: { user: ['ana', 'Ana Ruiz', 'bg-1', 'bg-01@contoso.example'] },
      glasswatch: {
        change: 'acknowledged',
        incident: {
          ...{ id, revision, title, findings, matter: 'break-glass', status: 'acknowledged' },
          owner: { id: 'ana', name: 'Ana Ruiz' },
          claim: 'emergency',
        },
        subject: { type: 'user', id: 'bg-1' },
      },
    });
  });

  test('each turn has its action and type; nobody did what the clock does', () => {
    const { acknowledged, lapsed, resolved, reopened } = sampleLife;
    const told = [acknowledged, lapsed, resolved, reopened].map((one) => ecs.event(one));
    expect(told.map(({ event, user }) => [event.action, ...event.type, user?.name])).toEqual([
      ['incident-acknowledged', 'change', 'Ana Ruiz'],
      ['incident-lapsed', 'change', undefined],
      ['incident-resolved', 'end', 'Ben Okafor'],
      ['incident-reopened', 'start', undefined],
    ]);
    expect(told[2]?.glasswatch.incident).toMatchObject({ status: 'resolved', verdict: 'expected' });
    expect(told.map(({ event }) => event.category)).toEqual(Array(4).fill(undefined));
  });

  test('a heartbeat is a state', () => {
    const { at, uid, sequence, tenantId } = sampleHeartbeat;
    expect(ecs.event(sampleHeartbeat)).toMatchObject({
      '@timestamp': at,
      event: {
        kind: 'state',
        action: 'heartbeat',
        dataset: 'glasswatch.heartbeat',
        id: uid,
        sequence,
      },
      organization: { id: tenantId },
      glasswatch: {
        heartbeat: {
          interval_seconds: 300,
          waiting: 3,
          last_record_at: sampleHeartbeat.lastRecordAt,
        },
      },
    });
    const never = ecs.event({ ...sampleHeartbeat, lastRecordAt: null });
    expect(never.glasswatch.heartbeat).not.toHaveProperty('last_record_at');
    expect(never.message).toContain('No log record has arrived so far');
  });
});

type Mapping = { type?: string; properties?: Record<string, Mapping> };

test('the template that docs/siem/elastic.md shows maps each field of our own', () => {
  const page = readFileSync(new URL('../../docs/siem/elastic.md', import.meta.url), 'utf8');
  const [, text = ''] = /PUT _index_template\/\S+\n([\s\S]*?)\n *```/.exec(page) ?? [];
  const { mappings } = JSON.parse(text).template as {
    mappings: Mapping & {
      dynamic_templates: Record<string, { path_match: string; mapping: Mapping }>[];
    };
  };
  const [keywords] = mappings.dynamic_templates.flatMap(Object.values);
  expect(keywords).toMatchObject({ path_match: 'glasswatch.*', mapping: { type: 'keyword' } });
  const typeOf = (path: string) =>
    path.split('.').reduce<Mapping | undefined>((at, key) => at?.properties?.[key], mappings)?.type;
  const wrong = [...ownFields].filter(([path, type]) => {
    const mapped = typeOf(path);
    return ['keyword', 'keywords', 'roles'].includes(type) ? mapped !== undefined : mapped !== type;
  });
  expect(wrong).toEqual([]);
  expect(typeOf('glasswatch.details')).toBe('flattened');
});
