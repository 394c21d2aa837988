import type { Snapshot } from '../../watch/directory.ts';
import type { GraphReader } from '../reader.ts';
import { type RoleRule, roleSettings } from '../requests/roles.ts';
import type { Roles } from './roles.ts';

type Settings = NonNullable<Snapshot['pimSettings']>;

/** @throws {ReadError} */
export async function readPimSettings(graph: GraphReader, roles: Roles): Promise<Settings> {
  const rows = await graph.list(roleSettings);
  return rows.map(({ roleDefinitionId, policy }) =>
    settingOf(policy.rules, roles.templateOf(roleDefinitionId), roles),
  );
}

function settingOf(
  rules: readonly RoleRule[],
  roleTemplateId: string,
  { nameOf }: Roles,
): Settings[number] {
  const rule = (id: string) => rules.find((one) => one.id.toLowerCase() === id.toLowerCase());
  const enabled = rule('Enablement_EndUser_Assignment')?.enabledRules;
  const approval = rule('Approval_EndUser_Assignment')?.setting;
  return {
    roleTemplateId,
    roleName: nameOf(roleTemplateId),
    maxActivationHours: hoursOf(rule('Expiration_EndUser_Assignment')?.maximumDuration),
    requiresMfa: enabled ? enabled.includes('MultiFactorAuthentication') : null,
    requiresAuthenticationContext:
      rule('AuthenticationContext_EndUser_Assignment')?.isEnabled ?? null,
    requiresJustification: enabled ? enabled.includes('Justification') : null,
    requiresApproval: approval?.isApprovalRequired ?? null,
    approvers: approval ? approversOf(approval) : null,
    allowsPermanentActive: mayBeForEver(rule('Expiration_Admin_Assignment')),
    allowsPermanentEligible: mayBeForEver(rule('Expiration_Admin_Eligibility')),
    notifiesOnActivation: notifies(rule('Notification_Admin_EndUser_Assignment')),
  };
}

const approversOf = ({ approvalStages }: NonNullable<RoleRule['setting']>) =>
  (approvalStages ?? []).reduce((sum, stage) => sum + (stage.primaryApprovers?.length ?? 0), 0);

const mayBeForEver = (rule: RoleRule | undefined) =>
  typeof rule?.isExpirationRequired === 'boolean' ? !rule.isExpirationRequired : null;

/** Whoever activates hears of it anyway; this is about the administrators. */
function notifies(rule: RoleRule | undefined): boolean | null {
  if (!rule) return null;
  return rule.isDefaultRecipientsEnabled === true || (rule.notificationRecipients ?? []).length > 0;
}

const duration = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:\d+S)?)?$/i;

/** An ISO 8601 duration, as PIM writes them: `PT8H`, `PT30M`, `P1D`. */
export function hoursOf(text: string | null | undefined): number | null {
  const [whole, days, hours, minutes] = duration.exec(text ?? '') ?? [];
  if (whole === undefined) return null;
  return Number(days ?? 0) * 24 + Number(hours ?? 0) + Number(minutes ?? 0) / 60;
}
