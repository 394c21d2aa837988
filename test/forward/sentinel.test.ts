import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Finding } from '../../shared/finding.ts';
import {
  type SentinelRow,
  sentinelColumns,
  sentinelTable,
} from '../../shared/forward/sentinel-table.ts';
import sentinel from '../../shared/forward/siem-formats/sentinel.ts';
import { severities } from '../../shared/severity.ts';
import { hostileNames, sampleFinding } from '../tell/sample-alerts.ts';
import { formatData } from './format-data.ts';
import {
  anyEvent,
  eventOf,
  hostileEvents,
  sampleHeartbeat,
  sampleLife,
  variedEvents,
} from './varied-events.ts';

const sample = formatData('sentinel-logs-ingestion.sample') as {
  reservedColumnNames: string[];
  columnNamePattern: string;
};

const isOfType: Record<string, (value: unknown) => boolean> = {
  string: (value) => typeof value === 'string',
  int: (value) => Number.isInteger(value) && Math.abs(Number(value)) < 2 ** 31,
  boolean: (value) => typeof value === 'boolean',
  datetime: (value) => typeof value === 'string' && new Date(value).toISOString() === value,
  dynamic: (value) => typeof value === 'object' && value !== null,
};

function expectDeclared(row: object) {
  expect(Object.keys(row)).toEqual(sentinelColumns.map(({ name }) => name));
  const faults = sentinelColumns.filter(
    ({ name, type }) => !isOfType[type]?.((row as SentinelRow)[name]),
  );
  expect(faults).toEqual([]);
}

describe('the columns', () => {
  test('are named as Log Analytics allows', () => {
    const names = sentinelColumns.map(({ name }) => name);
    expect(names.filter((name) => !new RegExp(sample.columnNamePattern).test(name))).toEqual([]);
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(names.length);
    expect(names).toContain('TimeGenerated');
    expect(sentinelTable).toMatch(/^[A-Za-z][A-Za-z0-9_]{0,59}_CL$/);
  });

  test.each(sample.reservedColumnNames)('leave %s to Azure', (reserved) => {
    const taken = sentinelColumns.filter(
      ({ name }) => name.toLowerCase() === reserved.toLowerCase(),
    );
    expect(taken).toEqual([]);
  });
});

describe('every row has every column, of its type, and no other', () => {
  test(`${variedEvents.length} varied events`, () => {
    for (const event of variedEvents) expectDeclared(sentinel.event(event));
  });
  test.each(Object.entries(hostileNames))('a hostile name everywhere: %s', (_, name) => {
    for (const event of hostileEvents(name)) expectDeclared(sentinel.event(event));
  });
  test('whatever the log held, and whatever people typed', () => {
    fc.assert(
      fc.property(anyEvent, (event) => expectDeclared(sentinel.event(event))),
      { numRuns: 60 },
    );
  });

  const row = sentinel.event(eventOf());
  test.each<[string, object]>([
    ['a column too many', { ...row, More: '' }],
    ['a column of another type', { ...row, Revision: '1' }],
    ['a list that is null', { ...row, Roles: null }],
    ['a time that is none', { ...row, TimeGenerated: 'yesterday' }],
  ])('the check itself refuses %s', (_, bad) => {
    expect(() => expectDeclared(bad)).toThrow();
  });
});

const rowOf = (over: Partial<Finding>) => sentinel.event(eventOf(over));

