import { expect, test } from 'vitest';
import { bytesOf, maxRowBytes } from '../../shared/azure/table-rows.ts';
import { checkPosture } from '../../shared/detect/check-posture.ts';
import { postureChecks } from '../../shared/detect/posture-checks/index.ts';
import { settingsFrom } from '../../shared/policy/settings-of.ts';
import { parsePolicy } from '../../shared/policy.ts';
import { globalAdministrator } from '../../shared/roles.ts';
import { postureScene } from '../detect/posture/posture-scene.ts';

const settings = () => {
  const parsed = parsePolicy(
    'version: 1\ntenants:\n  - id: 00000000-0000-4000-8000-000000000001\n    name: Contoso\n',
    'policy.yaml',
  );
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  return settingsFrom(parsed.policy);
};

const roles = (count: number) =>
  Array.from({ length: count }, (_, n) => ({
    roleTemplateId: '29232cdf-9323-42fd-ade2-1d097af3e4de',
    roleName: 'Exchange Administrator',
    scope: `/administrativeUnits/00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
    state: 'active',
  }));

test('whoever has thousands of roles makes no finding that is too large for a row', () => {
  const great = { roleTemplateId: globalAdministrator, state: 'active', scope: '/' };
  const scene = postureScene({
    ada: {
      lastPasswordChangeAt: '2020-01-01T00:00:00Z',
      lastSignInAt: '2020-01-01T00:00:00Z',
      onPremisesSynced: true,
      mfaRegistered: false,
      mfaCapable: false,
      methods: [],
      assignments: [...roles(4_000), great],
    },
  });
  const verdicts = checkPosture(scene.watchlist, {
    ...scene,
    checks: postureChecks,
    settingsOf: settings(),
  });
  const found = verdicts.flatMap((verdict) => verdict.found);
  expect(found.length).toBeGreaterThan(4);
  for (const one of found) expect(bytesOf(one)).toBeLessThan(maxRowBytes / 4);
  const stale = found.find(({ kept }) => kept.finding.detection === 'admin-password-stale');
  expect(stale?.kept.finding.roles[0]?.templateId).toBe(globalAdministrator);
});
