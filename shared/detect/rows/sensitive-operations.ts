import type { ActivityEvent, AuditEvent } from '../../read/event.ts';
import type { Watchlist } from '../../watch/watchlist.ts';
import { isHarmlessEdit } from './harmless-edits.ts';

/**
 * Changes by which somebody who has just come to power stays there unseen: trust, what is asked of
 * whoever signs in or becomes an administrator, credentials and rights of applications, the export of
 * the logs. Consent and ownership, which come with any new application, are left to their detections.
 * Folded operation names.
 */
const ofDirectory = [
  /^(add|update|delete) (conditional access policy|named location)\b/,
  /^set (domain authentication|federation settings on domain|company information|partnership)\b/,
  /^(add unverified|add verified|verify) domain\b/,
  /^(add partner to company|.*\bcross-tenant access)\b/,
  /^(authentication methods policy update|update (security defaults|authorization policy))\b/,
  /^(update role setting in pim|(disable|deactivate) pim alert)\b/,
  /^(add service principal credentials|update application - certificates and secrets management)\b/,
  /^add app role assignment to service principal\b/,
  /^user has elevated their access\b/,
];

const inAzure = [
  /^microsoft\.authorization\/elevateaccess\/action$/,
  /^microsoft\.aadiam\/diagnosticsettings\/(write|delete)$/,
  /^microsoft\.insights\/diagnosticsettings\/delete$/,
  /^microsoft\.eventhub\/(.*\/)?(delete|authorizationrules\/write)$/,
];

export const isSensitiveAudit = (event: AuditEvent, watchlist: Watchlist) =>
  ofDirectory.some((pattern) => pattern.test(event.operation)) && !isHarmlessEdit(event, watchlist);

export const isSensitiveActivity = ({ operation }: ActivityEvent) =>
  inAzure.some((pattern) => pattern.test(operation));
