import type { Device, Group, ServicePrincipal, Tenant, Unit, User } from '../model.ts';
import { isInForce } from './in-force.ts';
import { named, type Row, row } from './row.ts';

const userDefaults = [
  'businessPhones',
  'displayName',
  'givenName',
  'id',
  'jobTitle',
  'mail',
  'mobilePhone',
  'officeLocation',
  'preferredLanguage',
  'surname',
  'userPrincipalName',
];

export const userRow = ({ fields, signIn }: User): Row =>
  row('user', signIn ? { ...fields, signInActivity: signIn } : fields, {
    byDefault: userDefaults,
    onlySelected: ['signInActivity'],
  });

export const groupRow = ({ fields }: Group): Row => row('group', fields);
export const servicePrincipalRow = ({ fields }: ServicePrincipal): Row =>
  row('servicePrincipal', fields);
export const deviceRow = ({ fields }: Device): Row => row('device', fields);
export const unitRow = ({ fields }: Unit): Row => row('administrativeUnit', fields);

/** Among others an object says its type, and a user shows everything but the sign-ins. */
const amongOthers = ({ byDefault: _, ...rest }: Row): Row => named(rest);

/** Any object of the directory. Undefined: there is none (any more). */
export function objectRow(tenant: Tenant, id: string): Row | undefined {
  const has = ({ fields }: { fields: { id: string } }) => fields.id === id;
  const user = tenant.users.find(has);
  if (user) return amongOthers(userRow(user));
  const group = tenant.groups.find(has);
  if (group) return named(groupRow(group));
  const servicePrincipal = tenant.servicePrincipals.find(has);
  if (servicePrincipal) return named(servicePrincipalRow(servicePrincipal));
  const device = tenant.devices.find(has);
  if (device) return named(deviceRow(device));
  const unit = tenant.units.find(has);
  if (unit) return named(unitRow(unit));
  const application = tenant.applications.find(has);
  if (application) return named(row('application', application.fields));
}

export const objectRows = (tenant: Tenant, ids: Iterable<string>): Row[] =>
  [...ids].map((id) => objectRow(tenant, id)).filter((found) => found !== undefined);

/** Who is in a group, or owns it; who activated that in PIM too. */
export function peopleOf(
  tenant: Tenant,
  { fields, members, owners }: Group,
  access: 'member' | 'owner',
  now: number,
): string[] {
  const activated = tenant.groupHoldings
    .filter((holding) => holding.groupId === fields.id && holding.access === access)
    .filter(({ kind }) => kind === 'active')
    .filter(isInForce(now))
    .map(({ principalId }) => principalId);
  return [...new Set([...(access === 'member' ? members : owners), ...activated])];
}

/** Everybody in a group, by way of the groups within it too; those groups as well. */
export function membersWithin(tenant: Tenant, groupId: string, now: number): Set<string> {
  const found = new Set<string>();
  const waiting = [groupId];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    const group = tenant.groups.find(({ fields }) => fields.id === id);
    for (const member of group ? peopleOf(tenant, group, 'member', now) : []) {
      if (found.has(member)) continue;
      found.add(member);
      waiting.push(member);
    }
  }
  return found;
}

/**
 * The groups and units that somebody is in.
 *
 * @param isTransitive - By way of other groups too.
 */
export function containersOf(
  tenant: Tenant,
  id: string,
  now: number,
  isTransitive: boolean,
): Row[] {
  const hasThem = (group: Group) =>
    isTransitive
      ? membersWithin(tenant, group.fields.id, now).has(id)
      : peopleOf(tenant, group, 'member', now).includes(id);
  const units = tenant.units.filter(({ members }) => members.includes(id));
  return [...tenant.groups.filter(hasThem).map(groupRow), ...units.map(unitRow)].map(named);
}

export const ownedBy = (tenant: Tenant, id: string, now: number): Row[] =>
  [
    ...tenant.groups
      .filter((group) => peopleOf(tenant, group, 'owner', now).includes(id))
      .map(groupRow),
    ...tenant.applications
      .filter(({ owners }) => owners.includes(id))
      .map(({ fields }) => row('application', fields)),
    ...tenant.servicePrincipals
      .filter(({ owners }) => owners.includes(id))
      .map(servicePrincipalRow),
  ].map(named);
