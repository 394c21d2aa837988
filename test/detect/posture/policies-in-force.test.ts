import { describe, expect, test } from 'vitest';
import type { AccessPolicy } from '../../../shared/detect/posture/access-policies.ts';
import {
  policiesInForce,
  waitingInWords,
  waitingPolicies,
} from '../../../shared/detect/posture/policies-in-force.ts';

const policy = (fields: object = {}) =>
  ({
    id: 'p',
    state: 'enabled',
    includeUsers: ['all'],
    includeApps: ['all'],
    grant: { operator: 'OR', controls: ['mfa'] },
    ...fields,
  }) as AccessPolicy;

describe('policies that are on', () => {
  const waiting = policy({ name: 'Soon', state: 'enabledForReportingButNotEnforced' });
  const licence = { part: 'conditionalAccess', why: 'licence', detail: 'Needs P1.' } as const;

  test('are none without a licence, and not known if nobody read them', () => {
    expect(policiesInForce({ gaps: [licence] })).toEqual([]);
    expect(policiesInForce({ gaps: [{ ...licence, why: 'failed' }] })).toBeUndefined();
    expect(policiesInForce({ conditionalAccess: [policy(), waiting] })).toEqual([policy()]);
  });

  test('and those that would do, but wait', () => {
    const names = waitingPolicies({ conditionalAccess: [policy(), waiting] }, () => true);
    expect(names).toEqual(['Soon']);
    expect(waitingInWords(names)).toBe(' Would do, but only report: Soon.');
    expect(waitingInWords(waitingPolicies({ conditionalAccess: [waiting] }, () => false))).toBe('');
    expect(waitingPolicies({}, () => true)).toEqual([]);
  });
});