describe('what stands where', () => {
  test('the whole of a finding', () => {
    const finding = sampleFinding({ details: { seen: 3 } });
    expect(rowOf({ details: { seen: 3 } })).toMatchObject({
      TimeGenerated: finding.time,
      OccurredAt: finding.time,
      EventUid: `${finding.id}.1`,
      FindingId: finding.id,
      Revision: 1,
      IncidentId: finding.incident,
      FindingTitle: finding.title,
      Description: finding.summary,
      RuleId: finding.detection,
      RuleName: 'Break-glass account used',
      EntraTenantId: finding.tenantId,
      ActorType: 'user',
      ActorId: 'bg-1',
      ActorName: 'bg-01@contoso.example',
      ActorIp: '203.0.113.9',
      SubjectType: 'user',
      SubjectId: 'bg-1',
      SubjectName: 'bg-01@contoso.example',
      Roles: finding.roles,
      TechniqueIds: ['T1078.004'],
      TacticIds: ['TA0001', 'TA0003', 'TA0004', 'TA0005'],
      AttackVersion: '19.2',
      SourceCategory: 'SignInLogs',
      RecordIds: ['r-1'],
      CorrelationId: 'c-1',
      Details: { seen: 3 },
      EventKind: 'finding',
      WrittenAt: finding.time,
      FindingState: 'open',
      IncidentStatus: 'open',
      IsDrill: false,
    });
  });

  test('only the first telling is an alert; whoever is closed says why', () => {
    const { found, updated, withdrawn } = sampleLife;
    const told = [...found, updated, withdrawn].map((one) => sentinel.event(one));
    expect(
      told.map(({ ActivityName, IsAlert, FindingState }) => [ActivityName, IsAlert, FindingState]),
    ).toEqual([
      ['Create', true, 'open'],
      ['Update', false, 'open'],
      ['Close', false, 'withdrawn'],
    ]);
    expect(told.map(({ Comment }) => Comment.slice(0, 10))).toEqual(['', '', 'Withdrawn:']);
    expect(told[1]).toMatchObject({ IncidentStatus: 'acknowledged', OwnerName: 'Ana Ruiz' });
  });

  test('an incident is closed: what of a finding is a column stays empty', () => {
    const { resolved } = sampleLife;
    const { id, title, findings } = resolved.incident;
    expect(sentinel.event(resolved)).toEqual({
      ...Object.fromEntries(
        Object.entries(sentinel.event(sampleHeartbeat)).filter(
          ([name]) => !/^(Heartbeat|Last|Events)/.test(name),
        ),
      ),
      ...{ HeartbeatSequence: 0, HeartbeatSeconds: 0, LastRecordAt: '', EventsWaiting: 0 },
      TimeGenerated: resolved.at,
      OccurredAt: resolved.at,
      WrittenAt: resolved.at,
      EventUid: resolved.uid,
      EventKind: 'incident',
      Revision: resolved.incident.revision,
      IncidentId: id,
      ActivityName: 'Resolve',
      SeverityId: 5,
      SeverityName: 'Critical',
      FindingTitle: title,
      Description: '',
      ActorType: 'user',
      ActorId: 'ben',
      ActorName: 'Ben Okafor',
      SubjectType: 'user',
      SubjectId: 'bg-1',
      SubjectName: 'bg-01@contoso.example',
      IncidentStatus: 'resolved',
      IncidentMatter: 'break-glass',
      FindingIds: findings,
      OwnerId: 'ana',
      OwnerName: 'Ana Ruiz',
      Claim: 'emergency',
      Verdict: 'expected',
      Comment: 'Ben Okafor closed it: expected, Conditional Access locked everybody out',
    });
  });

  test('each turn has its activity; what the clock does is done by the service', () => {
    const { acknowledged, lapsed, resolved, reopened } = sampleLife;
    const told = [acknowledged, lapsed, resolved, reopened].map((one) => sentinel.event(one));
    expect(told.map(({ ActivityName, ActorType }) => [ActivityName, ActorType])).toEqual([
      ['Acknowledge', 'user'],
      ['Lapse', 'other'],
      ['Resolve', 'user'],
      ['Reopen', 'other'],
    ]);
  });

  test('a heartbeat', () => {
    expect(sentinel.event(sampleHeartbeat)).toMatchObject({
      TimeGenerated: sampleHeartbeat.at,
      EventUid: sampleHeartbeat.uid,
      EventKind: 'heartbeat',
      ActivityName: 'Heartbeat',
      IsAlert: false,
      EntraTenantId: sampleHeartbeat.tenantId,
      HeartbeatSequence: sampleHeartbeat.sequence,
      HeartbeatSeconds: 300,
      LastRecordAt: sampleHeartbeat.lastRecordAt,
      EventsWaiting: 3,
    });
    expect(sentinel.event({ ...sampleHeartbeat, lastRecordAt: null }).LastRecordAt).toBe('');
  });

  test('severities rise from 1 to 5', () => {
    const told = severities.map((severity) => rowOf({ severity }));
    expect(told.map(({ SeverityId }) => SeverityId)).toEqual([1, 2, 3, 4, 5]);
    expect(told.map(({ SeverityName }) => SeverityName.toLowerCase())).toEqual(severities);
  });

  test('what nothing is known of is empty, never null', () => {
    const nobody = { type: 'other', id: null, name: null } as const;
    const source = { category: 'Graph', recordIds: [], correlationId: null };
    const row = rowOf({
      actor: null,
      subject: nobody,
      source,
      roles: [],
      techniques: [],
      details: {},
    });
    const { ActorType, ActorIp, SubjectName, CorrelationId, AttackVersion } = row;
    expect([ActorType, ActorIp, SubjectName, CorrelationId, AttackVersion].join('')).toBe('');
    const { Roles, TechniqueIds, TacticIds, RecordIds, Details } = row;
    expect([Roles, TechniqueIds, TacticIds, RecordIds, Details]).toEqual([[], [], [], [], {}]);
  });

  test('a replaced technique has its present id, one that nobody knows its own', () => {
    const { TechniqueIds, AttackVersion } = rowOf({
      techniques: ['T9999', 'T1562.008', 'T1685.002', 'T1098'],
    });
    expect(TechniqueIds).toEqual(['T9999', 'T1685.002', 'T1098']);
    expect(AttackVersion).toBe('19.2');
  });

  test('a detection that this release does not have is called by its id', () => {
    expect(rowOf({ detection: 'unheard-of' }).RuleName).toBe('unheard-of');
  });

  test('an address that is none is still told', () => {
    const actor = { type: 'user', id: 'x', name: null, ip: '203.0.113.9:443' } as const;
    expect(rowOf({ actor }).ActorIp).toBe('203.0.113.9:443');
  });
});
