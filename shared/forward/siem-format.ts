import about from '../../package.json' with { type: 'json' };
import attack from '../data/attack-techniques.json' with { type: 'json' };
import type { DetectionInfo } from '../detect/detection-info.ts';
import { detections } from '../detect/detections/index.ts';
import { postureChecks } from '../detect/posture-checks/index.ts';
import type { Finding, Party } from '../finding.ts';
import { cleanFinding } from './clean-finding.ts';

/** How a finding is told to one family of SIEMs. `siem-formats/` has a file each; where it goes is the sink's matter. */
export type SiemFormat<Event = unknown> = {
  /** As on the command line, and the name of its file. */
  name: string;
  /** Pure, and plain JSON or one line: the same revision of a finding always becomes the same event. */
  event(finding: Finding): Event;
  /** The event as one line of text, as files and streams hold it; without the line's end. */
  line(finding: Finding): string;
};

/** @param format - its `event` is given findings that {@link cleanFinding} has cleaned and bounded. */
export function defineSiemFormat<Event>({
  name,
  event,
}: Omit<SiemFormat<Event>, 'line'>): SiemFormat<Event> {
  return {
    name,
    event: (finding) => event(cleanFinding(finding)),
    line(finding) {
      const told = event(cleanFinding(finding));
      return typeof told === 'string' ? told : JSON.stringify(told);
    },
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
  [...detections, ...postureChecks].map((rule) => [rule.id, rule]),
);

/** What a detection says of itself; undefined for one that this release does not have. */
export const ruleOf = (detection: string) => rules.get(detection);

/** What a detection is called; its id for one that this release does not have. */
export const ruleNameOf = (detection: string) => ruleOf(detection)?.title ?? detection;

/** Unique to each telling of a finding, and the same however often that is sent: what receivers deduplicate by. */
export const eventUidOf = ({ id, revision }: Finding) => `${id}.${revision}`;

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
