import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cefHeader, cefLine, cefValue, maxCefBytes } from '../../shared/forward/cef/line.ts';
import { newFindingEvent } from '../../shared/forward/events-of.ts';
import type { SiemEvent } from '../../shared/forward/siem-event.ts';
import cef from '../../shared/forward/siem-formats/cef.ts';
import { syslogMessage } from '../../shared/forward/syslog.ts';
import { hostileNames } from '../tell/sample-alerts.ts';
import { parseCef } from './cef-reader.ts';
import { formatData } from './format-data.ts';
import { anyEvent, eventOf, hostileEvents, variedEvents } from './varied-events.ts';
import { hostileFinding, jo } from './varied-findings.ts';

type Escape = { input: string; output: string };
type Message = {
  name: string;
  header: [string, string, string, string, string, string];
  extension: Record<string, string>;
  cef: string;
};
const vectors = formatData('cef-syslog.vectors') as {
  headerEscape: Escape[];
  extensionEscape: Escape[];
  messages: Message[];
  severityMap: Record<string, number>;
  extensionKeyPattern: string;
  maxLengths: Record<string, number>;
  transport: { recommendedReceiverOctets: number };
};

test.each(vectors.headerEscape)('a header: $input', ({ input, output }) => {
  expect(cefHeader(input)).toBe(output);
});
test('a header: a Windows line break is one blank', () => {
  expect(cefHeader('a\r\nb\rc')).toBe('a b c');
});
test.each(vectors.extensionEscape)('a value: $input', ({ input, output }) => {
  expect(cefValue(input)).toBe(output);
});
test.each(vectors.messages)('$name: byte for byte', ({ header, extension, cef: expected }) => {
  expect(cefLine(header, Object.entries(extension))).toBe(expected);
  expect(parseCef(expected)).toEqual({ header, extension });
});

const identity = ['rt', 'deviceExternalId', 'act', 'cs2Label', 'cs2', 'cn1', 'cn1Label'];
const keys = [
  ...[...identity, 'externalId'],
  ...['flexString1', 'flexString2', 'flexNumber1'].flatMap((key) => [key, `${key}Label`]),
  ...['cat', 'suser', 'suid', 'duser', 'duid', 'src', 'c6a2', 'c6a2Label', 'outcome', 'reason'],
  ...['cs1', 'cs3', 'cs4', 'cs5', 'cs6'].flatMap((key) => [key, `${key}Label`]),
  ...['destinationServiceName', 'requestClientApplication', 'msg'],
];

function expectSound(event: SiemEvent) {
  const line = cef.line(event);
  const { header, extension } = parseCef(line);
  expect(header.slice(0, 2)).toEqual(['Glasswatch', 'Glasswatch']);
  expect(Object.keys(extension).filter((key) => !keys.includes(key))).toEqual([]);
  expect(Object.keys(extension)).toEqual(
    expect.arrayContaining(event.tenantId.trim() ? identity : []),
  );
  const labels = Object.keys(extension).filter((key) => key.endsWith('Label'));
  for (const label of labels) expect(extension).toHaveProperty(label.replace('Label', ''));
  const named = { ...extension, deviceVendor: header[0], name: header[4] } as Record<
    string,
    string
  >;
  const tooLong = Object.entries(vectors.maxLengths).filter(
    ([key, max]) => (named[key]?.length ?? 0) > max,
  );
  expect(tooLong).toEqual([]);
  expect(Buffer.byteLength(line)).toBeLessThanOrEqual(maxCefBytes);
  return extension;
}

const longest = {
  severity: 'critical',
  time: '2026-11-21T10:00:00.123Z',
  host: 'h'.repeat(999),
  app: 'a'.repeat(999),
  processId: 'p'.repeat(999),
  messageId: 'm'.repeat(999),
} as const;

describe('every event is one line that can be read in one way', () => {
  test(`${variedEvents.length} varied events`, () => {
    for (const event of variedEvents) expectSound(event);
  });
  test.each(Object.entries(hostileNames))('a hostile name everywhere: %s', (_, name) => {
    for (const event of hostileEvents(name)) expectSound(event);
  });
  test('whatever the log held, and whatever people typed', () => {
    fc.assert(
      fc.property(anyEvent, (event) => void expectSound(event)),
      { numRuns: 60 },
    );
  });
  test('whatever fields: the line tells them again', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', ' ', '=', '|', '\\', '\n', '\r', 'k=', '界'),
    });
    const value = text.map((one) => one.replace(/\r+\n/g, '\n').trim());
    const header = fc.tuple(text, text, text, text, text, text);
    const extension = fc.dictionary(fc.stringMatching(/^[A-Za-z0-9_]{1,5}$/), value);
    const holds = fc.property(header, extension, (fields, values) => {
      const told = parseCef(cefLine(fields, Object.entries(values)));
      expect(told.header).toEqual(fields.map((one) => one.replace(/\r\n|[\r\n]/g, ' ')));
      expect(told.extension).toEqual(values);
    });
    fc.assert(holds, { numRuns: 500 });
  });
});

describe('a line is never too long', () => {
  test.each(['x', '=', '\\', '|', '界', '\u{1F468}'])('%s, 32K of it in each text', (letter) => {
    const hostile = { ...hostileFinding(letter.repeat(32 * 1024)), id: 'f1', tenantId: 't1' };
    const event = newFindingEvent(hostile);
    const extension = expectSound(event);
    expect(extension).toMatchObject({ externalId: 'f1', deviceExternalId: 't1', cs2: 'f1.1' });
    const message = syslogMessage(longest, cef.line(event));
    expect(Buffer.byteLength(message)).toBeLessThanOrEqual(
      vectors.transport.recommendedReceiverOctets,
    );
  });

  test('the message is cut before anything goes', () => {
    const over = {
      actor: { ...jo, name: '界'.repeat(300), ip: '203.0.113.9' },
      subject: { type: 'user', id: '界'.repeat(300), name: '界'.repeat(300) },
      details: { userAgent: '界'.repeat(300), failure: '界'.repeat(300), app: '界'.repeat(300) },
    } as const;
    const short = expectSound(eventOf({ ...over, summary: '', title: 'short' }));
    const long = expectSound(eventOf({ ...over, summary: '=\\'.repeat(900), title: '' }));
    expect(short.msg).toBe('short');
    expect(long.msg).toMatch(/^(=\\)+=?…$/);
    expect(long.msg?.length).toBeLessThan(1023);
    expect(Object.keys(long)).toEqual(Object.keys(short));
  });

  test('then goes what matters least', () => {
    const wide = '界'.repeat(300);
    const sam = { type: 'user', id: wide, name: wide } as const;
    const over = { actor: { ...jo, id: wide, name: wide, ip: null }, subject: sam };
    const notes = Object.fromEntries(
      Array.from({ length: 30 }, (_, n) => [`k${n}`, 'x'.repeat(50)]),
    );
    const details = { userAgent: wide, failure: wide, app: wide, ...notes };
    const extension = expectSound(eventOf({ ...over, tenantId: wide, incident: wide, details }));
    expect(extension).not.toHaveProperty('cs6');
    expect(extension).not.toHaveProperty('cs6Label');
    expect(extension).toMatchObject({ outcome: 'failure', cs5Label: 'subject' });
  });
});
