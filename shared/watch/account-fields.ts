import * as z from 'zod';
import { flag, id, ids, reference, text, texts, time } from './snapshot-fields.ts';

const assignment = z.looseObject({
  roleTemplateId: id,
  roleName: text,
  /** `/` is the whole tenant, `/administrativeUnits/…` a part of it. */
  scope: text,
  state: z.enum(['active', 'eligible', 'activated']).nullish(),
  /** The group that carries it; null where it is the account's own. */
  via: id.nullish(),
  /** When it ends by itself; null: never. */
  until: time,
  since: time,
  /** Made without PIM, which has no schedule for it. Only known where PIM can be read. */
  isOutsidePim: flag,
});

const credential = z.looseObject({
  kind: z.enum(['secret', 'certificate']),
  id: text,
  name: text,
  startsAt: time,
  endsAt: time,
});

const permission = z.looseObject({
  /** The app role id, and the name it goes by: `RoleManagement.ReadWrite.Directory`. */
  id,
  name: text,
  resource: text,
});

const common = {
  id,
  displayName: text,
  assignments: z.array(assignment).nullish(),
  /** Groups among those of the snapshot that it is in, nested ones included. */
  memberOf: ids,
  known: z.looseObject({ countries: texts, networks: texts, devices: texts }).nullish(),
};

const userFields = {
  userPrincipalName: text,
  enabled: flag,
  userType: text,
  /** true: synchronised now; false: not any more; null or left out: never, or not known. */
  onPremisesSynced: flag,
  mail: text,
  otherMails: texts,
  createdAt: time,
  lastPasswordChangeAt: time,
  /** The last sign-in that succeeded. */
  lastSignInAt: time,
  passwordPolicies: text,
  mfaRegistered: flag,
  /** Has a method that the policies let it use. */
  mfaCapable: flag,
  /** As Graph's report of registrations names them: an open set. */
  methods: texts,
  /** Who vouches for it: `MicrosoftAccount`, `ExternalAzureAD`, the tenant's own domain. */
  identityIssuers: texts,
  hasMailbox: flag,
  isLicensed: flag,
  /** Where rules of the inbox forward mail to; forwarding set in Exchange itself can't be seen. */
  forwardsMailTo: texts,
  manager: z.looseObject({ ...reference.shape, enabled: flag }).nullish(),
  risk: z.looseObject({ level: text, state: text, at: time }).nullish(),
};

const groupFields = {
  roleAssignable: flag,
  isDynamic: flag,
  /** In a restricted management administrative unit. */
  isManagementRestricted: flag,
  owners: z.array(reference).nullish(),
  /** What makes it one of the snapshot: it carries a role, PIM manages it, a Conditional Access policy names it. */
  usedFor: z.array(z.enum(['role', 'pim', 'conditionalAccess'])).nullish(),
};

const workloadFields = {
  appId: id.nullish(),
  /** The tenant that the application is at home in. */
  homeTenantId: id.nullish(),
  permissions: z.array(permission).nullish(),
  credentials: z.array(credential).nullish(),
};

export const accountSchema = z.looseObject({
  type: z.enum(['user', 'servicePrincipal', 'group']),
  ...common,
  ...userFields,
  ...groupFields,
  ...workloadFields,
});
