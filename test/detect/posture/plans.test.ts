import { describe, expect, test } from 'vitest';
import { hasP2, hasPim, lackOfP2 } from '../../../shared/detect/posture/plans.ts';

describe('what the tenant has licences for', () => {
  test.each<[string, string[] | undefined, boolean | undefined, boolean | undefined]>([
    ['P2', ['AAD_PREMIUM', 'AAD_PREMIUM_P2'], true, true],
    ['P1', ['AAD_PREMIUM'], false, false],
    ['governance', ['Entra_Identity_Governance'], false, true],
    ['governance of information', ['INFO_GOVERNANCE'], false, false],
    ['nothing', [], false, false],
    ['nobody knows', undefined, undefined, undefined],
  ])('%s', (_, plans, p2, pim) => {
    expect([hasP2({ organization: { plans } }), hasPim({ organization: { plans } })]).toEqual([
      p2,
      pim,
    ]);
  });

  test('says why what needs P2 is not judged', () => {
    expect(lackOfP2({})?.unknown).toContain('organization');
    expect(lackOfP2({ organization: { plans: [] } })?.unknown).toContain('P2');
    expect(lackOfP2({ organization: { plans: ['AAD_PREMIUM_P2'] } })).toBeUndefined();
  });
});
