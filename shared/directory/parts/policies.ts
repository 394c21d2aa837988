import type { Snapshot } from '../../watch/directory.ts';
import type { GraphReader } from '../reader.ts';
import { authorizationPolicy, methodsPolicy, securityDefaults } from '../requests/tenant.ts';

type Section<Key extends keyof Snapshot> = NonNullable<Snapshot[Key]>;

/** @throws {ReadError} */
export async function readSecurityDefaults(
  graph: GraphReader,
): Promise<Section<'securityDefaults'>> {
  return { enabled: (await graph.one(securityDefaults)).isEnabled };
}

/** @throws {ReadError} */
export async function readAuthenticationMethods(
  graph: GraphReader,
): Promise<Section<'authenticationMethods'>> {
  const { authenticationMethodConfigurations } = await graph.one(methodsPolicy);
  return authenticationMethodConfigurations.map(({ id, state }) => ({
    id,
    enabled: state?.toLowerCase() === 'enabled',
  }));
}

const selfService = /^managepermissiongrantsforself\./i;

/** @throws {ReadError} */
export async function readConsent(graph: GraphReader): Promise<Section<'consent'>> {
  const { allowInvitesFrom, guestUserRoleId, defaultUserRolePermissions } =
    await graph.one(authorizationPolicy);
  const { permissionGrantPoliciesAssigned, allowedToCreateApps } = defaultUserRolePermissions;
  return {
    // Others in the list are about resources that the user owns, such as a team.
    userConsentPolicies: (permissionGrantPoliciesAssigned ?? [])
      .filter((policy) => selfService.test(policy))
      .map((policy) => policy.replace(selfService, '')),
    usersMayRegisterApps: allowedToCreateApps ?? null,
    invitesFrom: allowInvitesFrom ?? null,
    guestRoleId: guestUserRoleId ?? null,
  };
}
