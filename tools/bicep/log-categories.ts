/**
 * The categories that a diagnostic setting can name. Azure takes a misspelled one without a word, and
 * its own type data has but two of them.
 *
 * `needed`: sent wherever the code watches it. `extra`: of no use to any detection today.
 *
 * @see https://learn.microsoft.com/entra/identity/monitoring-health/reference-diagnostic-settings-log-types
 * @see https://learn.microsoft.com/azure/azure-monitor/platform/activity-log-schema#categories
 */
export const knownCategories: Readonly<
  Record<string, Readonly<Record<string, 'needed' | 'extra'>>>
> = {
  entra: {
    ADFSSignInLogs: 'needed',
    AuditLogs: 'needed',
    EnrichedOffice365AuditLogs: 'extra',
    ManagedIdentitySignInLogs: 'needed',
    MicrosoftGraphActivityLogs: 'extra',
    // Of Microsoft's own services, in great numbers, and in preview.
    MicrosoftServicePrincipalSignInLogs: 'extra',
    NetworkAccessTrafficLogs: 'extra',
    NonInteractiveUserSignInLogs: 'needed',
    ProvisioningLogs: 'extra',
    RiskyServicePrincipals: 'needed',
    RiskyUsers: 'needed',
    ServicePrincipalRiskEvents: 'needed',
    ServicePrincipalSignInLogs: 'needed',
    SignInLogs: 'needed',
    UserRiskEvents: 'needed',
  },
  activity: {
    Administrative: 'needed',
    Alert: 'extra',
    Autoscale: 'extra',
    // Both read as activity, and no detection looks at them.
    Policy: 'extra',
    Recommendation: 'extra',
    ResourceHealth: 'extra',
    Security: 'extra',
    ServiceHealth: 'extra',
  },
};
