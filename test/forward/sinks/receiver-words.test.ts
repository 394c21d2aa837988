import { describe, expect, test } from 'vitest';
import { allSecretsIn, secretsIn, wordsWithout } from '../../../shared/forward/receiver-words.ts';

const token = '11111111-2222-3333-4444-555555555555';
const words = wordsWithout([token]);

test.each([
  ['a plain word', 'No such index', 'No such index'],
  ['an empty answer', '', ''],
  ['lines, directions and control characters', 'no\u202e\r\n\tsuch\u0000 index', 'no such index'],
  ['the token', `Invalid token ${token}.`, 'Invalid token ….'],
  ['a piece of it', `Token ${token.slice(3, 20)} is unknown`, 'Token … is unknown'],
  ['twice', `${token} ${token}`, '… …'],
  ['what is too short to tell', 'code 2222-33', 'code 2222-33'],
  [
    'queries of addresses, of whomever',
    'see https://x.example/a?sig=abc&v=1 and /b?k="v"',
    'see https://x.example/a?sig=…&v=… and /b?k="v"',
  ],
])('%s', (_, text, told) => expect(words(text)).toBe(told));

test('no more than 300 characters are quoted', () => {
  expect(words('x '.repeat(9_000))).toHaveLength(300);
});

test('what the cut leaves of a secret is hidden too', () => {
  for (let before = 260; before < 300; before += 1) {
    expect(words(`${'x'.repeat(before)}${token}`)).not.toMatch(/x11|-/);
  }
});

test('a secret is known in the form that the receiver made of it', () => {
  const encoded = wordsWithout(['aB%2Fc%2BdEf%3DgHi']);
  expect(encoded('got aB/c+dEf=gHi')).toBe('got …');
  expect(encoded('got AB%2fC%2bDEF%3dGHI')).toBe('got …');
  expect(wordsWithout(['a"quoted"\\secret'])('{"got":"a\\"quoted\\"\\\\secret"}')).toBe(
    '{"got":"…"}',
  );
  expect(wordsWithout(['bad%zz%secret'])('bad%zz%secret')).toBe('…');
  expect(wordsWithout(['pin'])('the PIN is wrong')).toBe('the … is wrong');
});

describe('of a URL', () => {
  const url = 'https://hook.example/services/T0A1B2C3D4/in?api-version=1&sig=Zs3cretZ#part';

  test("what it asks for is nobody else's, and its path only where it is a secret as a whole", () => {
    expect(secretsIn(url)).toEqual(['api-version=1&sig=Zs3cretZ', 'part', '', '', 'Zs3cretZ']);
    expect(allSecretsIn(url)).toEqual([
      ...secretsIn(url),
      'services/T0A1B2C3D4/in',
      'services',
      'T0A1B2C3D4',
    ]);
    expect(wordsWithout(allSecretsIn('https://hook.example/in'))('invalid')).toBe('invalid');
  });

  test('one that is none has no secrets to find', () => {
    expect(secretsIn('::nothing').filter(Boolean)).toEqual([]);
  });
});
