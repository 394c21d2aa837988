import { isIP } from 'node:net';
import about from '../../package.json' with { type: 'json' };
import { cleanLine } from '../clean-text.ts';
import attack from '../data/attack-techniques.json' with { type: 'json' };
import type { DetectionInfo } from '../detection-info.ts';
import { detections } from '../detections/index.ts';
import type { Finding } from '../finding.ts';
import { postureChecks } from '../posture-checks/index.ts';

/** How a finding is told to one family of SIEMs. `siem-formats/` has a file each; where it goes is the sink's matter. */
export type SiemFormat<Event = unknown> = {
  /** As on the command line, and the name of its file. */
  name: string;
  /** Pure, and plain JSON: the same revision of a finding always becomes the same event. */
  event(finding: Finding): Event;
};

export const defineSiemFormat = <Event>(format: SiemFormat<Event>): SiemFormat<Event> => format;

/** Who tells of it, under the names that OCSF gives these things. */
export const product = {
  uid: about.name,
  name: 'Glasswatch',
  vendor_name: 'Glasswatch',
  version: about.version,
};

const rules: readonly DetectionInfo[] = [...detections, ...postureChecks];
const ruleNames = new Map(rules.map(({ id, title }) => [id, title]));

/** What a detection is called; its id for one that this release does not have. */
export const ruleNameOf = (detection: string) => ruleNames.get(detection) ?? detection;

/** An event in the making: what is optional may be undefined, which {@link filled} leaves out. */
export type Draft<T> = T extends readonly (infer Item)[]
  ? readonly (Draft<Item> | undefined)[]
  : T extends object
    ? { [K in keyof T]: Draft<T[K]> | (object extends Pick<T, K> ? undefined : never) }
    : T;

/** The event with every text cleaned and nothing empty in it: no null, '', [], {} or NaN, at any depth. */
export const filled = <T>(draft: Draft<T>): T => present(draft) as T;

/** More of one value than any event needs; bounds what a hostile record can make us send. */
const maxText = 2000;

/** One clean line as an event holds it, or undefined if nothing is left of it. */
export const textOf = (value: unknown) => cleanLine(value, maxText) || undefined;

/** As {@link textOf}, for each of a finding's details. */
export const textsOf = (details: Finding['details']): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(details).map(([key, value]) => [key, textOf(value)]));

/** OCSF takes no more. Longer is only IPv6 that ends as IPv4 does and abbreviates nothing. */
const maxAddress = 40;

/** An IP address, or undefined if it is anything else: with a port, cut, a word like "unknown". */
export function addressOf(value: unknown): string | undefined {
  const text = textOf(value);
  return text && text.length <= maxAddress && isIP(text) ? text : undefined;
}

function present(value: unknown): unknown {
  if (typeof value === 'string') return textOf(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) {
    const items = value.map(present).filter((item) => item !== undefined);
    return items.length > 0 ? items : undefined;
  }
  const entries = Object.entries(value).map(([key, inner]) => [key, present(inner)] as const);
  const kept = entries.filter(([, inner]) => inner !== undefined);
  return kept.length > 0 ? Object.fromEntries(kept) : undefined;
}

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
