import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, expectTypeOf, test } from 'vitest';
import type * as z from 'zod';
import type { Finding } from '../../shared/finding.ts';
import { findingJsonSchema, findingSchema } from '../../shared/forward/finding-schema.ts';
import {
  findingEventSchema,
  heartbeatSchema,
  incidentEventSchema,
  nativeJsonSchemas,
} from '../../shared/forward/native-schema.ts';
import type { SiemEvent } from '../../shared/forward/siem-event.ts';
import native from '../../shared/forward/siem-formats/native.ts';
import { hostileNames, sampleFinding } from '../tell/sample-alerts.ts';
import {
  anyEvent,
  eventOf,
  hostileEvents,
  sampleHeartbeat,
  sampleLife,
  variedEvents,
} from './varied-events.ts';
import { jo, variedFindings } from './varied-findings.ts';

const ajv = new Ajv2020({ strict: true, allErrors: true });
addFormats.default(ajv);
const isFinding = ajv.compile(findingJsonSchema());
const schemas = nativeJsonSchemas();
const kinds = {
  finding: { isValid: ajv.compile(schemas['finding-event']), shape: findingEventSchema },
  incident: { isValid: ajv.compile(schemas['incident-event']), shape: incidentEventSchema },
  heartbeat: { isValid: ajv.compile(schemas.heartbeat), shape: heartbeatSchema },
};

const withoutDetails = (told: object) => {
  const { details: _, ...rest } = told as { details?: unknown };
  return rest;
};

function expectValid(event: SiemEvent) {
  const { isValid, shape } = kinds[event.kind];
  const told = JSON.parse(native.line(event)) as { type: string };
  expect([isValid(told), isValid.errors]).toEqual([true, null]);
  expect(withoutDetails(shape.parse(told)), 'no key that the schema does not know').toEqual(
    withoutDetails(told),
  );
  const others = Object.values(kinds).filter((kind) => kind.isValid !== isValid);
  expect(others.map((kind) => kind.isValid(told))).toEqual([false, false]);
  expect(told.type.split('.')[0]).toBe(event.kind);
}

test('the schema and the type of a finding are one', () => {
  // Judged by the compiler: either side with a key more, or of another type, does not build.
  // Branded, for an actor is an intersection in one and an object in the other.
  expectTypeOf<z.infer<typeof findingSchema>>().branded.toEqualTypeOf<Finding>();
});

describe('every event is valid by the schema of its kind, and by no other', () => {
  test(`${variedEvents.length} varied events`, () => {
    for (const event of variedEvents) expectValid(event);
  });
  test.each(Object.entries(hostileNames))('a hostile name everywhere: %s', (_, name) => {
    for (const event of hostileEvents(name)) expectValid(event);
  });
  test('whatever the log held, and whatever people typed', () => {
    fc.assert(fc.property(anyEvent, expectValid), { numRuns: 60 });
  });

  const { acknowledged } = sampleLife;
  test.each<[string, SiemEvent, object]>([
    ['without an answer', eventOf(), { answer: undefined }],
    ['with an owner that is null', eventOf(), { answer: { ...acknowledged.answer, owner: null } }],
    ['without an actor', eventOf(), { actor: null }],
    ['that is told in another schema', eventOf(), { schema: 2 }],
    ['of another change', acknowledged, { type: 'incident.escalated' }],
    ['with another verdict', acknowledged, { answer: { ...acknowledged.answer, verdict: 'who' } }],
    ['without an incident', acknowledged, { incident: undefined }],
    ['at no time', acknowledged, { time: 'now' }],
    ['without a number', sampleHeartbeat, { sequence: undefined }],
    ['whose last record is no time', sampleHeartbeat, { lastRecordAt: '' }],
  ])('the schema refuses one %s', (_, event, bad) => {
    const told = JSON.parse(JSON.stringify({ ...(native.event(event) as object), ...bad }));
    expect(kinds[event.kind].isValid(told)).toBe(false);
  });

  test('the schemas let keys be that a later version may add', () => {
    for (const event of [eventOf(), acknowledged, sampleHeartbeat]) {
      expect(kinds[event.kind].isValid({ ...(native.event(event) as object), more: 1 })).toBe(true);
    }
  });
});

