import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, expectTypeOf, test } from 'vitest';
import type * as z from 'zod';
import type { Finding } from '../../shared/finding.ts';
import { findingJsonSchema, findingSchema } from '../../shared/forward/finding-schema.ts';
import native from '../../shared/forward/siem-formats/native.ts';
import { hostileNames, sampleFinding } from '../tell/sample-alerts.ts';
import { anyFinding, hostileFinding, jo, variedFindings } from './varied-findings.ts';

const ajv = new Ajv2020({ strict: true, allErrors: true });
addFormats.default(ajv);
const isFinding = ajv.compile(findingJsonSchema());

function expectValid(finding: Finding) {
  expect([isFinding(finding), isFinding.errors]).toEqual([true, null]);
  const { details: _, ...known } = findingSchema.parse(finding);
  const { details: __, ...told } = finding;
  expect(known, 'no key that the schema does not know').toEqual(told);
}

test('the schema and the type are one', () => {
  // Judged by the compiler: either side with a key more, or of another type, does not build.
  // Branded, for an actor is an intersection in one and an object in the other.
  expectTypeOf<z.infer<typeof findingSchema>>().branded.toEqualTypeOf<Finding>();
});

describe('every finding is valid, as it is kept and as it is told', () => {
  test(`${variedFindings.length} varied findings`, () => {
    for (const finding of variedFindings) {
      expectValid(finding);
      expectValid(native.event(finding));
    }
  });
  test.each(Object.entries(hostileNames))('a hostile name everywhere: %s', (_, name) => {
    expectValid(native.event(hostileFinding(name)));
  });
  test('whatever the log held', () => {
    fc.assert(fc.property(anyFinding, (finding) => expectValid(native.event(finding))));
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

  test('the schema lets keys be that a later version may add', () => {
    expect(isFinding({ ...sampleFinding(), more: 1 })).toBe(true);
  });
});

test('a clean finding is told as it is', () => {
  const finding = sampleFinding();
  expect(native.event(finding)).toEqual(finding);
  expect(native.line(finding)).toBe(JSON.stringify(finding));
});

test('nobody is an actor without names, so that the field is always an object', () => {
  expect(native.event(sampleFinding({ actor: null })).actor).toEqual({
    type: 'other',
    id: null,
    name: null,
    ip: null,
  });
});

test('texts are cleaned and what is empty is null or missing', () => {
  const { title, subject, details, actor } = native.event(
    sampleFinding({
      title: ' a\r\nb\u202e ',
      subject: { type: 'user', id: ' ', name: '\u200b' },
      actor: { ...jo, ip: '\u0000' },
      details: { app: null, ips: [], 'a\nb': 'c\u2028d' },
    }),
  );
  expect([title, subject.id, subject.name, actor?.ip]).toEqual(['a b', null, null, null]);
  expect(details).toEqual({ 'a b': 'c d' });
});
