import type { ActivityEvent, AuditEvent } from '../read/event.ts';

/**
 * Changes by which somebody who has just come to power stays there: trust, policies, credentials,
 * and the export of the logs. Folded operation names.
 */
const ofDirectory =
  /^((add|update|delete) (conditional access policy|named location)|set (domain authentication|federation settings on domain|company information|partnership)|(add|verify|add unverified|add verified) domain|add unverified domain|authentication methods policy|update (security defaults|authorization policy)|update role setting in pim|disable pim alert|add partner to company|.*cross-tenant access|add service principal credentials|update application - certificates and secrets management|add app role assignment to service principal|add delegated permission grant|consent to application|add owner to (application|service principal)|user has elevated their access)/;

const inAzure =
  /^(microsoft\.authorization\/(roleassignments\/write|elevateaccess\/action|locks\/delete)|microsoft\.(insights|aadiam)\/diagnosticsettings\/(write|delete)|microsoft\.eventhub\/.*(delete|authorizationrules\/write)$)/;

export const isSensitiveAudit = ({ operation }: AuditEvent) => ofDirectory.test(operation);

export const isSensitiveActivity = ({ operation }: ActivityEvent) => inAzure.test(operation);
