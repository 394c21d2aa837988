import type { Found } from '../detect/found.ts';
import { gravestFirst, isSameFinding, type KeptFinding, mergeFindings } from '../finding.ts';
import { withEvents } from '../forward/events-of.ts';
import { type Incident, isBreakGlassIncident } from '../incident.ts';
import type { Answering } from '../respond/answering.ts';
import { afterNews, type News } from '../respond/life.ts';
import { type DrillMark, noResponse } from '../respond/response.ts';
import type { RouteFinding, Telling } from '../route/routing.ts';
import { highestSeverity } from '../severity.ts';
import { isoOf } from '../time.ts';
import type { CaseChange, CaseRows, Versioned } from './case-store.ts';
import { isToldAtOnce, type Routed, tellNews } from './deliveries.ts';

export type FindingChange = {
  value: KeptFinding;
  version: string | null;
  before: KeptFinding | undefined;
};

/** What a group of findings changes of those that are known. */
export const changesIn = (
  group: readonly Found[],
  rows: ReadonlyMap<string, Versioned<KeptFinding>>,
): FindingChange[] =>
  group.flatMap(({ kept }) => {
    const row = rows.get(kept.finding.id);
    const value = mergeFindings(row?.value, kept);
    if (isSameFinding(row?.value, value)) return [];
    return [{ value, version: row?.version ?? null, before: row?.value }];
  });

/** New to people, or different from what they were told. A finding withdrawn before anyone heard of it is neither. */
export function isTold({ value, before }: FindingChange): boolean {
  if (!before) return value.state === 'open';
  if (value.state !== 'open' && before.state !== 'open') return false;
  return value.finding.revision !== before.finding.revision;
}

type Given = {
  /** Any of what was found. */
  first: Found;
  rows: CaseRows;
  /** All findings that the incident has. */
  known: readonly KeptFinding[];
  changes: readonly FindingChange[];
  /** Those of the changes that people see. */
  told: readonly FindingChange[];
  route: RouteFinding;
};

type Deps = {
  answering: Answering;
  /** Epoch milliseconds. */
  now: number;
};

/** What findings make of their incident, with the deliveries that tell of it. */
export async function incidentChange(
  { first, rows, known, changes, told, route }: Given,
  { answering, now }: Deps,
): Promise<CaseChange> {
  const before = rows.incident?.value;
  const newest = newestOf(before, first, withChanges(known, changes), told, now);
  const routed = told.map((change) => routeChange(change, route));
  const news: News = {
    kind: kindOf(told),
    isOpen: told.some(({ value }) => value.state === 'open'),
    isFresh: told.some((one) => !one.before),
    isAct: told.some(({ value }) => value.state === 'open' && !isVain(value)),
    isGrave: told.some(
      ({ value, before }) =>
        value.state === 'open' && value.finding.severity === 'critical' && !before,
    ),
    askedAt: routed.some(isToldAtOnce)
      ? now + Math.min(...routed.map(({ settleMs }) => settleMs))
      : null,
    drill: isBreakGlassIncident(newest) ? await drillOf(newest.id, told, answering) : null,
  };
  const step = afterNews(before, newest, news, answering.escalationOf(newest), now);
  const { incident: after, deliveries } = tellNews(step, routed, answering, now);
  const { entries } = step;
  const findings = [...withChanges(known, changes)].map(({ finding }) => finding.id);
  const { incident, events } = withEvents({ before, after, told, entries, findings });
  return {
    incidentId: incident.id,
    incident: { value: incident, version: rows.incident?.version ?? null },
    findings: inPeriod(changes, told, incident.response.period),
    deliveries,
    entries,
    events,
  };
}

function withChanges(
  known: readonly KeptFinding[],
  changes: readonly FindingChange[],
): KeptFinding[] {
  const byId = new Map(known.map((kept) => [kept.finding.id, kept]));
  for (const { value } of changes) byId.set(value.finding.id, value);
  return [...byId.values()];
}

/** The incident with everything that was found; what people did about it is as it was before. */
function newestOf(
  before: Incident | undefined,
  { matter, subject, kept }: Found,
  findings: readonly KeptFinding[],
  told: readonly FindingChange[],
  now: number,
): Incident {
  const response = before?.response ?? noResponse;
  const news = new Set(told.map(({ value }) => value.finding.id));
  // What was closed with an earlier trouble is no part of this one, unless it is news again.
  const period = before?.status === 'resolved' && response.resolution ? Infinity : response.period;
  const open = findings
    .filter((one) => one.state === 'open')
    .filter((one) => news.has(one.finding.id) || (one.period ?? 1) >= period)
    .map(({ finding }) => finding);
  const head = open.toSorted(gravestFirst)[0] ?? kept.finding;
  const times = findings.map(({ finding }) => finding.time).sort();
  const at = isoOf(now);
  return {
    id: kept.finding.incident,
    tenantId: kept.finding.tenantId,
    matter,
    status: open.length === 0 ? 'resolved' : 'open',
    revision: (before?.revision ?? 0) + 1,
    severity: highestSeverity(open.map(({ severity }) => severity)),
    title: head.title,
    subject: before?.subject ?? subject,
    firstAt: times[0] ?? kept.finding.time,
    lastAt: times.at(-1) ?? kept.finding.time,
    openedAt: before?.openedAt ?? at,
    updatedAt: at,
    findings: open.length,
    response,
    events: before?.events ?? 0,
  };
}

function routeChange({ value, before }: FindingChange, route: RouteFinding): Routed {
  // A silence holds back what was found, and not that there is nothing to find any more.
  const heard = ({ finding, isDigested }: KeptFinding): readonly Telling[] => {
    if (isDigested) return [];
    const { tellings, unmuted } = route(finding);
    return value.state === 'open' ? tellings : unmuted;
  };
  return {
    finding: value.finding.id,
    severity: value.finding.severity,
    settleMs: value.state === 'open' ? (value.settleMs ?? 0) : 0,
    // Whoever heard the louder version hears the correction.
    tellings: [...heard(value), ...(before ? heard(before) : [])],
  };
}

/** It opened nothing, and anybody who knows a name can do it all day long. */
const isVain = ({ finding }: KeptFinding) => finding.detection === 'breakglass-signin-attempt';

function kindOf(told: readonly FindingChange[]): News['kind'] {
  if (told.every(({ value }) => value.state === 'withdrawn')) return 'correction';
  return told.every(({ value }) => value.state === 'resolved') ? 'resolved' : 'update';
}

/** The drill that explains all of it: one use outside of it, and it is no drill. */
async function drillOf(
  incident: string,
  told: readonly FindingChange[],
  answering: Answering,
): Promise<DrillMark | null> {
  let drill: DrillMark | null = null;
  for (const { value } of told) {
    if (value.state !== 'open') continue;
    drill = await answering.drillAt(incident, Date.parse(value.finding.time));
    if (!drill) return null;
  }
  return drill;
}

/** Each finding says of which period of its incident it is, from the second on. */
const inPeriod = (
  changes: readonly FindingChange[],
  told: readonly FindingChange[],
  period: number,
): CaseChange['findings'] =>
  changes.map((one) =>
    period > 1 && told.includes(one) ? { ...one, value: { ...one.value, period } } : one,
  );
