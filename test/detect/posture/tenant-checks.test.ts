import { describe, expect, test } from 'vitest';
import { policyOf } from '../../../cli/run-examples.ts';
import { checkPosture } from '../../../shared/detect/check-posture.ts';
import { accessPolicies } from '../../../shared/detect/examples/access-policies.ts';
import { postureSnapshot, soundAdministrator } from '../../../shared/detect/examples/posture.ts';
import { exampleTenant } from '../../../shared/detect/examples/tenant.ts';
import type { PostureCheck } from '../../../shared/detect/posture-check.ts';
import appCredentials from '../../../shared/detect/posture-checks/posture-app-credential-lifetime.ts';
import mfa from '../../../shared/detect/posture-checks/posture-ca-admin-mfa.ts';
import exclusions from '../../../shared/detect/posture-checks/posture-ca-exclusions.ts';
import legacy from '../../../shared/detect/posture-checks/posture-ca-legacy-block.ts';
import risk from '../../../shared/detect/posture-checks/posture-ca-risk.ts';
import consents from '../../../shared/detect/posture-checks/posture-consent-settings.ts';
import logExport from '../../../shared/detect/posture-checks/posture-log-export-incomplete.ts';
import pimSettings from '../../../shared/detect/posture-checks/posture-pim-role-settings.ts';
import root from '../../../shared/detect/posture-checks/posture-rbac-root.ts';
import { globalAdministrator } from '../../../shared/roles.ts';
import { parseSnapshot } from '../../../shared/watch/directory.ts';
import { Watchlist } from '../../../shared/watch/watchlist.ts';

const noon = Date.parse('2026-11-20T12:00:00Z');

type Scene = { account?: object; others?: readonly object[]; now?: number };

function judge(check: PostureCheck, directory: object, scene: Scene = {}) {
  const { account = {}, others = [], now = noon } = scene;
  const accounts = [{ ...soundAdministrator, ...account }, ...others];
  const written = postureSnapshot(accounts, directory as Record<string, unknown>);
  const snapshot = parseSnapshot(JSON.stringify(written), 'a test');
  const { settingsOf, tenant } = policyOf(check.id, {});
  const run = { ...tenant, accounts: { ...exampleTenant.accounts, emergency: [], exposed: [] } };
  const watchlist = new Watchlist(run);
  watchlist.takeSnapshot(snapshot);
  const [verdict] = checkPosture(watchlist, {
    ...{ checks: [check], settingsOf, tenant: run, snapshot, now },
  });
  const found = (verdict?.found ?? []).map(({ kept }) => kept.finding);
  return { found, unknown: verdict?.unknown ?? [] };
}

const titles = ({ found }: ReturnType<typeof judge>) => found.map(({ title }) => title);
const ids = ({ found }: ReturnType<typeof judge>) => found.map(({ id }) => id);

describe('several things wrong at once', () => {
  test('each way in has its own finding', () => {
    expect(titles(judge(legacy, accessPolicies({})))).toEqual([
      'Old protocols without MFA are not blocked',
      'Sign-ins by device code are not blocked',
    ]);
  });

  test('so has each kind of risk', () => {
    const licensed = { organization: { plans: ['AAD_PREMIUM_P2'] }, ...accessPolicies({}) };
    expect(titles(judge(risk, licensed))).toEqual([
      'No policy acts on users at high risk',
      'No policy acts on sign-ins at high risk',
    ]);
  });

  test('what is open to everybody comes gravest first', () => {
    const consent = {
      userConsentPolicies: ['microsoft-user-default-legacy'],
      usersMayRegisterApps: true,
      invitesFrom: 'everyone',
      guestRoleId: 'a0b1b346-4d3e-4e8b-98f8-753987be4970',
    };
    const { found } = judge(consents, { consent });
    expect(found.map(({ severity }) => severity)).toEqual(['medium', 'medium', 'medium', 'low']);
    expect(new Set(found.map(({ id }) => id)).size).toBe(4);
  });

  test('one finding names all that is wrong with a role', () => {
    const pimSettingsOfAll = [
      {
        ...{ roleTemplateId: globalAdministrator, maxActivationHours: 24, requiresMfa: false },
        ...{ requiresAuthenticationContext: false, requiresJustification: false },
        ...{ requiresApproval: false, approvers: 0, allowsPermanentActive: true },
        notifiesOnActivation: false,
      },
    ];
    const { found } = judge(pimSettings, { pimSettings: pimSettingsOfAll });
    expect(found.map(({ severity, details }) => [severity, details.flaws])).toEqual([
      [
        'high',
        [
          'no MFA',
          'no reason',
          'up to 24 hours',
          'nobody hears of it',
          'may be held for good',
          'no approval',
        ],
      ],
    ]);
  });

  test('one finding counts all administrators without MFA, and names those that are known', () => {
    const many = Array.from({ length: 30 }, (_, n) => ({
      ...soundAdministrator,
      id: `00000000-0000-4000-8000-0000000001${String(n).padStart(2, '0')}`,
      userPrincipalName: `admin-${n}@example.com`,
    }));
    const [finding] = judge(mfa, accessPolicies(), { others: many }).found;
    expect(finding?.title).toBe('No policy asks 31 of 31 administrators for MFA');
    expect(finding?.details.count).toBe(31);
    expect(finding?.details.accounts).toHaveLength(20);
  });
});

