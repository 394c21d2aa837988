import { describe, expect, test } from 'vitest';
import type { AccessPolicy } from '../../../shared/detect/posture/access-policies.ts';
import { portalCover, portalsOf } from '../../../shared/detect/posture/portal-cover.ts';

const azure = '797f4846-ba00-4fd7-ba43-dac1f8f63013';
const portal = 'microsoftadminportals';
const policy = (fields: object = {}) =>
  ({
    id: 'p',
    state: 'enabled',
    includeUsers: ['all'],
    includeApps: ['all'],
    grant: { operator: 'OR', controls: ['mfa'] },
    ...fields,
  }) as AccessPolicy;

describe('what policies cover together', () => {
  const ada = { id: 'ada', groups: [], roles: [], knownGroups: new Set<string>() };
  const perhaps = { excludeGroups: ['g'] };

  test.each<[string, AccessPolicy[], boolean | undefined]>([
    ['none', [], false],
    ['one for all apps', [policy()], true],
    ['one for half of it', [policy({ includeApps: [azure] })], false],
    [
      'one for each half',
      [policy({ includeApps: [azure] }), policy({ includeApps: [portal] })],
      true,
    ],
    ['one for another', [policy({ includeUsers: ['ben'] })], false],
    ['one that excludes', [policy({ excludeUsers: ['ada'] })], false],
    ['perhaps', [policy(perhaps)], undefined],
    ['perhaps, or surely', [policy(perhaps), policy()], true],
    ['half of it, perhaps', [policy({ ...perhaps, includeApps: [azure] })], false],
    [
      'half surely, half perhaps',
      [policy({ ...perhaps, includeApps: [azure] }), policy({ includeApps: [portal] })],
      undefined,
    ],
  ])('%s', (_, policies, expected) => {
    expect(portalCover(policies, ada)).toBe(expected);
  });

  test('as far as another one goes', () => {
    const forAzure = policy({ includeApps: [azure] });
    expect(portalCover([forAzure], ada, portalsOf(forAzure))).toBe(true);
    expect(portalCover([forAzure], ada, portalsOf(policy()))).toBe(false);
  });
});
