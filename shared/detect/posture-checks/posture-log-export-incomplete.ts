import type { Snapshot } from '../../watch/directory.ts';
import { hasP2 } from '../posture/plans.ts';
import { definePostureCheck, tenantParty, unread } from '../posture-check.ts';
import { listOf, nameOf } from '../wording.ts';

const core = [
  'AuditLogs',
  'SignInLogs',
  'NonInteractiveUserSignInLogs',
  'ServicePrincipalSignInLogs',
  'ManagedIdentitySignInLogs',
] as const;
/** They come with Microsoft Entra ID P2. */
const risk = ['RiskyUsers', 'UserRiskEvents'] as const;

const rule = (namespace: string) =>
  `/subscriptions/1/resourceGroups/soc/providers/Microsoft.EventHub/namespaces/${namespace}/authorizationRules/send`;
const setting = (categories: readonly string[], fields: object = {}) => ({
  name: 'to-soc-hub',
  hubRuleId: rule('soc'),
  hubName: 'entra',
  categories,
  ...fields,
});
const p1 = { organization: { plans: ['AAD_PREMIUM'] } };
const p2 = { organization: { plans: ['AAD_PREMIUM', 'AAD_PREMIUM_P2'] } };
const exports = (...logExport: readonly object[]) => ({ ...p1, logExport });
const without = (category: string) => core.filter((one) => one !== category);
const named = { ownResources: { diagnosticSettings: ['To-SOC-Hub'], resourceIds: [] } };
const otherName = { name: 'to-archive' };

