import type { Verdict } from '../../shared/detect/check-posture.ts';
import { detectionIdGroups } from '../../shared/detect/detection-ids.ts';
import { postureSnapshot, soundAdministrator } from '../../shared/detect/examples/posture.ts';
import { exampleTenant, people } from '../../shared/detect/examples/tenant.ts';
import type { Found } from '../../shared/detect/found.ts';
import type { Unknown } from '../../shared/detect/posture-check.ts';
import type { Party, RoleRef } from '../../shared/finding.ts';
import { settingsFrom } from '../../shared/policy/settings-of.ts';
import { type Policy, policySchema, type TenantPolicy } from '../../shared/policy.ts';
import { globalAdministrator } from '../../shared/roles.ts';
import type { ItemId } from '../../shared/scorecard/item-ids.ts';
import { items } from '../../shared/scorecard/items.ts';
import {
  type Scorecard,
  type ScorecardInput,
  scorecardOf,
} from '../../shared/scorecard/scorecard.ts';
import type { Severity } from '../../shared/severity.ts';
import { parseSnapshot, type Snapshot } from '../../shared/watch/directory.ts';
import { Watchlist } from '../../shared/watch/watchlist.ts';

// The invented tenant of the examples as the scorecard meets it, with invented verdicts.

export const now = Date.parse('2026-11-20T12:00:00Z');

const groupA = [
  'admin-password-stale',
  'admin-password-never-expires-weak',
  'shared-admin-password-not-rotated',
] as const;
export const everyCheck = [...groupA, ...detectionIdGroups.E];

export const ada: Party = { type: 'user', id: people.ada.id, name: people.ada.upn };

type Invented = {
  subject?: Party;
  title?: string;
  severity?: Severity;
  roles?: RoleRef[];
  details?: object;
};
let findings = 0;

/** A finding that nobody found. */
export function invented(check: string, more: Invented = {}): Found {
  const { subject = ada, title = `${subject.name}: wrong`, severity = 'high', roles = [] } = more;
  findings += 1;
  const finding = {
    id: `finding-${findings}`,
    revision: 1,
    incident: 'incident',
    detection: check,
    severity,
    title,
    summary: title,
    time: '2026-11-20T00:00:00.000Z',
    tenantId: exampleTenant.id,
    subject,
    actor: null,
    roles,
    techniques: [],
    source: { category: 'Graph', recordIds: [], correlationId: null },
    details: { ...more.details },
  };
  const kept = {
    finding,
    state: 'open' as const,
    precedence: '',
    severityWhenRepeated: null,
    recordId: '',
    arrivedAt: null,
    detectedAt: '2026-11-20T00:00:00.000Z',
  };
  return { kept, incident: 'incident', matter: 'account', subject };
}

type Said = { found?: Found[]; unknown?: Unknown[] };

/** All checks content, but for what some of them say. */
export const verdictsWith = (said: Record<string, Said> = {}): Verdict[] =>
  everyCheck.map((check) => ({ check, found: [], unknown: [], ...said[check] }));

export const snapshotOf = (accounts: readonly unknown[], directory: object = {}): Snapshot =>
  parseSnapshot(
    JSON.stringify(postureSnapshot(accounts, directory as Record<string, unknown>)),
    'invented',
  );

/** A tenant of which everything was read, and all is well. */
export const soundDirectory = {
  organization: { onPremisesSyncEnabled: null, plans: ['AAD_PREMIUM_P2'], domains: [] },
  securityDefaults: { enabled: false },
  conditionalAccess: [
    {
      id: 'p1',
      name: 'MFA for all',
      state: 'enabled',
      includeUsers: ['all'],
      includeApps: ['all'],
      excludeUsers: [people.glass.id],
      grant: { operator: 'OR', controls: ['mfa'] },
    },
  ],
  authenticationMethods: [{ id: 'Fido2', enabled: true }],
  consent: { userConsentPolicies: [], usersMayRegisterApps: false },
  pimSettings: [
    'e8611ab8-c189-46e8-94e1-60213ab1f814',
    '29232cdf-9323-42fd-ade2-1d097af3e4de',
    'f28a1f50-f6e7-4571-818b-6a12f2af6b6c',
    globalAdministrator,
  ].map((roleTemplateId) => ({ roleTemplateId, notifiesOnActivation: true })),
  pimAlerts: [],
  accessReviews: [],
  secureScore: { at: '2026-11-18T00:00:00Z', current: 312, max: 480 },
  azure: {
    subscriptions: [{ id: 's1', name: 'production', state: 'Enabled' }],
    assignments: [
      {
        scope: '/subscriptions/s1',
        roleName: 'Owner',
        principal: { type: 'user', id: people.ada.id, name: people.ada.upn },
        isEligible: true,
        isExternal: false,
      },
    ],
    seesRoot: true,
  },
  logExport: [{ name: 'to-hub', hubName: 'logs', categories: ['AuditLogs'] }],
};

export const soundAccounts = [
  soundAdministrator,
  {
    ...soundAdministrator,
    id: people.ben.id,
    userPrincipalName: people.ben.upn,
    assignments: [
      {
        roleTemplateId: globalAdministrator,
        state: 'eligible',
        scope: '/',
        via: null,
        until: null,
      },
    ],
  },
  { ...soundAdministrator, id: people.fay.id, userPrincipalName: people.fay.upn, assignments: [] },
];

const policyWith = (detections: object): Policy =>
  policySchema.parse({
    version: 1,
    tenants: [{ id: exampleTenant.id, name: 'example' }],
    detections,
    channels: { soc: { type: 'teams', webhookUrl: { env: 'TEAMS_WEBHOOK_URL' } } },
    routes: [{ minSeverity: 'low', channels: ['soc'] }],
  }) as Policy;

export const settingsWith = (detections: object = {}) => settingsFrom(policyWith(detections));

export type Given = Partial<Omit<ScorecardInput, 'tenant'>> & { tenant?: Partial<TenantPolicy> };

/** The card of the sound tenant, but for what is given. */
export function cardOf({ tenant: laid, ...given }: Given = {}): Scorecard {
  const tenant = { ...exampleTenant, name: 'example', ...laid };
  const snapshot = 'snapshot' in given ? given.snapshot : snapshotOf(soundAccounts, soundDirectory);
  const watchlist = new Watchlist(tenant);
  if (snapshot) watchlist.takeSnapshot(snapshot);
  return scorecardOf({
    verdicts: verdictsWith(),
    settingsOf: settingsWith(),
    watchlist,
    snapshot,
    now,
    ...given,
    tenant,
  });
}

export function itemOf(card: Scorecard, id: ItemId) {
  const found = card.stages.flatMap((stage) => stage.items).find((item) => item.id === id);
  if (!found) throw new Error(`no item ${id}`);
  return found;
}

export const definitionOf = (id: ItemId) => {
  const found = items.find((item) => item.id === id);
  if (!found) throw new Error(`no item ${id}`);
  return found;
};
