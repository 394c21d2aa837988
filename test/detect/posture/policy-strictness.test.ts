import { describe, expect, test } from 'vitest';
import type { AccessPolicy } from '../../../shared/detect/posture/access-policies.ts';
import { isAsStrict } from '../../../shared/detect/posture/policy-strictness.ts';

const policy = (fields: object = {}) =>
  ({
    id: 'p',
    state: 'enabled',
    includeUsers: ['all'],
    includeApps: ['all'],
    grant: { operator: 'OR', controls: ['mfa'] },
    ...fields,
  }) as AccessPolicy;
const block = { grant: { operator: 'OR', controls: ['block'] } };

describe('a policy as strict as another', () => {
  const old = { clientAppTypes: ['exchangeActiveSync', 'other'] };

  test.each<[string, AccessPolicy, AccessPolicy, boolean]>([
    ['MFA and MFA', policy(), policy(), true],
    ['a block and MFA', policy(block), policy(), true],
    ['MFA and a block', policy(), policy(block), false],
    ['nothing and MFA', policy({ grant: null }), policy(), false],
    ['always and sometimes', policy(), policy({ userRiskLevels: ['high'] }), true],
    ['sometimes and always', policy({ userRiskLevels: ['high'] }), policy(), false],
    [
      'at the same risks',
      policy({ userRiskLevels: ['high', 'medium'] }),
      policy({ userRiskLevels: ['medium', 'High'] }),
      true,
    ],
    [
      'at other risks',
      policy({ userRiskLevels: ['high'] }),
      policy({ signInRiskLevels: ['high'] }),
      false,
    ],
    ['from the same clients', policy({ ...old, ...block }), policy({ ...old, ...block }), true],
    ['from other devices', policy({ deviceFilter: 'a' }), policy({ deviceFilter: 'b' }), false],
    ['from the same devices', policy({ deviceFilter: 'a' }), policy({ deviceFilter: 'a' }), true],
    [
      'from other places',
      policy({ excludeLocations: ['a'] }),
      policy({ excludeLocations: ['b'] }),
      false,
    ],
    [
      'from places and not from them',
      policy({ includeLocations: ['a'] }),
      policy({ excludeLocations: ['a'] }),
      false,
    ],
    [
      'from platforms and not from them',
      policy({ includePlatforms: ['a'] }),
      policy({ excludePlatforms: ['a'] }),
      false,
    ],
    [
      'by one flow and by another',
      policy({ authenticationFlows: ['a'] }),
      policy({ authenticationFlows: ['b'] }),
      false,
    ],
  ])('%s', (_, other, one, expected) => {
    expect(isAsStrict(other, one)).toBe(expected);
  });
});
