import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cefLine } from '../../shared/forward/cef/line.ts';
import {
  maxSyslogHeader,
  type SyslogHeader,
  syslogFrame,
  syslogMessage,
  syslogValue,
} from '../../shared/forward/syslog.ts';
import type { Severity } from '../../shared/severity.ts';
import { formatData } from './format-data.ts';

type Message = {
  name: string;
  header: [string, string, string, string, string, string];
  extension: Record<string, string>;
  rfc5424: string;
  octetCounted: string;
  utf8Octets: number;
};
const { messages, severityMap, syslogSeverityMap, structuredDataParamEscape } = formatData(
  'cef-syslog.vectors',
) as {
  messages: Message[];
  severityMap: Record<string, number>;
  syslogSeverityMap: Record<string, number>;
  structuredDataParamEscape: { input: string; output: string }[];
};

const plain: SyslogHeader = {
  severity: 'critical',
  time: '2026-11-21T10:00:00.123Z',
  host: 'watch-01.example.com',
  app: 'example-watch',
};

test.each(messages)('$name: byte for byte', ({ header, extension, ...expected }) => {
  const severity = Object.entries(severityMap).find(([, rank]) => String(rank) === header[5])?.[0];
  const syslog = {
    ...plain,
    severity: severity?.toLowerCase() as Severity,
    messageId: header[3],
  };
  const cef = cefLine(header, Object.entries(extension));
  expect(syslogMessage(syslog, cef)).toBe(expected.rfc5424);
  expect(syslogFrame(syslog, cef).equals(Buffer.from(expected.octetCounted))).toBe(true);
  expect(Buffer.byteLength(syslogMessage(syslog, cef))).toBe(expected.utf8Octets);
});

test.each(Object.entries(syslogSeverityMap))('%s is severity %i of log audit', (name, rank) => {
  const severity = name.toLowerCase() as Severity;
  expect(syslogMessage({ ...plain, severity }, '')).toMatch(new RegExp(`^<${13 * 8 + rank}>1 `));
});

describe('structured data', () => {
  test.each(structuredDataParamEscape)('$input', ({ input, output }) => {
    expect(syslogValue(input)).toBe(output);
    const data = { 'glasswatch@32473': { uid: input, rev: '1' } };
    expect(syslogMessage({ ...plain, data }, 'x')).toContain(
      ` - - [glasswatch@32473 uid="${output}" rev="1"] x`,
    );
  });

  test('names cannot end what they name', () => {
    const data = { 'a b]': { 'c"=': 'd' } };
    expect(syslogMessage({ ...plain, data }, 'x')).toContain(' [a?b? c??="d"] x');
  });
});

describe('whatever is said', () => {
  const anything = fc.string({ unit: 'binary', maxLength: 400 });

  test('the frame counts its octets, so that frames in a row come apart again', () => {
    const holds = fc.property(fc.array(anything, { minLength: 1 }), (texts) => {
      const all = Buffer.concat(texts.map((text) => syslogFrame(plain, text)));
      expect(unframed(all)).toEqual(
        texts.map((text) => Buffer.from(syslogMessage(plain, text)).toString()),
      );
    });
    fc.assert(holds);
  });

  test('the header has seven fields of ASCII and is short', () => {
    const holds = fc.property(anything, anything, anything, anything, (host, app, pid, id) => {
      const header = { ...plain, host, app, processId: pid, messageId: id };
      const text = syslogMessage(header, '');
      expect(text).toMatch(/^<\d{1,3}>1( [\x21-\x7e]+){6} $/);
      expect(text.length).toBeLessThanOrEqual(maxSyslogHeader);
    });
    fc.assert(holds);
    const long = 'x'.repeat(999);
    const full = { ...plain, time: long, host: long, app: long, processId: long, messageId: long };
    expect(
      syslogMessage(full, '')
        .split(' ')
        .map((field) => field.length),
    ).toEqual([6, 32, 255, 48, 128, 32, 1, 0]);
    expect(syslogMessage(full, '').length).toBeLessThanOrEqual(maxSyslogHeader);
  });

  test('what is missing is a dash', () => {
    expect(syslogMessage({ ...plain, host: '', messageId: '' }, 'x')).toBe(
      '<106>1 2026-11-21T10:00:00.123Z - example-watch - - - x',
    );
  });
});

/** As a receiver takes a stream apart. */
function unframed(stream: Buffer): string[] {
  const messages: string[] = [];
  for (let from = 0; from < stream.length; ) {
    const blank = stream.indexOf(' ', from);
    const end = blank + 1 + Number(stream.toString('latin1', from, blank));
    messages.push(stream.toString('utf8', blank + 1, end));
    from = end;
  }
  return messages;
}
