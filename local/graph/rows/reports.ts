import type { Fields, LogRow, Review, Tenant, User } from '../model.ts';
import { derivedRow, type Row, row } from './row.ts';

/** They reset a password, and prove nothing when signing in. */
const noSecondFactor = new Set(['email', 'securityQuestion']);

/** Who has which ways to sign in. Who is new or disabled may be missing, here as there. */
export const registrationRows = (tenant: Tenant): Row[] =>
  tenant.users.flatMap((user) => {
    const { fields, registration } = user;
    if (!registration) return [];
    const { methods } = registration;
    return row('userRegistrationDetails', {
      id: fields.id,
      userPrincipalName: fields.userPrincipalName,
      userDisplayName: fields.displayName,
      userType: fields.userType === 'Guest' ? 'guest' : 'member',
      isAdmin: isActiveAdmin(tenant, user),
      isSsprRegistered: methods.length > 1,
      isSsprEnabled: true,
      isSsprCapable: methods.length > 1,
      isMfaRegistered: methods.some((method) => !noSecondFactor.has(method)),
      isMfaCapable: registration.isMfaCapable,
      isPasswordlessCapable: registration.isPasswordlessCapable,
      methodsRegistered: methods,
      isSystemPreferredAuthenticationMethodEnabled: false,
      systemPreferredAuthenticationMethods: [],
      userPreferredMethodForSecondaryAuthentication: methods.length > 0 ? 'push' : 'none',
      lastUpdatedDateTime: registration.updatedAt,
    });
  });

/** The report knows those who hold a role now, not those who may activate one. */
const isActiveAdmin = ({ holdings }: Tenant, { fields }: User) =>
  holdings.some(({ kind, principalId }) => kind === 'active' && principalId === fields.id);

export function methodSummary(tenant: Tenant): Row {
  const counts = new Map<string, number>();
  for (const { registration } of tenant.users) {
    for (const method of registration?.methods ?? []) {
      counts.set(method, (counts.get(method) ?? 0) + 1);
    }
  }
  return row('userRegistrationMethodSummary', {
    totalUserCount: tenant.users.length,
    userRoles: 'all',
    userTypes: 'all',
    userRegistrationMethodCounts: [...counts].map(([authenticationMethod, userCount]) => ({
      authenticationMethod,
      userCount,
    })),
  });
}

export const riskyUserRows = (tenant: Tenant): Row[] =>
  tenant.users.flatMap(({ fields, risk }) =>
    risk
      ? row('riskyUser', {
          id: fields.id,
          isDeleted: false,
          isProcessing: false,
          riskLevel: risk.level,
          riskState: risk.state,
          riskDetail: risk.detail,
          riskLastUpdatedDateTime: risk.updatedAt,
          userDisplayName: fields.displayName,
          userPrincipalName: fields.userPrincipalName,
        })
      : [],
  );

export const riskHistoryRows = (tenant: Tenant, userId: string): Row[] =>
  riskyUserRows(tenant)
    .filter(({ fields }) => fields.id === userId)
    .map(({ fields }) =>
      row('riskyUserHistoryItem', {
        ...fields,
        id: `${userId}${Date.parse(String(fields.riskLastUpdatedDateTime))}`,
        userId,
        initiatedBy: null,
        activity: { detail: 'none', riskEventTypes: ['unfamiliarFeatures'] },
      }),
    );

/** Newest first. What has not arrived yet is not there, however old it is. */
const arrived = (rows: readonly LogRow[], now: number, keptDays: number, time: string): Fields[] =>
  rows
    .filter(({ arrivesAt }) => arrivesAt <= now)
    .map(({ fields }) => fields)
    .filter((fields) => Date.parse(String(fields[time])) > now - keptDays * 24 * 60 * 60 * 1000)
    .toSorted((a, b) => Date.parse(String(b[time])) - Date.parse(String(a[time])));

export const auditRows = (tenant: Tenant, now: number, keptDays: number): Row[] =>
  arrived(tenant.directoryAudits, now, keptDays, 'activityDateTime').map((fields) =>
    row('directoryAudit', fields),
  );

/** @param isAnyKind - Beta, asked for other kinds than interactive ones. */
export const signInRows = (tenant: Tenant, now: number, isAnyKind: boolean): Row[] =>
  arrived(tenant.signIns, now, 30, 'createdDateTime')
    .filter(({ isInteractive }) => isAnyKind || isInteractive === true)
    .map((fields) => row('signIn', fields));

export const instanceRows = ({ instances }: Review): Row[] =>
  instances.map(({ fields }) => row('accessReviewInstance', fields));

export const decisionRows = ({ instances }: Review, id: string): Row[] | undefined =>
  instances
    .find(({ fields }) => fields.id === id)
    ?.decisions.map((fields) => row('accessReviewInstanceDecisionItem', fields));

export const methodRows = ({ methods }: User): Row[] =>
  methods.map((fields) => derivedRow('authenticationMethod', fields));
