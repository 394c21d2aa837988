import type { Party } from '../../finding.ts';
import type { SignInEvent } from '../../read/event.ts';

/**
 * The applications that administrators work with, by id.
 *
 * @see https://learn.microsoft.com/entra/identity/authentication/concept-mandatory-multifactor-authentication
 */
export const adminApps = [
  'c44b4083-3bb0-49c1-b47d-974e53cbdf3c', // Azure Portal, also Entra and Intune admin centers
  '797f4846-ba00-4fd7-ba43-dac1f8f63013', // Azure Resource Manager
  '04b07795-8ddb-461a-bbee-02f9e1bf7b46', // Azure CLI
  '1950a258-227b-4e31-a9cf-717495945fc2', // Azure PowerShell
  '14d82eec-204b-4c2f-b7e8-296a70dab67e', // Microsoft Graph PowerShell
  '1b730954-1685-4b74-9bfd-dac224a7b894', // Azure AD PowerShell
  '00000006-0000-0ff1-ce00-000000000000', // Microsoft 365 admin center
] as const;
const isAdminApp = new Set<string | null>(adminApps);

/** What a sign-in opens of them: the application itself, or else what it asks a token for. */
export const adminAppOf = ({ app, resource }: SignInEvent): Party | undefined =>
  [app, resource].find(({ id }) => isAdminApp.has(id));
