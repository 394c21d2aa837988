import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cleanFinding } from '../../shared/forward/clean-finding.ts';
import { newFindingEvent } from '../../shared/forward/events-of.ts';
import type { SiemEvent } from '../../shared/forward/siem-event.ts';
import { outgoingOf, type SiemFormat } from '../../shared/forward/siem-format.ts';
import { siemFormats } from '../../shared/forward/siem-formats/index.ts';
import { severities } from '../../shared/severity.ts';
import { hostileNames, sampleFinding } from '../tell/sample-alerts.ts';
import { formatData, leavesOf } from './format-data.ts';
import { eventsIn } from './incident-life.ts';
import {
  anyEvent,
  eventOf,
  hostileEvents,
  sampleHeartbeat,
  sampleLife,
  variedEvents,
} from './varied-events.ts';
import { anyFinding, hostileFinding, variedFindings } from './varied-findings.ts';

// What holds for an event in any format: the promises of SiemFormat.

const { logsIngestionSafeBytes, logsIngestionFieldBytes } =
  formatData('batching.vectors').productionLimits;

// Control characters, line and paragraph separators, direction overrides, zero width, halves of pairs.
const unclean = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069\u200b\ufeff]|\p{Cs}/u;

const jsonOf = (value: unknown): unknown =>
  typeof value === 'string' ? value : JSON.parse(JSON.stringify(value));

const sizeOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

function expectSound(format: SiemFormat, event: SiemEvent) {
  const told = format.event(event);
  const text = format.line(event);
  expect(text, 'one clean line').not.toMatch(unclean);
  expect(typeof told === 'string' ? text : JSON.parse(text), 'the line is the event').toEqual(told);
  expect(Buffer.byteLength(text)).toBeLessThan(logsIngestionSafeBytes);
  const tooLong = leavesOf(told).filter(({ value }) => sizeOf(value) >= logsIngestionFieldBytes);
  expect(tooLong.map(({ path }) => path)).toEqual([]);
  expect(textsIn(told).filter((one) => unclean.test(one))).toEqual([]);
}

/** Every text and every key. */
const textsIn = (value: unknown): string[] =>
  typeof value === 'object' && value !== null
    ? [...Object.keys(value), ...Object.values(value).flatMap(textsIn)]
    : [String(value)];

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const inner of Object.values(value)) frozen(inner);
  return Object.freeze(value);
}

test('names are unique', () => {
  expect(new Set(siemFormats.map(({ name }) => name)).size).toBe(siemFormats.length);
});

const hostile = Object.entries(hostileNames).map(
  ([kind, name]) => [kind, hostileEvents(name)] as const,
);
const endless = ['x', '\\', '\u{1F468}'].flatMap((letter) =>
  hostileEvents(letter.repeat(32 * 1024)),
);