describe('the finding, as `replay` prints it', () => {
  test(`${variedFindings.length} varied findings are valid`, () => {
    for (const finding of variedFindings) {
      expect([isFinding(finding), isFinding.errors]).toEqual([true, null]);
      expect(withoutDetails(findingSchema.parse(finding))).toEqual(withoutDetails(finding));
    }
  });

  test.each<[string, object]>([
    ['a key missing', { ...sampleFinding(), detection: undefined }],
    ['another severity', { ...sampleFinding(), severity: 'urgent' }],
    ['a time that is none', { ...sampleFinding(), time: 'yesterday' }],
    ['a party of another type', { ...sampleFinding(), subject: { ...jo, type: 'person' } }],
    ['no revision', { ...sampleFinding(), revision: 0 }],
  ])('the schema refuses %s', (_, bad) => {
    expect(isFinding(JSON.parse(JSON.stringify(bad)))).toBe(false);
  });

  test('is in the event, key by key', () => {
    const finding = sampleFinding();
    const event = eventOf();
    expect(native.event(event)).toEqual({
      type: 'finding.created',
      eventUid: `${finding.id}.1`,
      schema: 1,
      writtenAt: event.at,
      ...finding,
      state: 'open',
      answer: {
        status: 'open',
        owner: { id: null, name: null },
        claim: null,
        verdict: null,
        isDrill: false,
      },
    });
    expect(isFinding(native.event(event))).toBe(true);
  });
});

describe('what stands where', () => {
  test('nobody is an actor without names, so that the field is always an object', () => {
    expect(native.event(eventOf({ actor: null }))).toMatchObject({
      actor: { type: 'other', id: null, name: null, ip: null },
    });
  });

  test('texts are cleaned and what is empty is null or missing', () => {
    const told = native.event(
      eventOf({
        title: ' a\r\nb\u202e ',
        subject: { type: 'user', id: ' ', name: '\u200b' },
        actor: { ...jo, ip: '\u0000' },
        details: { app: null, ips: [], 'a\nb': 'c\u2028d' },
      }),
    );
    expect(told).toMatchObject({
      title: 'a b',
      subject: { type: 'user', id: null, name: null },
      actor: { ip: null },
      details: { 'a b': 'c d' },
    });
    expect(Object.keys((told as Finding).details)).toEqual(['a b']);
  });

  test('a finding that is closed says how', () => {
    expect(native.event(sampleLife.withdrawn)).toMatchObject({
      type: 'finding.closed',
      revision: 3,
      state: 'withdrawn',
    });
  });

  test('an incident', () => {
    const { resolved } = sampleLife;
    const { id: incident, findings: ids, ...rest } = resolved.incident;
    expect(native.event(resolved)).toEqual({
      type: 'incident.resolved',
      eventUid: resolved.uid,
      schema: 1,
      writtenAt: resolved.at,
      incident,
      ...rest,
      time: resolved.at,
      tenantId: resolved.tenantId,
      findings: ids,
      by: { id: 'ben', name: 'Ben Okafor' },
      text: resolved.text,
      answer: {
        status: 'resolved',
        owner: { id: 'ana', name: 'Ana Ruiz' },
        claim: 'emergency',
        verdict: 'expected',
        isDrill: false,
      },
    });
  });

  test('a heartbeat', () => {
    const { uid, at, kind: _, ...rest } = sampleHeartbeat;
    expect(native.event(sampleHeartbeat)).toEqual({
      ...{ type: 'heartbeat', eventUid: uid, schema: 1, writtenAt: at, time: at },
      ...rest,
      severity: 'informational',
      text: expect.stringContaining('Glasswatch is alive'),
    });
  });
});
