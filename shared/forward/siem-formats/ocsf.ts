import type { Finding, Party } from '../../finding.ts';
import { addressOf, type Draft, filled, textOf, textsOf } from '../draft.ts';
import * as siem from '../siem-format.ts';

const constants = {
  category_uid: 2,
  category_name: 'Findings',
  class_uid: 2004,
  class_name: 'Detection Finding',
  status_id: 1,
  status: 'New',
  timezone_offset: 0,
} as const;

// type_uid is class_uid * 100 + activity_id.
const created = { activity_id: 1, activity_name: 'Create', type_uid: 200401 } as const;
const updated = { activity_id: 2, activity_name: 'Update', type_uid: 200402 } as const;
const severities = {
  informational: { severity_id: 1, severity: 'Informational' },
  low: { severity_id: 2, severity: 'Low' },
  medium: { severity_id: 3, severity: 'Medium' },
  high: { severity_id: 4, severity: 'High' },
  critical: { severity_id: 5, severity: 'Critical' },
} as const;

const userTypes = new Map<Party['type'], Pick<User, 'type_id' | 'type'>>([
  ['user', { type_id: 1, type: 'User' }],
  ['servicePrincipal', { type_id: 4, type: 'Service' }],
  ['application', { type_id: 4, type: 'Service' }],
  ['other', { type_id: 0, type: 'Unknown' }],
]);

type Named = { uid?: string; name?: string };
type User = Named & { type_id: 0 | 1 | 4 | 99; type: string };
type Evidence = {
  actor?: { user?: User; app_name?: string };
  /** Whom it was done to, where that is somebody else. */
  user?: User;
  src_endpoint?: { ip: string; location?: { city?: string; country?: string } };
  api?: { operation: string; service?: { name?: string } };
  http_request?: { user_agent: string };
};
type Attack = { version?: string; tactic?: Named; technique: Named; sub_technique?: Named };
type Observable = { name: string; type_id: 2 | 4 | 10 | 16 | 31 | 38; type: string; value: string };

/** What a finding fills of OCSF 1.8.0's Detection Finding. Times are epoch milliseconds. */
export type OcsfDetectionFinding = typeof constants &
  (typeof created | typeof updated) &
  (typeof severities)[Finding['severity']] & {
    type_name: string;
    is_alert: boolean;
    time: number;
    message?: string;
    metadata: {
      version: '1.8.0';
      product: typeof siem.product;
      profiles?: 'cloud'[];
      uid: string;
      sequence: number;
      correlation_uid?: string;
      tenant_uid?: string;
      log_name?: string;
      original_event_uid?: string;
      original_time: string;
    };
    finding_info: {
      uid: string;
      title?: string;
      desc?: string;
      analytic: { type_id: 1; type: 'Rule'; uid: string; name: string };
      attacks?: Attack[];
      created_time: number;
      data_sources?: string[];
      related_events?: { uid: string }[];
    };
    cloud?: { provider: 'Azure'; account: { type_id: 17; type: 'M365 Tenant'; uid: string } };
    evidences?: Evidence[];
    resources?: (Named & { type: string; role_id: 1; role: 'Target' })[];
    observables?: Observable[];
    unmapped?: Record<string, unknown>;
  };

/**
 * A finding as an OCSF 1.8.0 Detection Finding: its texts cleaned, nothing empty in it, and under
 * `unmapped` what OCSF has no attribute for.
 *
 * @see https://schema.ocsf.io/1.8.0/classes/detection_finding
 */
