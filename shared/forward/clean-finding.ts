import type { Finding, Party } from '../finding.ts';
import { filled, fitted, leading, textOf } from './draft.ts';

/** Ids, addresses and log names: nothing honest is as long. In characters as people count them. */
export const maxId = 200;
const maxName = 500;
/** Of each list and of the details, in UTF-8 bytes of JSON. Log Analytics cuts a field at 65536. */
const maxPart = 32_000;

/**
 * A finding as it may leave: each text one clean line, nothing empty in its details, and all of it
 * bounded, so that no name in a log can make an event that its receiver refuses. The keys stay those of
 * a finding.
 */
export function cleanFinding(finding: Finding): Finding {
  const { source, actor } = finding;
  const roles = finding.roles.map(({ templateId, name, scope }) => ({
    templateId: idOf(templateId) ?? '',
    name: nameOf(name) ?? '',
    scope: nameOf(scope) ?? '',
  }));
  return {
    id: idOf(finding.id) ?? '',
    revision: finding.revision,
    incident: idOf(finding.incident) ?? '',
    detection: idOf(finding.detection) ?? '',
    severity: finding.severity,
    title: nameOf(finding.title) ?? '',
    summary: textOf(finding.summary) ?? '',
    time: finding.time,
    tenantId: idOf(finding.tenantId) ?? '',
    subject: partyOf(finding.subject),
    actor: actor && { ...partyOf(actor), ip: idOf(actor.ip) ?? null },
    roles: leading(roles, maxPart),
    techniques: idsOf(finding.techniques),
    source: {
      category: idOf(source.category) ?? '',
      recordIds: idsOf(source.recordIds),
      correlationId: idOf(source.correlationId) ?? null,
    },
    details: fitted(filled<Finding['details'] | undefined>(finding.details) ?? {}, maxPart),
  };
}

const idOf = (value: unknown) => textOf(value, maxId);
const nameOf = (value: unknown) => textOf(value, maxName);

const idsOf = (values: readonly string[]): string[] =>
  leading(
    values.map(idOf).filter((id) => id !== undefined),
    maxPart,
  );

const partyOf = ({ type, id, name }: Party): Party => ({
  type,
  id: idOf(id) ?? null,
  name: nameOf(name) ?? null,
});
