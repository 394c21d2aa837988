import { cleanLine } from '../clean-text.ts';
import type { Verdict } from '../detect/check-posture.ts';
import type { SettingsOf } from '../detect/detect.ts';
import type { DetectionId } from '../detect/detection-ids.ts';
import { privilegedUsers, type Unknown } from '../detect/posture-check.ts';
import { nameOf } from '../detect/wording.ts';
import type { Finding, Party, RoleRef } from '../finding.ts';
import type { Severity } from '../severity.ts';
import type { StreamState } from '../streams/stream-states.ts';
import type { Facts, Item, Sight } from './item.ts';

/** One thing against an item: of a check's finding (then with its id), or of a look at the directory. */
export type Against = {
  /** Null: nobody in particular. */
  subject: Party | null;
  what: string;
  /** The accounts of a finding about the tenant as a whole, by name; null where the subject is all. */
  accounts: { count: number; names: string[] } | null;
  severity: Severity | null;
  check: DetectionId | null;
  finding: string | null;
};

/** What machines say of one item. */
export type Evidence = { against: Against[]; unknown: Unknown[]; notes: string[] };

export type EvidenceDeps = {
  verdicts: ReadonlyMap<string, Verdict>;
  settingsOf: SettingsOf;
  /** Null while nobody has read the directory. */
  facts: Facts | null;
  /** By log category; left out where nobody can tell, as on a command line. */
  streams?: ReadonlyMap<string, StreamState> | undefined;
};

const neverRead: Unknown = { unknown: 'The directory has not been read yet.' };
const nobodyKnown: Unknown = {
  unknown: 'The directory names no administrator, so it was not read whole.',
};

export function evidenceOf(item: Item, deps: EvidenceDeps): Evidence {
  const parts = [
    ...item.checks.map((check) => ofCheck(check, item, deps)),
    ofMissing(item, deps),
    ofStreams(item, deps),
    ofLook(item, deps),
    ofEveryone(item, deps),
  ];
  return {
    against: parts.flatMap(({ against = [] }) => against),
    unknown: parts.flatMap(({ unknown = [] }) => unknown),
    notes: parts.flatMap(({ notes = [] }) => notes),
  };
}

function ofCheck(check: DetectionId, { roles }: Item, deps: EvidenceDeps): Partial<Evidence> {
  const verdict = deps.verdicts.get(check);
  if (!verdict) return {};
  const against = verdict.found
    .map(({ kept }) => ({ against: againstOf(kept.finding), roles: kept.finding.roles }))
    .filter((one) => concerns(rolesMeant(one.against, one.roles, deps), roles))
    .map((one) => one.against);
  const unknown = verdict.unknown.filter(({ about }) =>
    concerns(about ? rolesOf(about, deps) : [], roles),
  );
  return { against, unknown };
}

export function againstOf({ subject, title, severity, detection, id, details }: Finding): Against {
  return {
    subject: cleaned(subject),
    what: cleanLine(title),
    accounts: accountsOf(details),
    severity,
    check: detection as DetectionId,
    finding: id,
  };
}

/** Checks on what holds for many name them in the details: the first of them, and perhaps a count. */
function accountsOf({ accounts, count }: Finding['details']): Against['accounts'] {
  if (!Array.isArray(accounts) || accounts.length === 0) return null;
  const names = accounts.map((name) => nameOf({ id: null, name: String(name) }));
  return { names, count: typeof count === 'number' ? Math.max(count, names.length) : names.length };
}

/** The roles that a finding names, else those of all the accounts it names; empty where that can't be told. */
function rolesMeant(
  { accounts }: Against,
  named: readonly RoleRef[],
  deps: EvidenceDeps,
): readonly RoleRef[] {
  if (named.length > 0 || !accounts || accounts.count > accounts.names.length) return named;
  const roles = accounts.names.map((name) => rolesOf({ type: 'user', id: null, name }, deps));
  return roles.every((some) => some.length > 0) ? roles.flat() : [];
}

/** Checks that did not speak: one that is off says nothing of the tenant. */
function ofMissing({ checks }: Item, { verdicts, settingsOf }: EvidenceDeps): Partial<Evidence> {
  const silent = checks.filter((check) => !verdicts.has(check));
  const unbuilt = silent.filter((check) => settingsOf(check).enabled);
  const off = silent.filter((check) => !settingsOf(check).enabled);
  return {
    unknown: [
      ...(unbuilt.length > 0
        ? [{ unknown: `This version does not judge it by ${unbuilt.join(', ')} yet.` }]
        : []),
      ...(off.length > 0 ? [{ unknown: `Switched off in the policy: ${off.join(', ')}.` }] : []),
    ],
  };
}

/** What is noticed by detections is noticed only while they are on, and their records arrive. */
function ofStreams(item: Item, { settingsOf, streams }: EvidenceDeps): Partial<Evidence> {
  if (!item.notices) return {};
  const off = item.detections.filter((id) => !settingsOf(id).enabled);
  const against = off.map((id) => madeOf(null, `${id} is switched off in the policy.`));
  const states = item.notices.streams.map((stream) => ({ stream, state: streams?.get(stream) }));
  const silent = states
    .filter(({ state }) => state === 'silent')
    .map(({ stream }) => madeOf(null, `No record of ${stream} arrives.`));
  const unknown = states
    .filter(({ state }) => state === undefined)
    .map(({ stream }) => ({
      unknown: `Whether records of ${stream} arrive can’t be told from here.`,
    }));
  return { against: [...against, ...silent], unknown };
}

function ofLook({ look }: Item, { facts }: EvidenceDeps): Partial<Evidence> {
  if (!look) return {};
  if (!facts) return { unknown: [neverRead] };
  const sights = look(facts);
  return {
    against: sights.filter(isAgainst).map((one) => madeOf(one.against, one.what)),
    unknown: sights.filter((one): one is Unknown => 'unknown' in one),
    notes: sights.flatMap((one) => ('note' in one ? one.note : [])),
  };
}

function ofEveryone(item: Item, { facts }: EvidenceDeps): Partial<Evidence> {
  const isEmpty = item.ofEveryone && facts && privilegedUsers(facts).length === 0;
  return isEmpty ? { unknown: [nobodyKnown] } : {};
}

const isAgainst = (one: Sight): one is Extract<Sight, { what: string }> => 'what' in one;

const madeOf = (subject: Party | null, what: string): Against => ({
  subject: subject && cleaned(subject),
  what: cleanLine(what),
  accounts: null,
  severity: null,
  check: null,
  finding: null,
});

/** What names no role is of all of them. */
const concerns = (some: readonly Pick<RoleRef, 'templateId'>[], wanted: Item['roles']): boolean =>
  wanted === undefined ||
  some.length === 0 ||
  some.some(({ templateId }) => wanted.has(templateId));

const rolesOf = (party: Party, { facts }: EvidenceDeps): RoleRef[] =>
  facts?.watchlist.rolesOf(party, facts.now) ?? [];

/** As people are shown it; the id tells two of one name apart. */
export const cleaned = (party: Party): Party => ({ ...party, name: nameOf(party) });
