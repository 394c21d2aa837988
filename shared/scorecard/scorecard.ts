import { cleanLine } from '../clean-text.ts';
import type { Verdict } from '../detect/check-posture.ts';
import type { SettingsOf } from '../detect/detect.ts';
import type { DetectionId } from '../detect/detection-ids.ts';
import type { Unknown } from '../detect/posture-check.ts';
import { nameOf } from '../detect/wording.ts';
import type { Party } from '../finding.ts';
import type { TenantPolicy } from '../policy.ts';
import { type Severity, severities } from '../severity.ts';
import type { StreamState } from '../streams/stream-states.ts';
import { isoOf, isPast } from '../time.ts';
import type { Snapshot } from '../watch/directory.ts';
import type { Watchlist } from '../watch/watchlist.ts';
import { type Word, wordOn } from './attestation.ts';
import {
  type Against,
  againstOf,
  cleaned,
  type Evidence,
  type EvidenceDeps,
  evidenceOf,
} from './evidence.ts';
import { type Gap, gapsOf } from './gaps.ts';
import { isoFrom } from './iso-from.ts';
import type { Item } from './item.ts';
import type { ItemId, Stage } from './item-ids.ts';
import { checksBesideItems, isAttestable, stages } from './items.ts';

/**
 * `met`: all that is seen is as it should be. `notMet`: a machine found something against it.
 * `unknown`: nothing was found, and not all was seen. `attested`: a person vouches for what no machine
 * sees. `outside`: not seen from here at all.
 */
export const itemStates = ['met', 'notMet', 'unknown', 'attested', 'outside'] as const;
export type ItemState = (typeof itemStates)[number];

/** The first of many, and how many there are. */
export type Some<Thing> = { count: number; shown: Thing[] };

export type ScoredItem = {
  id: ItemId;
  title: string;
  state: ItemState;
  against: Some<Against>;
  /** Whom that is about, each once. */
  who: Some<Party>;
  /** Why it can't be told, or not wholly; each reason once, with those whom it is about. */
  unknown: { why: string; about: Some<Party> | null }[];
  /** What a person says of it, whether or not that decides anything. */
  attested: Word | null;
  isAttestable: boolean;
  /** Accounts that exceptions of the policy leave out of its checks now. */
  excepted: number;
  /** Its detections that the policy switches off. */
  switchedOff: DetectionId[];
  notes: string[];
  unseen: string | null;
  outside: string | null;
  product: string | null;
  todo: string;
  guidance: string;
  checks: readonly DetectionId[];
  detections: readonly DetectionId[];
};

export type Totals = { items: number } & Record<ItemState, number>;

/** A tenant measured against the guidance, at one moment; plain JSON. */
export type Scorecard = {
  version: 1;
  tenant: { id: string; name: string };
  /** The moment that was judged, and when the directory was read. UTC ISO 8601. */
  at: string;
  takenAt: string | null;
  totals: Totals;
  stages: { stage: Stage; name: string; totals: Totals; items: ScoredItem[] }[];
  /** Findings of checks that no item rests on. */
  beside: { check: DetectionId; why: string; against: Some<Against> }[];
  /** Open findings of all checks, each counted once. */
  findings: Record<Severity, number>;
  /** What of the directory was not read, and why. */
  gaps: Gap[];
};

export type ScorecardInput = {
  verdicts: readonly Verdict[];
  tenant: TenantPolicy;
  settingsOf: SettingsOf;
  watchlist: Watchlist;
  /** Undefined while nobody has read the directory. */
  snapshot: Snapshot | undefined;
  /** Whether the streams arrive, by log category; left out where nobody can tell. */
  streams?: ReadonlyMap<string, StreamState> | undefined;
  /** The moment that is judged, epoch milliseconds. */
  now: number;
};

/** So many are named; the count tells of the others. */
const mostShown = 10;

/** Pure: the same verdicts, policy and directory always give the same card. */
export function scorecardOf(input: ScorecardInput): Scorecard {
  const { verdicts, tenant, snapshot, now } = input;
  const deps = depsOf(input);
  const scored = stages.map(({ stage, name, items }) => {
    const some = items.map((item) => scoreItem(item, deps, input));
    return { stage, name, totals: totalsOf(some), items: some };
  });
  return {
    version: 1,
    tenant: { id: cleanLine(tenant.id), name: cleanLine(tenant.name) },
    at: isoOf(now),
    takenAt: isoFrom(snapshot?.takenAt),
    totals: totalsOf(scored.flatMap(({ items }) => items)),
    stages: scored,
    beside: besideOf(deps),
    findings: findingsOf(verdicts),
    gaps: gapsOf(snapshot),
  };
}

function depsOf({ verdicts, ...input }: ScorecardInput): EvidenceDeps {
  const { settingsOf, streams, snapshot, watchlist, tenant, now } = input;
  return {
    verdicts: new Map(verdicts.map((verdict) => [verdict.check, verdict])),
    settingsOf,
    streams,
    facts: snapshot ? { watchlist, snapshot, tenant, now } : null,
  };
}

