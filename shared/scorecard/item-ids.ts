/**
 * The items of Microsoft's guidance on securing privileged access, by stage. An id is never renamed
 * or used again: policies attest items by it, and the history of the scorecard is kept by it.
 */
export const itemIdsByStage = {
  /** The first 24 to 48 hours. */
  1: [
    'pim-in-use',
    'top-roles-additions-noticed',
    'unneeded-roles-removed',
    'account-kinds-placed',
    'break-glass-ready',
    'top-roles-mfa',
  ],
  /** Two to four weeks. */
  2: [
    'role-inventory',
    'admin-mail-address',
    'admin-mfa-registered',
    'admin-justification',
    'no-personal-accounts',
    'separate-admin-accounts',
    'admin-mail-forwarded',
    'admins-cloud-only',
    'admin-passwords-fresh',
    'password-hash-sync',
    'mfa-for-all',
    'strongest-methods',
    'identity-protection',
    'secure-score',
    'm365-guidance-reviewed',
    'idle-admins-noticed',
    'incident-plan-owners',
    'on-premises-admins',
    'azure-subscriptions-known',
    'azure-activity-watched',
    'conditional-access-prepared',
  ],
  /** One to three months. */
  3: [
    'access-review-done',
    'lesser-roles',
    'exposed-strong-authentication',
    'admin-workstations',
    'incident-phases',
    'pim-for-further-roles',
    'legacy-protocols-blocked',
    'm365-roles-reviewed',
    'm365-incident-handling',
    'on-premises-protection',
    'azure-monitoring',
    'virtual-machine-accounts',
    'pim-for-azure',
    'azure-logs-to-siem',
    'app-provisioning',
    'information-protection',
    'task-level-approvals',
  ],
  /** Six months and beyond. */
  4: [
    'everyday-work-without-privilege',
    'audit-logs-kept',
    'roles-still-least',
    'joined-device-admins',
    'm365-role-members',
    'incident-plan-validated',
    'subscription-ownership',
  ],
} as const;

export type Stage = keyof typeof itemIdsByStage;
export type ItemId = (typeof itemIdsByStage)[Stage][number];

/** Items of which a machine sees nothing, or not all: a person may vouch for them in the policy. */
export const attestableIds = [
  'admin-justification',
  'admin-mail-forwarded',
  'password-hash-sync',
  'm365-guidance-reviewed',
  'incident-plan-owners',
  'on-premises-admins',
  'incident-phases',
  'm365-incident-handling',
  'on-premises-protection',
  'azure-monitoring',
  'virtual-machine-accounts',
  'app-provisioning',
  'information-protection',
  'task-level-approvals',
  'joined-device-admins',
  'incident-plan-validated',
  'subscription-ownership',
] as const satisfies readonly ItemId[];
