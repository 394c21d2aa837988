import { describe, expect, test } from 'vitest';
import { newNetworks } from '../../shared/detect/rows/networks.ts';
import { changedSettings, saysOff, saysOn } from '../../shared/detect/rows/policy-settings.ts';
import type { AuditEvent } from '../../shared/read/event.ts';

function differences(before: unknown, after: unknown, name = 'p') {
  const changes = new Map([[name, { before, after }]]);
  const event = { targets: [{ changes }] } as unknown as AuditEvent;
  return changedSettings(event).map((one) => [one.path, one.before, one.after]);
}

describe('the settings that a row says have changed', () => {
  test.each([
    ['a value', 'a', 'b', [['/p', 'a', 'b']]],
    ['a flag, however it is written', 'TRUE', ['false'], [['/p', true, false]]],
    ['a number', [1], [2], [['/p', 1, 2]]],
    ['one that comes', null, { A: 1 }, [['/p/a', undefined, 1]]],
    ['one that goes', { A: { B: 'x' } }, {}, [['/p/a/b', 'x', undefined]]],
    [
      'an entry of a list',
      ['Managed'],
      ['Federated'],
      [
        ['/p/managed', 'listed', undefined],
        ['/p/federated', undefined, 'listed'],
      ],
    ],
    [
      'an entry with an id, wherever it stands',
      [
        { Id: 'A', s: 1 },
        { Id: 'B', s: 1 },
      ],
      [
        { Id: 'B', s: 2 },
        { Id: 'A', s: 1 },
      ],
      [['/p/b/s', 1, 2]],
    ],
    ['the only entry, with an id', [{ Id: 'A', s: 1 }], [{ Id: 'A', s: 2 }], [['/p/a/s', 1, 2]]],
    [
      'an entry with a target',
      [{ target: 'T', s: 1 }],
      [{ target: 'T', s: 2 }],
      [['/p/t/s', 1, 2]],
    ],
    ['the only entry, without a name', [{ s: 1 }], [{ s: 2 }], [['/p/s', 1, 2]]],
    [
      'one of several entries without names',
      [{ s: 'a' }, { s: 'b' }],
      [{ s: 'a' }, { s: 'c' }],
      [
        ['/p/{"s":"b"}/s', 'b', undefined],
        ['/p/{"s":"c"}/s', undefined, 'c'],
      ],
    ],
    ['nothing, where only the writing differs', '{"a":"x"}', { A: 'x' }, []],
    ['nothing, where nothing is told', null, '', []],
    [
      'what both sides tell, where old text broke off',
      '{"a":1,"b":1,"c',
      { a: 2, b: 1, c: 3 },
      [['/p/a', 1, 2]],
    ],
    [
      'what both sides tell, where new text broke off',
      { a: 1, b: 1, c: 3 },
      '{"a":2,"b":1,"c',
      [['/p/a', 1, 2]],
    ],
  ])('%s', (_, before, after, expected) => {
    expect(differences(before, after)).toEqual(expected);
  });

  test('a property that only names the others is none', () => {
    expect(differences('', 'State', 'included updated properties')).toEqual([]);
  });
});

test('on and off are written in several ways', () => {
  expect([true, 1, 'Enabled'].map(saysOn)).toEqual([true, true, true]);
  expect([false, 0, 'Disabled'].map(saysOff)).toEqual([true, true, true]);
  expect([false, 0, 2, 'default', undefined].map(saysOn)).toEqual([
    false,
    false,
    false,
    false,
    false,
  ]);
  expect([true, 1, 2, 'default', undefined].map(saysOff)).toEqual([
    false,
    false,
    false,
    false,
    false,
  ]);
});

test.each([
  ['10.1.0.0/16', ['10.0.0.0/8'], true],
  ['10.0.0.0/8', ['10.0.0.0/16'], false],
  ['10.0.0.0/8', ['10.1.0.0/8'], true],
  ['11.0.0.0/8', ['10.0.0.0/8'], false],
  ['10.1.2.3', ['10.0.0.0/8', '11.0.0.0/9'], true],
  ['0.0.0.0/0', ['10.0.0.0/8'], false],
  ['10.1.2.3/32', ['0.0.0.0/0'], true],
  ['2001:db8:1::/48', ['2001:db8::/32'], true],
  ['2001:db8:1::1', ['2001:db8:1::1/128'], true],
  ['2001:db8::/32', ['10.0.0.0/8'], false],
  ['10.1.2.3/33', ['10.0.0.0/8'], false],
  ['10.1.2.3/x', ['10.0.0.0/8'], false],
  ['10.1.2.3/16/2', ['10.0.0.0/8'], false],
  ['10.1.2.3/16', ['10.0.0.0/999', '10.0.0.0/8/1', '10.0.0.0/x', 'x', '/8'], false],
  ['somewhere', ['somewhere'], true],
])('%s within %j: %s', (network, known, isHeld) => {
  expect(newNetworks([network], known)).toEqual(isHeld ? [] : [network]);
});
