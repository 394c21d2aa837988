import type { AuditEvent } from '../../read/event.ts';
import { asText } from '../../read/raw.ts';
import { type Severity, severityRank } from '../../severity.ts';
import { defineDetection } from '../detection.ts';
import { policyRow } from '../examples/policies.ts';
import { changedSettings, type SettingChange, saysOff, saysOn } from '../rows/policy-settings.ts';
import { policyTarget } from '../rows/policy-target.ts';
import { oneClick } from '../rows/role-grants.ts';
import { auditDetails, listOf, nameOf } from '../wording.ts';

type Change = { what: string; severity: Severity };

const opens = ({ after }: SettingChange) => saysOn(after) || /^allowed$/i.test(String(after));
/** The kinds of access are numbers in the directory: 1 allows, 2 blocks. */
const closes = ({ path, after }: SettingChange) =>
  saysOff(after) || (path.endsWith('/accesstype') && /^(2|blocked)$/i.test(String(after)));

/** What lets people of another tenant in further than as guests. */
const doors: readonly { path: RegExp; what: string }[] = [
  { path: /\/is\w+accepted$/, what: 'trusts factors or devices of the other tenant' },
  { path: /\/issyncallowed$/, what: 'accounts of the other tenant are created here' },
  { path: /\/inboundallowed$/, what: 'invitations redeem themselves' },
  { path: /^\/b2bdirectconnectinbound\/.*accesstype$/, what: 'direct connect from outside' },
];

const partner = '00000000-0000-4000-8000-000000000062';
const update = (changes: Parameters<typeof policyRow>[1], fields: object = {}) =>
  policyRow(
    'Update a partner cross-tenant access setting',
    { tenantId: [partner, partner], ...changes },
    { category: 'CrossTenantAccessSettings', ...fields },
  );
const access = (accessType: number | string) => [
  {
    UsersAndGroups: { AccessType: accessType, Targets: [{ Target: 'AllUsers', TargetType: 1 }] },
  },
];