describe('the same state is the same finding', () => {
  const credentials = [
    { kind: 'secret', id: 's', startsAt: '2026-06-01T00:00:00Z', endsAt: '2026-12-01T00:00:00Z' },
  ];
  const app = { id: '00000000-0000-4000-8000-000000000031', type: 'servicePrincipal', credentials };

  test('whatever the day is', () => {
    const today = judge(appCredentials, {}, { others: [app] });
    const later = judge(appCredentials, {}, { others: [app], now: noon + 3 * 86_400_000 });
    expect(ids(today)).toHaveLength(1);
    expect(ids(later)).toEqual(ids(today));
  });

  test('however many it is about', () => {
    const another = { ...soundAdministrator, id: '00000000-0000-4000-8000-000000000101' };
    const more = judge(mfa, accessPolicies(), { others: [another] });
    expect(ids(more)).toEqual(ids(judge(mfa, accessPolicies())));
  });

  test('whatever a policy is called', () => {
    const excluded = { excludeUsers: [soundAdministrator.id] };
    const renamed = judge(exclusions, accessPolicies({ ...excluded, name: 'Another name' }));
    expect(ids(renamed)).toEqual(ids(judge(exclusions, accessPolicies(excluded))));
  });

  test('rights at two places are two', () => {
    const given = (scope: string) => ({
      ...{ scope, roleName: 'Owner', principal: { type: 'user', id: 'u' } },
      ...{ isEligible: false, until: null, since: '2026-10-01T00:00:00Z' },
    });
    const group = '/providers/Microsoft.Management/managementGroups/contoso';
    const azure = { subscriptions: [], assignments: [given('/'), given(group)], seesRoot: true };
    const { found } = judge(root, { azure });
    expect(new Set(found.map(({ id }) => id)).size).toBe(2);
    expect(found.map(({ time }) => time)).toEqual(Array(2).fill('2026-10-01T00:00:00.000Z'));
  });
});

describe('what is not known', () => {
  test('stands beside what was found', () => {
    const azure = {
      subscriptions: [],
      assignments: [
        {
          ...{ scope: '/', roleName: 'Owner', principal: { type: 'user', id: 'u' } },
          ...{ isEligible: false, until: null },
        },
      ],
      seesRoot: false,
    };
    const { found, unknown } = judge(root, { azure });
    expect([found.length, unknown.length]).toEqual([1, 1]);
  });

  test('is told once, in the words of the gap', () => {
    const gap = {
      part: 'conditionalAccess',
      why: 'permission',
      detail: 'Policy.Read.All is missing.',
    };
    expect(judge(legacy, { gaps: [gap] }).unknown).toEqual([{ unknown: gap.detail }]);
  });

  test('of the policies that wait, names the one that would do', () => {
    const waiting = { state: 'enabledForReportingButNotEnforced', name: 'MFA\nsoon' };
    const [finding] = judge(mfa, accessPolicies(waiting)).found;
    expect(finding?.summary).toContain('Would do, but only report: MFA soon.');
  });

  test('of the logs, names those that are missing', () => {
    const sent = { name: 'x', hubName: 'h', categories: ['AuditLogs'] };
    const [finding] = judge(logExport, { logExport: [sent], organization: { plans: [] } }).found;
    expect(finding?.summary).toContain('ServicePrincipalSignInLogs, ManagedIdentitySignInLogs');
    expect(finding?.summary).not.toContain('Risky');
  });
});
