import { globalAdministrator } from '../../roles.ts';
import { exampleTenantId, helpdeskAdministrator, people } from './tenant.ts';

/** Ada as the posture checks meet her: nothing about her is wrong but what an example changes. */
export const soundAdministrator = {
  id: people.ada.id,
  type: 'user',
  userPrincipalName: people.ada.upn,
  displayName: 'Ada (admin)',
  enabled: true,
  userType: 'Member',
  onPremisesSynced: false,
  mail: null,
  otherMails: ['ada@example.net'],
  createdAt: '2024-01-01T00:00:00Z',
  lastPasswordChangeAt: '2026-11-01T00:00:00Z',
  lastSignInAt: '2026-11-18T08:00:00Z',
  passwordPolicies: 'None',
  mfaRegistered: true,
  mfaCapable: true,
  methods: ['passKeyDeviceBound'],
  identityIssuers: ['example.onmicrosoft.com'],
  hasMailbox: false,
  isLicensed: false,
  forwardsMailTo: [],
  memberOf: [],
  assignments: [
    { roleTemplateId: globalAdministrator, state: 'active', scope: '/', via: null, until: null },
  ],
};

/** Assignments as a reading has them: of the help desk, the account's own, active and for good unless said. */
export const assigned = (...all: readonly object[]) => ({
  assignments: all.map((fields) => ({
    roleTemplateId: helpdeskAdministrator,
    state: 'active',
    scope: '/',
    via: null,
    until: null,
    ...fields,
  })),
});

/** A snapshot of which PIM could not be read: for want of a permission, unless said. */
export const pimGap = (fields: object = {}) => ({
  gaps: [{ part: 'pim', why: 'permission', detail: 'PIM was not read.', ...fields }],
});

/** When the snapshot of every posture example was taken, and the one before it. */
export const exampleTakenAt = '2026-11-19T00:00:00Z';
const earlierTakenAt = '2026-11-18T00:00:00Z';

export const postureSnapshot = (
  accounts: readonly unknown[],
  directory: Readonly<Record<string, unknown>> = {},
) => ({ tenantId: exampleTenantId, takenAt: exampleTakenAt, accounts, ...directory });

export const earlierSnapshot = (accounts: readonly unknown[], gaps: readonly object[] = []) => ({
  ...postureSnapshot(accounts, { gaps }),
  takenAt: earlierTakenAt,
});