export default defineDetection({
  id: 'cross-tenant-access-changed',
  title: 'Cross-tenant access changed',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'medium',
  severityVaries:
    'high where factors or devices of another tenant are trusted, its accounts synchronised or let in directly; low for what is deleted',
  categories: ['AuditLogs'],
  techniques: ['T1484.002', 'T1199'],
  source: 'https://learn.microsoft.com/entra/external-id/cross-tenant-access-overview',
  why: 'What one tenant trusts another to prove, an intruder there can prove; and synchronised accounts come back after they are deleted here.',
  triage: [
    'See which tenant it is and what it may do now; ask whoever did it.',
    'If nobody planned it: take the setting back, and look for guests and sign-ins from that tenant.',
  ],
  falsePositives: ['A partner, a subsidiary or a merger.'],

  detect(event) {
    if (event.result !== 'success' || !isCrossTenant(event)) return;
    const change = judge(event);
    if (!change) return;
    const tenant = partnerOf(event);
    const name = tenant ?? policyTarget(event)?.party.name ?? 'all tenants';
    const { key, gathered } = oneClick(event);
    return {
      key: [name, key],
      precedence: String(severityRank(change.severity)),
      title: `${nameOf(event.actor)} > cross-tenant access, ${nameOf({ id: null, name })}: ${change.what}`,
      summary: `${nameOf(event.actor)} changed cross-tenant access for ${nameOf({ id: null, name })}: ${change.what}.`,
      severity: change.severity,
      subject: { type: 'policy', id: null, name },
      matter: ['tenant-policy', 'cross-tenant'],
      gathered,
      details: { ...auditDetails(event), tenant },
    };
  },

  examples: () => [
    {
      name: 'a partner',
      records: [
        policyRow(
          'Add a partner to cross-tenant access setting',
          { tenantId: [null, partner] },
          { category: 'CrossTenantAccessSettings' },
        ),
      ],
      expect: 'medium',
    },
    {
      name: 'told by its name alone',
      records: [policyRow('Create a partner cross-tenant access setting', {})],
      expect: 'medium',
    },
    {
      name: 'told by its category alone',
      records: [policyRow('Update settings', {}, { category: 'CrossTenantIdentitySyncSettings' })],
      expect: 'medium',
    },
    {
      name: 'no target',
      records: [update({}, { targetResources: [] })],
      expect: 'medium',
    },
    {
      name: 'its factors are trusted',
      records: [update({ inboundTrust: [{ isMfaAccepted: false }, { isMfaAccepted: true }] })],
      expect: 'high',
    },
    {
      name: 'its factors are trusted, its devices no longer',
      records: [
        update({
          inboundTrust: [
            { isMfaAccepted: false, isCompliantDeviceAccepted: true },
            { isMfaAccepted: true, isCompliantDeviceAccepted: false },
          ],
        }),
      ],
      expect: 'high',
    },
    {
      name: 'its factors are no longer trusted',
      records: [update({ inboundTrust: [{ isMfaAccepted: true }, { isMfaAccepted: false }] })],
      expect: 'nothing',
    },
    {
      name: 'its accounts are synchronised',
      records: [
        policyRow(
          'Update a partner cross-tenant identity sync setting',
          { userSyncInbound: [{ isSyncAllowed: false }, { isSyncAllowed: true }] },
          { category: 'CrossTenantIdentitySyncSettings' },
        ),
      ],
      expect: 'high',
    },
    {
      name: 'invitations redeem themselves',
      records: [update({ automaticUserConsentSettings: ['', '{"inboundAllowed":"True"}'] })],
      expect: 'high',
    },
    {
      name: 'let in directly, by number',
      records: [update({ b2bDirectConnectInbound: [access(2), access(1)] })],
      expect: 'high',
    },
    {
      name: 'let in directly, by word',
      records: [update({ b2bDirectConnectInbound: [access('Blocked'), access('Allowed')] })],
      expect: 'high',
    },
    {
      name: 'let in as guests',
      records: [update({ b2bCollaborationInbound: [access(2), access(1)] })],
      expect: 'medium',
    },
    {
      name: 'locked out, and the partner is told as if it were new',
      records: [
        update({ tenantId: ['', partner], b2bCollaborationInbound: [access(1), access(2)] }),
      ],
      expect: 'nothing',
    },
    {
      name: 'a partner that gets nothing yet',
      records: [
        policyRow(
          'Add a partner to cross-tenant access setting',
          { tenantId: ['', partner], isServiceProvider: ['', 'false'] },
          { category: 'CrossTenantAccessSettings' },
        ),
      ],
      expect: 'medium',
    },
    {
      name: 'a setting of its own for a partner',
      records: [
        policyRow(
          'Create a partner cross-tenant identity sync setting',
          { tenantId: ['', partner], userSyncInbound: ['', { isSyncAllowed: false }] },
          { category: 'CrossTenantIdentitySyncSettings' },
        ),
      ],
      expect: 'medium',
    },
    {
      name: 'locked out, by number',
      records: [update({ b2bCollaborationInbound: [access(1), access(2)] })],
      expect: 'nothing',
    },
    {
      name: 'locked out, by word',
      records: [update({ b2bCollaborationInbound: [access('Allowed'), access('Blocked')] })],
      expect: 'nothing',
    },
    {
      name: 'one door closed, another one opened',
      records: [
        update({
          b2bCollaborationInbound: [access(1), access(2)],
          b2bCollaborationOutbound: [access(2), access(1)],
        }),
      ],
      expect: 'medium',
    },
    {
      name: 'two of something else',
      records: [update({ note: ['1', '2'] })],
      expect: 'medium',
    },
    {
      name: 'a partner deleted',
      records: [
        policyRow(
          'Delete partner specific cross-tenant access setting',
          { tenantId: [partner, null] },
          { category: 'CrossTenantAccessSettings' },
        ),
      ],
      expect: 'low',
    },
    {
      name: 'the platform moved the settings',
      records: [
        policyRow(
          'Migrated partner cross-tenant access settings to the scalable model',
          {},
          { category: 'CrossTenantAccessSettings' },
        ),
      ],
      expect: 'nothing',
    },
    {
      name: 'an invitation',
      records: [policyRow('Invite external user', {}, { category: 'UserManagement' })],
      expect: 'nothing',
    },
    {
      name: 'refused',
      records: [update({ inboundTrust: [null, { isMfaAccepted: true }] }, { result: 'failure' })],
      expect: 'nothing',
    },
  ],
});

const isCrossTenant = ({ auditCategory, operation }: AuditEvent) =>
  (auditCategory.startsWith('crosstenant') || operation.includes('cross-tenant')) &&
  !operation.startsWith('migrated');

function judge(event: AuditEvent): Change | undefined {
  if (event.operation.startsWith('delete')) return { what: 'deleted', severity: 'low' };
  // Whose setting it is, is no setting.
  const changed = changedSettings(event).filter(({ path }) => path !== '/tenantid');
  const opened = doors.filter(({ path }) =>
    changed.some((change) => path.test(change.path) && opens(change)),
  );
  if (opened.length > 0) return { what: listOf(opened.map(({ what }) => what)), severity: 'high' };
  const isNew = /^(add|create)/.test(event.operation);
  if (!isNew && changed.length > 0 && changed.every(closes)) return undefined;
  return { what: nameOf({ id: null, name: event.activity }), severity: 'medium' };
}

function partnerOf({ targets }: AuditEvent): string | undefined {
  const told = targets.flatMap(({ changes }) => changes.get('tenantid') ?? []);
  return told.flatMap(({ before, after }) => asText(after) ?? asText(before) ?? [])[0];
}
