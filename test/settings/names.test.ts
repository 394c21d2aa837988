import { describe, expect, test } from 'vitest';
import { refuseMisspelt } from '../../shared/config.ts';
import type { Harm } from '../../shared/settings/fault.ts';
import { nameFaults } from '../../shared/settings/name-faults.ts';

const none: ReadonlySet<string> = new Set();
const perhaps = (right: string) =>
  `nothing reads a setting of this name; perhaps ${right} is meant; `;

describe('a name that nothing reads', () => {
  test.each<[name: string, right: string, harm: Harm]>([
    ['GLASSWATCH_POLCY', 'GLASSWATCH_POLICY', 'stops'],
    ['GLASSWATCH_POLICYY', 'GLASSWATCH_POLICY', 'stops'],
    ['glasswatch_policy', 'GLASSWATCH_POLICY', 'stops'],
    ['GLASSWATCH_STORAGE__accountname', 'GLASSWATCH_STORAGE__accountName', 'stops'],
    ['GLASSWATCH_STORAGE_accountName', 'GLASSWATCH_STORAGE__accountName', 'stops'],
    ['GLASSWATCH_STORAGE__ACCOUNTNAME', 'GLASSWATCH_STORAGE__accountName', 'stops'],
    ['GLASSWATCH_STORAGE__clientid', 'GLASSWATCH_STORAGE__clientId', 'stops'],
    ['GLASSWATCH_EVIDENCE__acountName', 'GLASSWATCH_EVIDENCE__accountName', 'stops'],
    ['GLASSWATCH_DIRECTRY', 'GLASSWATCH_DIRECTORY', 'stops'],
    // It may be of another release, or left over: a watch does not end for that.
    ['GLASSWATCH_DIRECTORY_CACHE', 'GLASSWATCH_DIRECTORY', 'hurts'],
  ])('%s is named with %s', (name, right, harm) => {
    expect(nameFaults({ [name]: 'x' }, none)).toEqual([
      { name, harm, says: expect.stringContaining(perhaps(right)) },
    ]);
  });

  test('and resembles none is named, and stops nothing', () => {
    const faults = nameFaults({ GLASSWATCH_TEAMS_URL: 'https://a?sig=secret' }, none);
    expect(faults).toEqual([
      {
        name: 'GLASSWATCH_TEAMS_URL',
        harm: 'hurts',
        says: expect.stringMatching(/^nothing reads .*, nor does the policy name it; allowed: /),
      },
    ]);
    expect(() => refuseMisspelt({ GLASSWATCH_TEAMS_URL: 'x' }, none)).not.toThrow();
  });

  test('stops nothing while the right one is there', () => {
    const both = { GLASSWATCH_POLICY: 'a.yaml', GLASSWATCH_POLCY: 'b.yaml' };
    expect(nameFaults(both, none)).toEqual([expect.objectContaining({ harm: 'hurts' })]);
    expect(() => refuseMisspelt(both, none)).not.toThrow();
  });

  test('is left alone where the policy names it, or it is empty', () => {
    const env = { GLASSWATCH_POLICY2: 'x', GLASSWATCH_POLCY: '' };
    expect(nameFaults(env, new Set(['GLASSWATCH_POLICY2']))).toEqual([]);
    expect(() => refuseMisspelt(env, new Set(['GLASSWATCH_POLICY2']))).not.toThrow();
  });

  test('is named only as a slip while the policy can not be read', () => {
    const env = { GLASSWATCH_TEAMS_URL: 'x', GLASSWATCH_POLCY: 'x' };
    expect(nameFaults(env, undefined).map(({ name }) => name)).toEqual(['GLASSWATCH_POLCY']);
  });

  test('is cut and cleaned before it is shown', () => {
    const name = `GLASSWATCH_${'\u202eX'.repeat(200)}`;
    const [fault] = nameFaults({ [name]: 'x' }, none);
    expect(fault?.name).toMatch(/^GLASSWATCH_X+…$/);
  });
});

test.each([
  'GLASSWATCH_STORAGE__queueServiceUri',
  'glasswatch_storage__queueserviceuri',
  'GLASSWATCH_STORAGE__credential',
  'GLASSWATCH_VERBOSE',
  'GLASSWATCH_APP_HOST',
  'APPSETTING_GLASSWATCH_POLCY',
  'PATH',
])('%s is read by somebody else', (name) => {
  expect(nameFaults({ [name]: 'x' }, none)).toEqual([]);
});

test('a start with a misspelt setting ends with all of them', () => {
  const env = { GLASSWATCH_POLCY: 'x', GLASSWATCH_DIRECTRY: 'file', GLASSWATCH_OTHER_THING: 'x' };
  expect(() => refuseMisspelt(env, none)).toThrow(
    /^CONFIG_INVALID: GLASSWATCH_POLCY: .*; GLASSWATCH_DIRECTRY: (?!.*OTHER_THING)/,
  );
});