function scoreItem(
  item: Item,
  deps: EvidenceDeps,
  { tenant, settingsOf, now }: ScorecardInput,
): ScoredItem {
  const { id, title, checks, detections, todo, guidance } = item;
  const evidence = evidenceOf(item, deps);
  const canAttest = isAttestable(id);
  const attested = canAttest ? wordOn(id, tenant, now) : null;
  return {
    id,
    title,
    ...stateOf(item, evidence, { canAttest, attested }),
    against: someOf(evidence.against),
    who: whoOf(evidence.against),
    attested,
    isAttestable: canAttest,
    excepted: exceptedFrom(checks, settingsOf, now),
    switchedOff: detections.filter((one) => !settingsOf(one).enabled),
    notes: evidence.notes,
    unseen: item.unseen ?? null,
    outside: item.outside ?? null,
    product: item.product ?? null,
    todo,
    guidance,
    checks,
    detections,
  };
}

function whoOf(against: readonly Against[]): Some<Party> {
  const parties = against.flatMap(({ subject, accounts }): Party[] =>
    accounts
      ? accounts.names.map((name) => ({ type: 'user', id: null, name }))
      : subject
        ? [subject]
        : [],
  );
  const { count, shown } = someOf(uniqueParties(parties));
  const unnamed = against.flatMap(({ accounts }) =>
    accounts ? accounts.count - accounts.names.length : [],
  );
  return { count: count + Math.max(0, ...unnamed), shown };
}

/** A finding goes before all else, a machine's word before a person's, and what nobody knows is never met. */
function stateOf(
  item: Item,
  { against, unknown }: Evidence,
  { canAttest, attested }: { canAttest: boolean; attested: Word | null },
): Pick<ScoredItem, 'state' | 'unknown'> {
  // A person has to say what no machine sees.
  const unsaid = canAttest && Boolean(item.unseen || item.outside);
  const { id } = item;
  const isOpen = unknown.length > 0 || unsaid;
  if (against.length > 0) return { state: 'notMet', unknown: reasonsOf(unknown) };
  if (!isOpen) return { state: 'met', unknown: [] };
  if (attested?.isValid) return { state: 'attested', unknown: reasonsOf(unknown) };
  if (item.outside && !attested) return { state: 'outside', unknown: [] };
  return { state: 'unknown', unknown: reasonsOf([...unknown, ...noWord(id, canAttest, attested)]) };
}

function noWord(id: ItemId, canAttest: boolean, attested: Word | null): Unknown[] {
  if (!canAttest) return [];
  if (!attested)
    return [{ unknown: `Nobody has vouched for it (in the policy: attested, item ${id}).` }];
  return [{ unknown: `The word of ${cleanLine(attested.by)} ran out on ${attested.until}.` }];
}

function reasonsOf(unknown: readonly Unknown[]): ScoredItem['unknown'] {
  const byWhy = Map.groupBy(unknown, (one) => cleanLine(one.unknown, 300));
  return [...byWhy].slice(0, mostShown).map(([why, some]) => {
    const parties = uniqueParties(some.flatMap(({ about }) => (about ? cleaned(about) : [])));
    return { why, about: parties.length > 0 ? someOf(parties) : null };
  });
}

function exceptedFrom(checks: readonly DetectionId[], settingsOf: SettingsOf, now: number): number {
  const inForce = checks
    .flatMap((check) => settingsOf(check).exclude)
    .filter(({ until }) => until === undefined || !isPast(until, now));
  return new Set(inForce.map(({ account }) => account.toLowerCase())).size;
}

function besideOf({ verdicts }: EvidenceDeps): Scorecard['beside'] {
  return Object.entries(checksBesideItems).flatMap(([check, why]) => {
    const found = verdicts.get(check)?.found ?? [];
    if (found.length === 0) return [];
    const against = found.map(({ kept }) => againstOf(kept.finding));
    return [{ check: check as DetectionId, why, against: someOf(against) }];
  });
}

function findingsOf(verdicts: readonly Verdict[]): Record<Severity, number> {
  const findings = verdicts.flatMap(({ found }) => found.map(({ kept }) => kept.finding));
  const unique = [...new Map(findings.map((one) => [one.id, one])).values()];
  const count = (severity: Severity) => unique.filter((one) => one.severity === severity).length;
  return Object.fromEntries(severities.map((one) => [one, count(one)])) as Record<Severity, number>;
}

function totalsOf(items: readonly ScoredItem[]): Totals {
  const count = (state: ItemState) => items.filter((one) => one.state === state).length;
  const byState = Object.fromEntries(itemStates.map((state) => [state, count(state)]));
  return { items: items.length, ...(byState as Record<ItemState, number>) };
}

const someOf = <Thing>(all: readonly Thing[]): Some<Thing> => ({
  count: all.length,
  shown: all.slice(0, mostShown),
});

const uniqueParties = (parties: readonly Party[]): Party[] => [
  ...new Map(parties.map((one) => [one.id ?? nameOf(one), one])).values(),
];