export function ocsfEvent(finding: Finding): OcsfDetectionFinding {
  const { id, revision, detection, title, summary, techniques, source, subject } = finding;
  const activity = revision === 1 ? created : updated;
  const time = Date.parse(finding.time);
  const uid = textOf(finding.tenantId);
  const [evidence, target] = [evidenceOf(finding), namesOf(subject)];
  return filled<OcsfDetectionFinding>({
    ...constants,
    ...activity,
    ...severities[finding.severity],
    type_name: `${constants.class_name}: ${activity.activity_name}`,
    // An update says more of what was alerted on before; a second alert would page twice for one thing.
    is_alert: activity === created,
    time,
    message: textOf(summary) ?? title,
    metadata: {
      version: '1.8.0',
      product: siem.product,
      // Naming the profile makes `cloud` mandatory.
      profiles: uid ? ['cloud'] : [],
      uid: siem.eventUidOf(finding),
      sequence: revision,
      correlation_uid: finding.incident,
      tenant_uid: uid,
      log_name: source.category,
      original_event_uid: source.recordIds[0],
      original_time: finding.time,
    },
    finding_info: {
      uid: id,
      title,
      desc: summary,
      analytic: { type_id: 1, type: 'Rule', uid: detection, name: siem.ruleNameOf(detection) },
      attacks: [...new Set(techniques)].flatMap(attacksOf),
      // A finding has no time of its own, only that of what happened.
      created_time: time,
      data_sources: [source.category],
      related_events: source.recordIds.map((uid) => ({ uid })),
    },
    cloud: uid
      ? { provider: 'Azure', account: { type_id: 17, type: 'M365 Tenant', uid } }
      : undefined,
    evidences: [evidence],
    resources: [target && { ...target, type: subject.type, role_id: 1, role: 'Target' }],
    observables: observablesOf(evidence, target),
    unmapped: {
      // As found, with what the evidence shows of it: their keys are a contract that searches rest on.
      details: finding.details,
      roles: finding.roles,
      correlationId: source.correlationId,
      techniques: techniques.filter(siem.isReplaced),
      subject: target ? undefined : subject,
      actor: isMapped(finding.actor) ? undefined : finding.actor,
    },
  });
}

export default siem.defineSiemFormat({ name: 'ocsf', event: ocsfEvent });

const namesOf = ({ id, name }: Party) => {
  const [uid, shown] = [textOf(id), textOf(name)];
  return uid || shown ? { uid, name: shown } : undefined;
};

const userOf = (party: Party): Draft<User> | undefined => {
  const names = namesOf(party);
  return names && { ...names, ...(userTypes.get(party.type) ?? { type_id: 99, type: party.type }) };
};

const isMapped = (actor: Finding['actor']) =>
  !actor || (namesOf(actor) && (!actor.ip || addressOf(actor.ip)));

function evidenceOf(finding: Finding): Draft<Evidence> | undefined {
  const { actor, subject, details } = finding;
  const user = actor ? userOf(actor) : undefined;
  const ip = addressOf(actor?.ip) ?? addressOf(details.ip);
  const { app, operation, service, city, country, userAgent } = textsOf(details);
  const evidence = {
    actor: user || app ? { user, app_name: app } : undefined,
    user: siem.isSelf(finding) || !siem.isAccount(subject) ? undefined : userOf(subject),
    src_endpoint: ip ? { ip, location: { city, country } } : undefined,
    api: operation ? { operation, service: { name: service } } : undefined,
  };
  // A request alone is no evidence in OCSF.
  if (!Object.values(evidence).some(Boolean)) return undefined;
  return { ...evidence, http_request: userAgent ? { user_agent: userAgent } : undefined };
}

/** One entry for each tactic: OCSF has deprecated the list of them. */
function attacksOf(id: string): Draft<Attack>[] {
  const { version, technique, subTechnique, tactics } = siem.techniqueOf(id);
  const attack = { version, technique, sub_technique: subTechnique };
  return tactics.length > 0 ? tactics.map((tactic) => ({ ...attack, tactic })) : [attack];
}

/** What an analyst looks up elsewhere, each with the path of where it stands. */
function observablesOf(evidence: Draft<Evidence> = {}, target?: Draft<Named>) {
  const one = (type_id: Observable['type_id'], type: string, name: string, value?: string) =>
    value ? { type_id, type, name, value } : undefined;
  const { actor, user, src_endpoint, http_request } = evidence;
  const people = { 'actor.user': actor?.user, user };
  return [
    one(2, 'IP Address', 'evidences[0].src_endpoint.ip', src_endpoint?.ip),
    ...Object.entries(people).flatMap(([path, who]) => [
      one(4, 'User Name', `evidences[0].${path}.name`, who?.name),
      one(31, 'User Object: uid', `evidences[0].${path}.uid`, who?.uid),
    ]),
    one(16, 'HTTP User-Agent', 'evidences[0].http_request.user_agent', http_request?.user_agent),
    one(10, 'Resource UID', 'resources[0].uid', target?.uid),
    one(38, 'Resource Details Object: name', 'resources[0].name', target?.name),
  ];
}