describe.each(siemFormats as readonly SiemFormat[])('$name', (format) => {
  test('varied events', () => {
    for (const event of variedEvents) expectSound(format, event);
  });

  test.each(hostile)('a hostile name everywhere: %s', (_, events) => {
    for (const event of events) expectSound(format, event);
  });

  test('a text of 32K everywhere', () => {
    for (const event of endless) expectSound(format, event);
  });

  test('lists and details without end', () => {
    const many = Array.from({ length: 3000 }, (_, n) => `${n}-${'x'.repeat(150)}`);
    expectSound(
      format,
      eventOf({
        techniques: many,
        roles: many.map((name) => ({ templateId: name, name, scope: name })),
        source: { category: 'AuditLogs', recordIds: many, correlationId: null },
        details: { gathered: { many }, ...Object.fromEntries(many.map((name) => [name, name])) },
      }),
    );
  });

  test('whatever the log held, and whatever people typed', () => {
    fc.assert(
      fc.property(anyEvent, (event) => expectSound(format, event)),
      { numRuns: 25 },
    );
  });

  test('the same event is always told in the same way, and is left as it was', () => {
    for (const event of variedEvents.slice(-60)) {
      const copy = frozen(structuredClone(event));
      expect(jsonOf(format.event(copy))).toEqual(jsonOf(format.event(event)));
      expect(copy).toEqual(event);
    }
  });

  test('an event that was stored is told as it was', () => {
    for (const event of variedEvents.filter((_, index) => index % 3 === 0)) {
      const stored = JSON.parse(JSON.stringify(event)) as SiemEvent;
      expect(format.line(stored)).toBe(format.line(event));
    }
  });

  test('each event has its id in it, as it is', () => {
    const events = [...eventsIn(sampleLife), sampleHeartbeat];
    expect(new Set(events.map(({ uid }) => uid)).size).toBe(events.length);
    for (const event of events) {
      expect(format.line(event)).toMatch(
        new RegExp(`[=":]${event.uid.replaceAll('.', '\\.')}["\\s]`),
      );
    }
  });

  test('every event tells which incident it belongs to', () => {
    const { incident } = sampleFinding();
    for (const event of eventsIn(sampleLife)) expect(format.line(event)).toContain(incident);
  });

  test('no two of what can happen to a finding or an incident are told alike', () => {
    const { uid, at } = sampleLife.resolved;
    const turns = (['acknowledged', 'lapsed', 'resolved', 'reopened'] as const).map((change) => ({
      ...sampleLife.resolved,
      change,
    }));
    const changes = [
      { change: 'created', state: 'open' },
      { change: 'updated', state: 'open' },
      { change: 'closed', state: 'withdrawn' },
      { change: 'closed', state: 'resolved' },
    ] as const;
    const events = [...turns, ...changes.map((change) => eventOf({}, { ...change, uid, at }))];
    expect(new Set(events.map((event) => format.line(event))).size).toBe(events.length);
  });

  test('severities are told apart and keep their order', () => {
    const lines = severities.map((severity) => format.line(eventOf({ severity })));
    expect(new Set(lines).size).toBe(severities.length);
  });

  test('no field is sometimes nothing or a text, and sometimes an object', () => {
    const kinds = new Map<string, Set<string>>();
    for (const event of variedEvents) note(format.event(event), '', kinds);
    const mixed = [...kinds].filter(([, found]) => found.has('object') && found.size > 1);
    expect(mixed).toEqual([]);
  });

  test('a detection of an earlier or later release is told by its id', () => {
    expect(format.line(eventOf({ detection: 'unheard-of' }))).toContain('unheard-of');
  });

  test('goes out with what a sink has to know of it', () => {
    const { acknowledged } = sampleLife;
    const finding = eventOf();
    const outgoing = outgoingOf(finding, format);
    expect(outgoing).toEqual({
      uid: finding.uid,
      kind: 'finding',
      incident: finding.finding.incident,
      tenantId: finding.tenantId,
      severity: 'critical',
      time: Date.parse(finding.finding.time),
      event: format.event(finding),
      line: format.line(finding),
    });
    expect(outgoingOf(acknowledged, format)).toMatchObject({
      uid: acknowledged.uid,
      kind: 'incident',
      incident: acknowledged.incident.id,
      time: Date.parse(acknowledged.at),
    });
    expect(outgoingOf(sampleHeartbeat, format)).toMatchObject({
      kind: 'heartbeat',
      incident: null,
      severity: 'informational',
      line: format.line(sampleHeartbeat),
    });
  });
});

describe('a finding that was cleaned stays as it is when it is cleaned again', () => {
  const expectStable = (finding: Parameters<typeof cleanFinding>[0]) => {
    const clean = cleanFinding(finding);
    expect(cleanFinding(clean)).toEqual(clean);
    expect(newFindingEvent(clean).finding).toEqual(clean);
  };
  test(`${variedFindings.length} varied findings`, () => {
    for (const finding of variedFindings) expectStable(finding);
  });
  test.each(Object.entries(hostileNames))('a hostile name everywhere: %s', (_, name) => {
    expectStable(hostileFinding(name));
  });
  test('whatever the log held', () => {
    fc.assert(fc.property(anyFinding, expectStable));
  });
});

const kindOf = (value: unknown) =>
  value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value;

/** Which kinds of JSON value stand at each path; what a detection adds of its own is left out. */
function note(value: unknown, path: string, kinds: Map<string, Set<string>>): void {
  if (/details$/i.test(path)) return;
  kinds.set(path, (kinds.get(path) ?? new Set()).add(kindOf(value)));
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    note(inner, Array.isArray(value) ? `${path}[]` : `${path}.${key}`, kinds);
  }
}
