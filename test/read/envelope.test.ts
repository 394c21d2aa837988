import { describe, expect, test } from 'vitest';
import { openEnvelope, recordsWithin } from '../../shared/read/envelope.ts';
import { readRecords } from '../../shared/read/read-records.ts';

describe('a body', () => {
  const one = { time: 'T', a: 'ä' };
  const [text, list] = [JSON.stringify(one), JSON.stringify({ records: [one] })];
  test.each([
    ['an envelope', list],
    ['a bare record', text],
    ['a list', `[${text}]`],
    ['lines', `${text}\n`],
    ['an envelope as text', JSON.stringify(list)],
    ['an envelope whose list is text', JSON.stringify({ records: JSON.stringify([one]) })],
    ['an envelope whose record is in no list', JSON.stringify({ records: one })],
    ['a list of text', JSON.stringify([text])],
    ['a byte order mark first', `\ufeff${list}`],
    ['UTF-16', Buffer.from(`\ufeff${list}`, 'utf16le')],
  ])('may be %s', (_, body) => {
    const { records, unreadable } = openEnvelope(Buffer.from(body as string));
    expect(records.flatMap((json) => recordsWithin(json))).toEqual([one]);
    expect(unreadable).toEqual([]);
  });

  test('that is no JSON is one dead letter', () => {
    expect(openEnvelope(Buffer.from('Hello\u0000 world'))).toMatchObject({
      records: [],
      unreadable: [{ reason: 'not JSON', body: 'Hello\u0000 world' }],
    });
  });

  test('nested a hundred thousand times deep harms neither the process nor its neighbours', () => {
    const depth = 100_000;
    const deep = `{"time":1,"category":"Nobody","a":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    const endless = `{"time":1,"a":${'{"a":'.repeat(depth)}`;
    const near = '{"time":1,"category":"Nobody"}';
    for (const body of [
      `{"records":[${near},${deep},${near}]}`,
      `{"records":[${near},${endless},${near}]}`,
      `${near}\n${endless}\n${near}`,
      `${endless}`,
      '['.repeat(depth),
      `"${'\\"'.repeat(depth)}`,
    ]) {
      const { skipped, unreadable } = readRecords(openEnvelope(Buffer.from(body)), 'tenant');
      expect([skipped.length, unreadable.length]).toEqual(
        body.includes(near)
          ? [body.includes(deep) ? 3 : 2, body.includes(deep) ? 0 : 1]
          : [0, expect.any(Number)],
      );
    }
  });
});

test('fifty megabytes in one line are one dead letter', () => {
  for (const filling of ['x', '{"a":']) {
    const body = Buffer.alloc(50 * 1024 * 1024, filling);
    body.write('{"time":"huge","a":"');
    const { records, unreadable } = openEnvelope(body);
    expect(records).toEqual([]);
    expect(unreadable).toHaveLength(1);
    expect(unreadable[0]?.body.length).toBeLessThanOrEqual(50 * 1024 * 1024);
  }
});
