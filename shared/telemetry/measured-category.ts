/** The logs that are read, as diagnostic settings call them, and one word for whatever else a record names. */
export const measuredCategories = [
  'AuditLogs',
  'SignInLogs',
  'NonInteractiveUserSignInLogs',
  'ServicePrincipalSignInLogs',
  'ManagedIdentitySignInLogs',
  'MicrosoftServicePrincipalSignInLogs',
  'ADFSSignInLogs',
  'RiskyUsers',
  'UserRiskEvents',
  'RiskyServicePrincipals',
  'ServicePrincipalRiskEvents',
  'AzureActivity',
  'Administrative',
  'Security',
  'Policy',
  'Action',
  'Write',
  'Delete',
  'other',
] as const;
export type MeasuredCategory = (typeof measuredCategories)[number];

const byName = new Map(measuredCategories.map((name) => [name.toLowerCase(), name] as const));

/** A record may name any category that its writer likes, an address among them; Log Analytics puts AAD before some. */
export function measuredCategory(written: string): MeasuredCategory {
  const name = written.toLowerCase();
  return byName.get(name) ?? byName.get(name.replace(/^aad/, '')) ?? 'other';
}
