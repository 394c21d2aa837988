import { entraRoles } from '../contract.ts';
import { idFor, opaqueIdFor } from '../identifiers.ts';
import type { Fields, GroupHolding, Holding } from '../model.ts';

/** @throws When no role has that name. */
export function roleNamed(name: string): string {
  const id = Object.keys(entraRoles).find((key) => entraRoles[key]?.[0] === name);
  if (id === undefined) throw new Error(`No role is called ${name}.`);
  return id;
}

type HoldingParts = Partial<Omit<Holding, 'id' | 'kind' | 'principalId' | 'roleId'>> & {
  start: string;
};

function holding(
  kind: Holding['kind'],
  principalId: string,
  role: string,
  { start, scope = '/', end = null, isOutsidePim = false, ...rest }: HoldingParts,
): Holding {
  const roleId = roleNamed(role);
  const id = opaqueIdFor(`${kind} ${principalId} ${roleId} ${scope} ${start}`);
  return { id, kind, principalId, roleId, scope, start, end, isOutsidePim, ...rest };
}

/** They may activate a role, named as Microsoft calls it. */
export const eligible = (principalId: string, role: string, parts: HoldingParts) =>
  holding('eligible', principalId, role, parts);

/** They hold a role now. */
export const active = (principalId: string, role: string, parts: HoldingParts) =>
  holding('active', principalId, role, parts);

/** They have activated what they were eligible for. */
export const activated = (from: Holding, start: string, end: string): Holding => ({
  ...from,
  id: opaqueIdFor(`activated ${from.id} ${start}`),
  kind: 'active',
  activatedFrom: from.id,
  start,
  end,
});

type GroupHoldingParts = Partial<Pick<GroupHolding, 'access' | 'kind' | 'end'>> & { start: string };

/** Membership (unless said: eligible, for ever) of a group by PIM for Groups. */
export function groupAccess(
  principalId: string,
  groupId: string,
  { access = 'member', kind = 'eligible', end = null, start }: GroupHoldingParts,
): GroupHolding {
  const id = `${groupId}_${access}_${idFor(`${kind} ${principalId} ${start}`)}`;
  return { id, groupId, principalId, access, kind, start, end };
}

type PolicyParts = {
  state: string;
  users: Fields;
  applications?: Fields;
  clientAppTypes?: readonly string[];
  controls: readonly string[];
};

/** A Conditional Access policy. */
export const accessPolicy = (
  name: string,
  { state, users, applications, clientAppTypes = ['all'], controls }: PolicyParts,
) => ({
  id: idFor(name),
  templateId: null,
  displayName: name,
  createdDateTime: '2025-02-03T10:00:00Z',
  modifiedDateTime: null,
  state,
  sessionControls: null,
  conditions: {
    userRiskLevels: [],
    signInRiskLevels: [],
    clientAppTypes,
    servicePrincipalRiskLevels: [],
    insiderRiskLevels: null,
    platforms: null,
    locations: null,
    devices: null,
    clientApplications: null,
    authenticationFlows: null,
    applications: {
      includeApplications: ['All'],
      excludeApplications: [],
      includeUserActions: [],
      includeAuthenticationContextClassReferences: [],
      applicationFilter: null,
      ...applications,
    },
    users: {
      includeUsers: [],
      excludeUsers: [],
      includeGroups: [],
      excludeGroups: [],
      includeRoles: [],
      excludeRoles: [],
      includeGuestsOrExternalUsers: null,
      excludeGuestsOrExternalUsers: null,
      ...users,
    },
  },
  grantControls: {
    operator: 'OR',
    builtInControls: controls,
    customAuthenticationFactors: [],
    termsOfUse: [],
    authenticationStrength: null,
  },
});
