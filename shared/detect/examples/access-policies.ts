/** A policy that is on and asks everybody for MFA, everywhere; `fields` go over it. */
const accessPolicy = (fields: object) => ({
  name: 'MFA for all',
  state: 'enabled',
  includeUsers: ['all'],
  includeApps: ['all'],
  clientAppTypes: ['all'],
  grant: { operator: 'OR', controls: ['mfa'] },
  ...fields,
});

/** What a snapshot says of them; security defaults can't be on beside policies that are. */
export const accessPolicies = (...policies: readonly object[]) => ({
  securityDefaults: { enabled: false },
  conditionalAccess: policies.map((fields, n) => accessPolicy({ id: `policy-${n}`, ...fields })),
});

export const reportOnly = { state: 'enabledForReportingButNotEnforced' };
export const blocking = { grant: { operator: 'OR', controls: ['block'] } };

/** The tenant has no licence for Conditional Access. */
export const noAccessLicence = {
  gaps: [{ part: 'conditionalAccess', why: 'licence', detail: 'Needs Entra ID P1.' }],
};

export const azureManagement = '797f4846-ba00-4fd7-ba43-dac1f8f63013';
