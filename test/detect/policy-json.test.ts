import { describe, expect, test } from 'vitest';
import {
  isBrokenOff,
  isOpenEnded,
  policyJson,
  policyObject,
} from '../../shared/detect/rows/policy-json.ts';

const quoted = (value: unknown) => JSON.stringify(value);

describe('a policy in an audit row', () => {
  test.each([
    ['an object', { State: 'on', Users: { Include: ['A'] } }],
    ['text', '{"State":"on","Users":{"Include":["A"]}}'],
    ['text in quotes', quoted('{"State":"on","Users":{"Include":["A"]}}')],
    ['text in quotes, in quotes', quoted(quoted('{"State":"on","Users":{"Include":["A"]}}'))],
    ['text in a list', quoted(['  {"State":"on","Users":{"Include":["A"]}}'])],
    ['a list that was text', ['{"State":"on","Users":{"Include":["A"]}}']],
    ['text with blanks around it', ' {"State":"on","Users":{"Include":["A"]}}\n'],
  ])('%s is read with small keys', (_, value) => {
    expect(policyJson(value)).toEqual({ state: 'on', users: { include: ['A'] } });
  });

  test.each([
    ['no JSON', '[CA001] MFA, for all', '[CA001] MFA, for all'],
    ['plain text', ' Managed ', 'Managed'],
    ['text in quotes', '"Managed"', 'Managed'],
    ['a list of texts', ['{"a":1}', '{"b":2}'], ['{"a":1}', '{"b":2}']],
    ['a list of one text', ['Managed'], ['Managed']],
    ['a list of a number', [1], [1]],
    ['a number', 1, 1],
    ['digits', '123', '123'],
    ['nothing', null, null],
    ['braces that close nothing', '{"a":1}]},{', '{"a":1}]},{'],
  ])('%s stays what it is', (_, value, expected) => {
    expect(policyJson(value)).toEqual(expected);
  });

  test('a list of one object is that object, any other list is none', () => {
    expect(policyObject([{ A: 1 }])).toEqual({ a: 1 });
    expect(policyObject([{ A: 1 }, { A: 2 }])).toBeUndefined();
    expect(policyObject('text')).toBeUndefined();
  });

  test('what is nested too deep is left out', () => {
    const nested = (depth: number): unknown => (depth === 0 ? 'end' : { a: nested(depth - 1) });
    expect(JSON.stringify(policyJson(nested(16)))).toContain('end');
    expect(JSON.stringify(policyJson(nested(17)))).not.toContain('end');
    expect(() => policyJson(`${'['.repeat(100_000)}`)).not.toThrow();
  });
});

describe('text that broke off', () => {
  test.each([
    ['in a value', '{"A":1,"B":{"C":"x","D":"y', { a: 1, b: { c: 'x' } }],
    ['in a key', '{"A":1,"B', { a: 1 }],
    ['in a list', '{"A":1,"B":["x","y"', { a: 1 }],
    ['behind a list', '{"A":["x","y"],"B":', { a: ['x', 'y'] }],
    ['in an object of a list', '{"A":[{"B":1},{"B":2,"C":3', { a: [{ b: 1 }, { b: 2 }] }],
    ['behind braces and commas in text', '{"A":"},{\\"]","B":2,"C', { a: '},{"]', b: 2 }],
    ['in quotes', '"{\\"A\\":\\"x\\\\\\\\y\\",\\"B', { a: 'x\\y' }],
    ['in quotes, in a list', '["{\\"A\\":1,\\"B', { a: 1 }],
  ])('%s is read as far as it goes', (_, text, expected) => {
    const value = policyJson(text);
    expect(value).toEqual(expected);
    expect(isBrokenOff(value)).toBe(true);
  });

  test('with nothing whole in it stays text', () => {
    expect(policyJson('{"A":"x')).toBe('{"A":"x');
    expect(isBrokenOff('{"A":"x')).toBe(false);
  });

  test('tells which of its objects are not whole', () => {
    const policy = policyObject('{"A":{"B":1},"C":{"D":1,"E":2') ?? {};
    const { a, c } = policy;
    expect([policy, a, c].map((one) => isOpenEnded(one as object as never))).toEqual([
      true,
      false,
      true,
    ]);
    expect(isBrokenOff([1, c])).toBe(true);
    expect(isBrokenOff({ a, c })).toBe(true);
    expect(isBrokenOff({ a })).toBe(false);
  });
});