export default definePostureCheck({
  id: 'posture-log-export-incomplete',
  title: 'Logs of Entra not sent in full',
  severity: 'high',
  severityVaries: 'Low where only the logs of risk are missing.',
  categories: ['Graph'],
  techniques: ['T1685.002'],
  source:
    'https://learn.microsoft.com/entra/identity/monitoring-health/howto-configure-diagnostic-settings',
  why: 'What is not sent is not seen: neither here nor in the SIEM, and after thirty days nowhere.',
  triage: [
    'Look in the audit and activity logs who changed the diagnostic settings, and when.',
    'Turn the missing categories on, in the setting that sends to our hub.',
    'Name that setting in the policy (ownResources.diagnosticSettings), so that no other is taken for it.',
  ],
  falsePositives: [
    'Categories that another setting sends to the same hub: name both in the policy.',
    'Sign-ins of service principals and managed identities left out to save money: they are where a stolen application shows.',
  ],

  check({ snapshot, tenant }) {
    const { logExport } = snapshot;
    const names = tenant.ownResources.diagnosticSettings;
    const ways = waysOf(logExport ?? [], names);
    const [best = { core, risk }] = ways.map(missingIn).sort(byMissing);
    if (!logExport) return [unread(snapshot, 'logExport')];
    const isLicensed = hasP2(snapshot);
    const missing = [...best.core, ...(isLicensed ? best.risk : [])];
    const untold = isLicensed === undefined && best.risk.length > 0;
    const unknown = untold ? [unread(snapshot, 'organization')] : [];
    if (missing.length === 0) return unknown;
    const isNone = best.core.length === core.length;
    const ours = names.map((name) => nameOf({ id: null, name }));
    const by = ours.length > 0 ? ` Looked at: ${listOf(ours)}.` : '';
    return [
      {
        key: [best.core.length > 0 ? 'needed' : 'risk'],
        title: isNone
          ? "None of Entra's logs are sent to a hub"
          : `Not sent to the hub: ${listOf(missing)}`,
        summary: isNone
          ? `No diagnostic setting sends any of the logs that are needed to an event hub.${by}`
          : `The logs of Entra reach the event hub, but for these: ${missing.join(', ')}.${by}`,
        severity: best.core.length > 0 ? ('high' as const) : ('low' as const),
        subject: tenantParty(tenant),
        matter: ['the-watch', 'export'] as const,
        details: { missing },
      },
      ...unknown,
    ];
  },

  examples: () => [
    ...core.map((category) => ({
      name: `without ${category}`,
      directory: exports(setting(without(category))),
      expect: 'high' as const,
    })),
    { name: 'no setting at all', directory: exports(), expect: 'high' },
    {
      name: 'to a workspace alone',
      directory: exports(setting(core, { hubRuleId: null, hubName: null })),
      expect: 'high',
    },
    {
      name: 'by another setting than the policy names',
      directory: exports(setting(core, otherName)),
      tenant: named,
      expect: 'high',
    },
    {
      name: 'each hub gets a part',
      directory: exports(
        setting(without('AuditLogs')),
        setting(['AuditLogs'], { ...otherName, hubRuleId: rule('archive') }),
      ),
      expect: 'high',
    },
    {
      name: 'each hub of a namespace gets a part',
      directory: exports(
        setting(without('AuditLogs')),
        setting(['AuditLogs'], { ...otherName, hubName: 'audit' }),
      ),
      expect: 'high',
    },
    {
      name: 'something is missing, and the plans were not read',
      directory: { logExport: [setting(without('AuditLogs'))] },
      expect: 'high',
    },
    {
      name: 'logs of risk are missing',
      directory: { ...p2, logExport: [setting(core)] },
      expect: 'low',
    },
    {
      name: 'one log of risk is missing, and more in another hub',
      directory: {
        ...p2,
        logExport: [
          setting(core, { ...otherName, hubName: 'other' }),
          setting([...core, 'RiskyUsers']),
        ],
      },
      expect: 'low',
    },
    { name: 'all that is needed', directory: exports(setting(core)), expect: 'nothing' },
    {
      name: 'all, with those of risk',
      directory: { ...p2, logExport: [setting([...core, ...risk])] },
      expect: 'nothing',
    },
    {
      name: 'all, whatever the plans',
      directory: { logExport: [setting([...core, ...risk])] },
      expect: 'nothing',
    },
    {
      name: 'a hub has all, others have not',
      directory: {
        ...p2,
        logExport: [
          setting(['AuditLogs'], { ...otherName, hubName: 'one' }),
          setting(core, { ...otherName, hubName: 'two' }),
          setting([...core, ...risk], { hubName: 'three' }),
        ],
      },
      expect: 'nothing',
    },
    {
      name: 'what is needed to one hub, what is left to another',
      directory: exports(
        setting([...without('AuditLogs'), ...risk], { ...otherName, hubName: 'other' }),
        setting(core),
      ),
      expect: 'nothing',
    },
    {
      name: 'a hub of which the rule is not told',
      directory: exports(setting(core, { hubRuleId: undefined })),
      expect: 'nothing',
    },
    {
      name: 'all, as Azure may spell it',
      directory: exports(setting(core.map((category) => category.toLowerCase()))),
      expect: 'nothing',
    },
    { name: 'all, as a group', directory: exports(setting(['allLogs'])), expect: 'nothing' },
    {
      name: 'a hub for each category',
      directory: exports(setting(core, { hubName: null })),
      expect: 'nothing',
    },
    {
      name: 'two settings to one hub, by rules of their own',
      directory: exports(
        setting(without('AuditLogs')),
        setting(['AuditLogs'], {
          ...otherName,
          hubRuleId: rule('SOC').replace('/send', '/send-too'),
        }),
      ),
      expect: 'nothing',
    },
    {
      name: 'the setting that the policy names',
      directory: exports(setting(core), setting([], otherName)),
      tenant: named,
      expect: 'nothing',
    },
    {
      name: 'two settings that the policy names, to different hubs',
      directory: exports(
        setting(without('AuditLogs')),
        setting(['AuditLogs'], { ...otherName, hubName: 'audit' }),
      ),
      tenant: {
        ownResources: { diagnosticSettings: ['to-soc-hub', 'to-archive'], resourceIds: [] },
      },
      expect: 'nothing',
    },
    { name: 'the settings were not read', directory: p2, expect: 'unknown' },
    {
      name: 'logs of risk are missing, and the plans were not read',
      directory: { logExport: [setting(core)] },
      expect: 'unknown',
    },
  ],
});

type Setting = NonNullable<Snapshot['logExport']>[number];
type Missing = { core: readonly string[]; risk: readonly string[] };

/** Settings that count together: those that the policy names, or else those that send to one hub. */
function waysOf(settings: readonly Setting[], names: readonly string[]): Setting[][] {
  const toHubs = settings.filter(({ hubRuleId, hubName }) => hubRuleId || hubName);
  const ours = new Set(names.map((name) => name.toLowerCase()));
  if (ours.size > 0) return [toHubs.filter(({ name }) => ours.has(name.toLowerCase()))];
  return [...Map.groupBy(toHubs, hubOf).values()];
}

/** A rule of the namespace gives access to every hub in it; there may be several. */
const hubOf = ({ hubRuleId, hubName }: Setting) =>
  [hubRuleId?.replace(/\/authorizationrules\/.*$/i, ''), hubName].join(' ').toLowerCase();

function missingIn(settings: readonly Setting[]): Missing {
  const sent = settings.flatMap(({ categories }) => categories.map((one) => one.toLowerCase()));
  const isMissing = (category: string) =>
    !sent.includes('alllogs') && !sent.includes(category.toLowerCase());
  return { core: core.filter(isMissing), risk: risk.filter(isMissing) };
}

const byMissing = (a: Missing, b: Missing) =>
  a.core.length - b.core.length || a.risk.length - b.risk.length;
