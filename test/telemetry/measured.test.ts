import { describe, expect, test } from 'vitest';
import { enqueuedAt } from '../../functions/triggers/enqueued-at.ts';
import type { PumpReport } from '../../shared/forward/pump/pump.ts';
import type { CaseStore } from '../../shared/record/case-store.ts';
import { StreamWatch } from '../../shared/streams/stream-watch.ts';
import { measuredCases } from '../../shared/telemetry/measured-cases.ts';
import { measureBatch, measuredStreams } from '../../shared/telemetry/measured-ingest.ts';
import { measurePump } from '../../shared/telemetry/measured-pump.ts';
import { measuredTelling } from '../../shared/telemetry/measured-telling.ts';
import { measuredBy } from './measured-by.ts';

type CaseChange = Parameters<CaseStore['save']>[0];
type Delivery = Parameters<ReturnType<typeof measuredTelling>['trouble']['worked']>[0];

const at = Date.parse('2026-11-20T12:00:00Z');

describe('a batch', () => {
  test('is counted by what became of its records, and what was none is left out', () => {
    const { measure, noted } = measuredBy();
    const report = { records: 8, judged: 5, skipped: 3, deadLetters: 0, findings: 1 };
    measureBatch(report, [at - 1_500, at - 500], at, measure);
    expect(noted).toEqual([
      ['glasswatch.records', 5, { outcome: 'judged' }],
      ['glasswatch.records', 3, { outcome: 'skipped' }],
      ['glasswatch.ingest.wait', 1.5, {}],
      ['glasswatch.ingest.wait', 0.5, {}],
    ]);
  });

  test('says the age of each record that was read, and still counts the others for the streams', () => {
    const { measure, noted } = measuredBy();
    const counted: object[] = [];
    const streams = measuredStreams(
      { tally: { count: (one) => void counted.push(one) }, flushIfDue: async () => {} },
      measure,
    );
    const arrival = { tenantId: 't', category: 'AuditLogs', arrivedAt: at };
    streams.tally.count({ ...arrival, lagMs: 90_000 });
    streams.tally.count(arrival);
    expect(noted).toEqual([['glasswatch.record.age', 90, { category: 'AuditLogs' }]]);
    expect(counted).toEqual([{ ...arrival, lagMs: 90_000 }, arrival]);
  });

  test.each([
    ['auditlogs', 'AuditLogs'],
    ['AADNonInteractiveUserSignInLogs', 'NonInteractiveUserSignInLogs'],
    ['ADFSSignInLogs', 'ADFSSignInLogs'],
    ['AADADFSSignInLogs', 'ADFSSignInLogs'],
    ['mallory@contoso.example', 'other'],
    ['203.0.113.7', 'other'],
    ['aad', 'other'],
    ['', 'other'],
  ])('its category %j is measured as %s', (category, measured) => {
    const { measure, noted } = measuredBy();
    const quiet = new StreamWatch(
      { save: async () => {}, read: async () => [] } as never,
      () => {},
    );
    measuredStreams(quiet, measure).tally.count({
      tenantId: 't',
      category,
      arrivedAt: at,
      lagMs: 0,
    });
    expect(noted).toEqual([['glasswatch.record.age', 0, { category: measured }]]);
  });
});

describe('the times at which the hub took messages', () => {
  test.each([
    ['without a zone: UTC', '2026-11-20T12:00:00.123', at + 123],
    ['with Z', '2026-11-20T12:00:00Z', at],
    ['with an offset', '2026-11-20T13:30:00+01:30', at],
    ['with seven digits of a second', '2026-11-20T12:00:00.1234567', at + 123],
  ])('are read %s', (_, written, read) => {
    expect(enqueuedAt({ enqueuedTimeUtcArray: [written] })).toEqual([read]);
  });

  test('leave out what is none', () => {
    const times = ['yesterday', 7, null, {}, '', '2026-13-01T00:00:00', '2026-11-20T12:00:00'];
    expect(enqueuedAt({ enqueuedTimeUtcArray: times })).toEqual([at]);
  });

  test.each([
    undefined,
    null,
    {},
    { enqueuedTimeUtcArray: 'x' },
    'x',
    { enqueuedTimeUtcArray: null },
  ])('are none in %j', (metadata) => {
    expect(enqueuedAt(metadata)).toEqual([]);
  });
});

describe('a save', () => {
  const told = [
    { kind: 'finding', change: 'created', finding: { detection: 'any', severity: 'high' } },
    { kind: 'incident', change: 'acknowledged' },
    { kind: 'heartbeat' },
  ];
  const change = { events: told.map((event) => ({ event })) } as unknown as CaseChange;
  const storeThat = (save: () => Promise<void>): Pick<CaseStore, 'save'> => ({ save });

  test('counts what SIEMs are told of it', async () => {
    const { measure, noted } = measuredBy();
    await measuredCases(
      storeThat(async () => {}),
      measure,
    ).save(change);
    expect(noted).toEqual([
      ['glasswatch.findings', 1, { detection: 'any', severity: 'high', change: 'created' }],
      ['glasswatch.incidents', 1, { change: 'acknowledged' }],
    ]);
  });

  test('that fails, or that nobody is told of, counts nothing', async () => {
    const { measure, noted } = measuredBy();
    const down = storeThat(() => Promise.reject(new Error('down')));
    await expect(measuredCases(down, measure).save(change)).rejects.toThrow('down');
    const { events: _, ...untold } = change;
    await measuredCases(
      storeThat(async () => {}),
      measure,
    ).save(untold);
    expect(noted).toEqual([]);
  });
});

describe('what is told', () => {
  const delivery = { channel: 'secops', createdAt: new Date(at - 2_500).toISOString() } as Delivery;
  const trouble = { worked: async () => {}, failed: async () => {} } as never;

  test('is counted by its channel, and a failure stays a failure', async () => {
    const { measure, noted } = measuredBy();
    const isDown = new Set(['box']);
    const send = async (channel: string) => {
      if (isDown.has(channel)) throw new Error('down');
    };
    const ways = measuredTelling({ send, trouble, now: () => at }, measure);
    await ways.send('secops', {} as never);
    await expect(ways.send('box', {} as never)).rejects.toThrow('down');
    expect(noted).toEqual([
      ['glasswatch.deliveries', 1, { channel: 'secops', outcome: 'delivered' }],
      ['glasswatch.deliveries', 1, { channel: 'box', outcome: 'failed' }],
    ]);
  });

  test('says how long people waited, from the finding on', async () => {
    const { measure, noted } = measuredBy();
    const ways = measuredTelling({ send: async () => {}, trouble, now: () => at }, measure);
    await ways.trouble.worked(delivery);
    expect(noted).toEqual([['glasswatch.alert.delay', 2.5, { channel: 'secops' }]]);
  });
});

test.each([
  ['all was taken', null, 0],
  ['something waits', new Date(at - 61_000).toISOString(), 61],
])(
  'a pump is counted by what became of its events, and says its delay: %s',
  (_, waitingSince, s) => {
    const { measure, noted } = measuredBy();
    const report = { sink: 'splunk', taken: 4, filtered: 0, refused: 1, waitingSince };
    measurePump(report as PumpReport, at, measure);
    expect(noted).toEqual([
      ['glasswatch.siem.events', 4, { sink: 'splunk', outcome: 'taken' }],
      ['glasswatch.siem.events', 1, { sink: 'splunk', outcome: 'refused' }],
      ['glasswatch.siem.delay', s, { sink: 'splunk' }],
    ]);
  },
);
