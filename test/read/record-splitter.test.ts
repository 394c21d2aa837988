import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openEnvelope } from '../../shared/read/envelope.ts';
import { quickSplit } from '../../shared/read/quick-split.ts';
import { readRecords } from '../../shared/read/read-records.ts';
import { maxRecordBytes, RecordSplitter } from '../../shared/read/record-splitter.ts';

type Piece = readonly [kind: 'record' | 'broken', text: string, reason?: string];

function piecesOf(chunks: Iterable<Buffer>): Piece[] {
  const pieces: Piece[] = [];
  const splitter = new RecordSplitter({
    record: (json) => void pieces.push(['record', json.toString()]),
    broken: (piece, reason) => void pieces.push(['broken', piece.toString('latin1'), reason]),
  });
  for (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return pieces;
}

const recordsOf = (pieces: readonly Piece[]) =>
  pieces.flatMap(([kind, text]) => (kind === 'record' ? [text] : []));

const value = fc.jsonValue({ maxDepth: 3 });
const hostile = fc.constantFrom('{"time":1}', '"}]}', '\\', '\n{"time":', '"records":[', 'é\u2028');
const record = fc
  .tuple(fc.constantFrom('time', 'id', 'RoleLocation'), hostile, value)
  .map(([key, text, inner]) => ({ [key]: text, [text]: inner, list: [{ [key]: 1 }, inner] }));
const timed = fc
  .tuple(hostile, value)
  .map(([text, inner]) => ({ time: 'T', text, properties: { inner, text } }));

/** Pieces of logs, whole and broken, in no sensible order. */
const bytes = fc
  .array(
    fc.oneof(
      record.map((one) => JSON.stringify(one)),
      record.map((one) => JSON.stringify(one, null, 1)),
      fc.tuple(timed, fc.nat(40)).map(([one, cut]) => JSON.stringify(one).slice(0, cut)),
      fc.constantFrom('{"records":[', '{"value": [', ']}', ',', '\n', '[', ']', '"', '\\', ' '),
      fc.constantFrom('{', '}', ':', 'abc', '"text"', '"key":', '\ufeff', '\u0000', '{"a":1,}'),
    ),
    { maxLength: 12 },
  )
  .map((parts) => Buffer.from(parts.join('')));

test('bytes in any chunks give the same pieces', () => {
  fc.assert(
    fc.property(bytes, fc.array(fc.nat(), { maxLength: 8 }), (whole, cuts) => {
      const ends = cuts.map((cut) => cut % (whole.length + 1)).sort((a, b) => a - b);
      const starts = [0, ...ends];
      const chunks = starts.map((start, n) => whole.subarray(start, ends[n] ?? whole.length));
      const single = Array.from(whole, (_, at) => whole.subarray(at, at + 1));
      const expected = piecesOf([whole]);
      expect(piecesOf(chunks)).toEqual(expected);
      expect(piecesOf(single)).toEqual(expected);
    }),
    { numRuns: 2_000 },
  );
});

test('a text behind the records of an envelope ends where it ends, in whatever chunks it comes', () => {
  const whole = Buffer.from(
    String.raw`{"records":[]:{"time":"\"}]}","\"}]}":{},"list":[{"time":1},{}]}`,
  );
  const single = Array.from(whole, (_, at) => whole.subarray(at, at + 1));
  expect(piecesOf(single)).toEqual(piecesOf([whole]));
});

test.each([
  ['an envelope', (texts: string[]) => `{"records":[${texts.join(',')}]}`],
  ['a pretty envelope', (texts: string[]) => `{ "value" : [\n ${texts.join(',\n ')}\n]\n}\n`],
  ['a list', (texts: string[]) => `[${texts.join(', ')}]`],
  ['lines', (texts: string[]) => texts.join('\n')],
])('whole records come out of %s as they were', (_, write) => {
  fc.assert(
    fc.property(fc.array(record, { minLength: 1, maxLength: 5 }), (records) => {
      const texts = records.map((one) => JSON.stringify(one));
      expect(piecesOf([Buffer.from(write(texts))])).toEqual(texts.map((text) => ['record', text]));
    }),
  );
});

test.each([
  ['an envelope', (texts: string[]) => `{"records":[${texts.join(',')}]}`],
  ['lines', (texts: string[]) => texts.join('\n')],
])('a record cut off anywhere in %s costs only itself', (_, write) => {
  const three = fc.tuple(timed, timed, timed);
  fc.assert(
    fc.property(three, fc.nat(), (records, at) => {
      const [first = '', second = '', third = ''] = records.map((one) => JSON.stringify(one));
      const cut = second.slice(0, 1 + (at % (second.length - 1)));
      const pieces = piecesOf([Buffer.from(write([first, cut, third]))]);
      expect(recordsOf(pieces)).toEqual([first, third]);
      const broken = pieces.filter(([kind]) => kind === 'broken').map(([, text]) => text);
      expect(broken.join('')).toContain(Buffer.from(cut).toString('latin1').trimEnd());
    }),
    { numRuns: 1_000 },
  );
});

test('a quick cut is the careful one, or a piece of it is no JSON and so gives it away', () => {
  let quick = 0;
  fc.assert(
    fc.property(fc.array(fc.oneof(record, timed), { maxLength: 6 }), (records) => {
      const body = Buffer.from(JSON.stringify({ records }));
      const cut = quickSplit(body)?.map((piece) => piece.toString());
      if (!cut?.every(isJson)) return;
      quick += 1;
      expect(cut).toEqual(records.map((one) => JSON.stringify(one)));
    }),
    { numRuns: 1_000 },
  );
  expect(quick).toBeGreaterThan(100);
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('the quick cut', () => {
  test.each([
    ['nothing', ''],
    ['less than its beginning', '{"records":'],
    ['an envelope without an end', '{"records":[{"time":1}'],
    ['objects within a list of a record', '{"records":[{"time":1,"a":[{"b":1}],"c":{"time":2}}]}'],
    ['a record within a record', '{"records":[{"time":1,"a":{"time":2},"b":3}]}'],
    ['blanks between the records', '{"records":[{"time":1}, {"time":2}]}'],
    ['what is no object', '{"records":[1,{"time":1}]}'],
    ['what is no comma between the records', '{"records":[{"time":1};{"time":2}]}'],
    ['a record cut off', '{"records":[{"time":1,"a":[,{"time":2}]}'],
    ['something behind the list', '{"records":[{"time":1}],"next":"x"}'],
  ])('is left to the careful one for %s', (_, body) => {
    expect(quickSplit(Buffer.from(body))).toBeUndefined();
  });

  test('is what nearly every body needs', () => {
    const body = '{"records":[{"time":1,"a":"},{"},{"time":2}]}\r\n';
    expect(quickSplit(Buffer.from(body))?.map(String)).toEqual([
      '{"time":1,"a":"},{"}',
      '{"time":2}',
    ]);
  });

  test('of any body is no longer trusted once a record of it is none', () => {
    const skipped = fc.record({ time: value, category: fc.constant('Nobody'), more: timed });
    const other = fc.record({ category: fc.constant('Nobody'), time: value });
    fc.assert(
      fc.property(fc.array(fc.oneof(skipped, other), { maxLength: 5 }), (records) => {
        const body = Buffer.from(JSON.stringify({ records }));
        const { skipped, unreadable } = readRecords(openEnvelope(body), 'tenant');
        expect([skipped.length, unreadable]).toEqual([records.length, []]);
      }),
    );
  });
});

test('a record without an end is one dead letter, and is not kept in memory', () => {
  const chunk = Buffer.alloc(256 * 1024, 'x');
  const next = '{"time":"next"}';
  function* input() {
    yield Buffer.from('{"time":"huge","a":"');
    for (let sent = 0; sent < 17 * maxRecordBytes; sent += chunk.length) {
      yield chunk;
      if (sent % maxRecordBytes !== 0) continue;
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    }
    yield Buffer.from(`"}\n${next}\n`);
  }
  let most = 0;
  const before = process.memoryUsage().arrayBuffers;
  const pieces = piecesOf(input());
  expect(pieces).toEqual([
    [
      'broken',
      expect.stringMatching(/^\{"time":"huge","a":"x{4000,5000}$/),
      expect.stringContaining('16 MB'),
    ],
    ['record', next],
  ]);
  // What is garbage already counts too, so the bound is wide; to keep it all would be far beyond.
  expect(most).toBeLessThan(14 * maxRecordBytes);
});
