import type { SnapshotAccount } from '../watch/directory.ts';
import type { UserRow } from './requests/principals.ts';

const isMailbox = ({ mail, proxyAddresses, assignedPlans }: UserRow) =>
  (Boolean(mail) || (proxyAddresses ?? []).some((address) => address.startsWith('SMTP:'))) &&
  (assignedPlans ?? []).some(
    ({ service, capabilityStatus }) =>
      service?.toLowerCase() === 'exchange' && capabilityStatus?.toLowerCase() === 'enabled',
  );

const issuersOf = ({ identities }: UserRow) =>
  (identities ?? []).flatMap(({ issuer }) => issuer ?? []);

/** A user as the snapshot has them. */
export const userFields = (row: UserRow) =>
  ({
    id: row.id,
    type: 'user',
    userPrincipalName: row.userPrincipalName,
    displayName: row.displayName,
    enabled: row.accountEnabled,
    userType: row.userType,
    onPremisesSynced: row.onPremisesSyncEnabled ?? null,
    mail: row.mail,
    otherMails: row.otherMails,
    createdAt: row.createdDateTime,
    lastPasswordChangeAt: row.lastPasswordChangeDateTime,
    passwordPolicies: row.passwordPolicies,
    identityIssuers: row.identities ? issuersOf(row) : undefined,
    // Only what was asked for is told: an answer without the plans says nothing of a mailbox.
    hasMailbox: row.assignedPlans ? isMailbox(row) : undefined,
    isLicensed: row.assignedLicenses ? row.assignedLicenses.length > 0 : undefined,
  }) satisfies SnapshotAccount;

const outsideIssuers = new Set([
  'microsoftaccount',
  'externalazuread',
  'google.com',
  'facebook.com',
  'mail',
]);

type Outsider = Pick<SnapshotAccount, 'userType' | 'userPrincipalName' | 'identityIssuers'>;

/** A guest, a personal account, or one of another tenant: its type alone does not tell. */
export const isExternal = ({ userType, userPrincipalName, identityIssuers }: Outsider): boolean =>
  userType?.toLowerCase() === 'guest' ||
  userPrincipalName?.toLowerCase().includes('#ext#') === true ||
  (identityIssuers ?? []).some((issuer) => outsideIssuers.has(issuer.toLowerCase()));
