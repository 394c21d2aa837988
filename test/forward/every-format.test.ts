import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Finding } from '../../shared/finding.ts';
import { eventUidOf, type SiemFormat } from '../../shared/forward/siem-format.ts';
import { siemFormats } from '../../shared/forward/siem-formats/index.ts';
import { severities } from '../../shared/severity.ts';
import { hostileNames, sampleFinding } from '../tell/sample-alerts.ts';
import { formatData, leavesOf } from './format-data.ts';
import { anyFinding, hostileFinding, variedFindings } from './varied-findings.ts';

// What holds for a finding in any format: the promises of SiemFormat.

const { logsIngestionSafeBytes, logsIngestionFieldBytes } =
  formatData('batching.vectors').productionLimits;

// Control characters, line and paragraph separators, direction overrides, zero width, halves of pairs.
const unclean = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069\u200b\ufeff]|\p{Cs}/u;

const jsonOf = (value: unknown): unknown =>
  typeof value === 'string' ? value : JSON.parse(JSON.stringify(value));

function expectSound({ event, line }: SiemFormat, finding: Finding) {
  const told = event(finding);
  const text = line(finding);
  expect(text, 'one clean line').not.toMatch(unclean);
  expect(typeof told === 'string' ? text : JSON.parse(text), 'the line is the event').toEqual(told);
  expect(Buffer.byteLength(text)).toBeLessThan(logsIngestionSafeBytes);
  for (const { path, value } of leavesOf(told)) {
    expect(Buffer.byteLength(JSON.stringify(value)), path).toBeLessThan(logsIngestionFieldBytes);
  }
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

describe.each(siemFormats as readonly SiemFormat[])('$name', (format) => {
  test('varied findings', () => {
    for (const finding of variedFindings) expectSound(format, finding);
  });

  test.each(Object.entries(hostileNames))('a hostile name everywhere: %s', (_, name) => {
    expectSound(format, hostileFinding(name));
  });

  test('a text of 32K everywhere', () => {
    for (const letter of ['x', '|', '=', '\\', '"', '界', '\u{1F468}']) {
      expectSound(format, hostileFinding(letter.repeat(32 * 1024)));
    }
  });

  test('lists and details without end', () => {
    const many = Array.from({ length: 3000 }, (_, n) => `${n}-${'x'.repeat(150)}`);
    expectSound(
      format,
      sampleFinding({
        techniques: many,
        roles: many.map((name) => ({ templateId: name, name, scope: name })),
        source: { category: 'AuditLogs', recordIds: many, correlationId: null },
        details: { gathered: { many }, ...Object.fromEntries(many.map((name) => [name, name])) },
      }),
    );
  });

  test('whatever the log held', () => {
    fc.assert(fc.property(anyFinding, (finding) => expectSound(format, finding)));
  });

  test('the same finding is always the same event, and is left as it was', () => {
    for (const finding of variedFindings.slice(-40)) {
      const copy = frozen(structuredClone(finding));
      expect(jsonOf(format.event(copy))).toEqual(jsonOf(format.event(finding)));
      expect(copy).toEqual(finding);
    }
  });

  test('each telling has an id of its own, in the event as it is', () => {
    for (const revision of [1, 2, 11]) {
      const finding = sampleFinding({ revision });
      const uid = eventUidOf(finding);
      if (format.name === 'native') {
        expect(format.event(finding)).toMatchObject({ id: finding.id, revision });
      } else {
        expect(format.line(finding)).toMatch(new RegExp(`[=":]${uid.replace('.', '\\.')}["\\s]`));
      }
    }
  });

  test('severities are told apart and keep their order', () => {
    const lines = severities.map((severity) => format.line(sampleFinding({ severity })));
    expect(new Set(lines).size).toBe(severities.length);
  });

  test('no field is sometimes nothing or a text, and sometimes an object', () => {
    const kinds = new Map<string, Set<string>>();
    for (const finding of variedFindings) note(format.event(finding), '', kinds);
    const mixed = [...kinds].filter(([, found]) => found.has('object') && found.size > 1);
    expect(mixed).toEqual([]);
  });

  test('a detection of an earlier or later release is told by its id', () => {
    expect(format.line(sampleFinding({ detection: 'unheard-of' }))).toContain('unheard-of');
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
