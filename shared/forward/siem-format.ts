import about from '../../package.json' with { type: 'json' };
import attack from '../data/attack-techniques.json' with { type: 'json' };
import type { DetectionInfo } from '../detect/detection-info.ts';
import { detections } from '../detect/detections/index.ts';
import { postureChecks } from '../detect/posture-checks/index.ts';
import { serviceChecks } from '../detect/service-checks/index.ts';
import { streamChecks } from '../detect/stream-checks/index.ts';
import type { Finding, Party } from '../finding.ts';
import { maxId } from './clean-finding.ts';
import { textOf } from './draft.ts';
import {
  type FindingEvent,
  type Heartbeat,
  type IncidentEvent,
  incidentOf,
  type SiemEvent,
  severityOf,
  timeOf,
} from './siem-event.ts';
import type { Outgoing } from './sink.ts';

/** How events are told to one family of SIEMs. `siem-formats/` has a file each; where they go is the sink's matter. */
export type SiemFormat<Told = unknown> = {
  /** As on the command line and in the policy, and the name of its file. */
  name: string;
  /** Pure, and plain JSON or one line: the same event is always told in the same way. */
  event(event: SiemEvent): Told;
  /** The same as one line of text, as files and streams hold it; without the line's end. */
  line(event: SiemEvent): string;
};

type Parts<F, I, H> = {
  name: string;
  finding(event: FindingEvent): F;
  incident(event: IncidentEvent): I;
  heartbeat(event: Heartbeat): H;
};

/** @param parts - are given events that `events-of.ts` has cleaned and bounded. */
export function defineSiemFormat<F, I, H>(parts: Parts<F, I, H>): SiemFormat<F | I | H> {
  const tell = (event: SiemEvent) => {
    if (event.kind === 'finding') return parts.finding(event);
    return event.kind === 'incident' ? parts.incident(event) : parts.heartbeat(event);
  };
  return { name: parts.name, event: tell, line: (event) => lineOf(tell(event)) };
}

const lineOf = (told: unknown) => (typeof told === 'string' ? told : JSON.stringify(told));

/** The event as a sink sends it. */
export function outgoingOf(event: SiemEvent, format: SiemFormat): Outgoing {
  const told = format.event(event);
  return {
    uid: event.uid,
    kind: event.kind,
    incident: incidentOf(event),
    tenantId: event.tenantId,
    severity: severityOf(event),
    time: Date.parse(timeOf(event)),
    event: told,
    line: lineOf(told),
  };
}

/** Who tells of it, under the names that OCSF gives these things. */
export const product = {
  uid: about.name,
  name: 'Glasswatch',
  vendor_name: 'Glasswatch',
  version: about.version,
};

const rules = new Map<string, DetectionInfo>(
  [...detections, ...postureChecks, ...streamChecks, ...serviceChecks].map((rule) => [
    rule.id,
    rule,
  ]),
);

/** What a detection says of itself; undefined for one that this release does not have. */
export const ruleOf = (detection: string) => rules.get(detection);

/** What a detection is called; its id for one that this release does not have. */
export const ruleNameOf = (detection: string) => ruleOf(detection)?.title ?? detection;

/** Out of a record, where the policy names no tenant: cleaned as ids are; '' if nothing is left of it. */
export const tenantIdOf = ({ tenantId }: Pick<SiemEvent, 'tenantId'>): string =>
  textOf(tenantId, maxId) ?? '';

/** Whether it was done by the one it is about. */
export const isSelf = ({ actor, subject }: Finding): boolean =>
  actor !== null && (actor.id ? actor.id === subject.id : actor.name === subject.name);

/** What SIEMs have places for as a user. */
export const isAccount = ({ type }: Party) => type === 'user' || type === 'servicePrincipal';

type AttackName = { uid: string; name: string | undefined };

const techniques = new Map(Object.entries(attack.techniques));
const tacticNames = new Map(Object.entries(attack.tactics));
const replacements = new Map(Object.entries(attack.replacedBy));

/** Whether ATT&CK has given the technique another id since. */
export const isReplaced = (technique: string) => replacements.has(technique);

/**
 * What ATT&CK says of a technique: dated data, see shared/data/NOTICE.md. An id of an earlier matrix
 * becomes the present one, since names and tactics must be those of the version that is told.
 *
 * @returns no version, names or tactics where the data does not know the id.
 */
export function techniqueOf(technique: string) {
  const id = replacements.get(technique) ?? technique;
  const known = techniques.get(id);
  const parent = /^(T\d{4})\.\d{3}$/.exec(id)?.[1];
  const named = (uid: string): AttackName => ({ uid, name: techniques.get(uid)?.name });
  return {
    version: known && attack.meta.attackVersion,
    technique: named(parent ?? id),
    subTechnique: parent === undefined ? undefined : named(id),
    tactics: (known?.tactics ?? []).map((uid): AttackName => ({ uid, name: tacticNames.get(uid) })),
  };
}
