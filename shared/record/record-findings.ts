import { untilSaved } from '../conflicts.ts';
import type { Found } from '../detect/found.ts';
import { mergeFindings } from '../finding.ts';
import type { Feed } from '../forward/feed.ts';
import type { Answering } from '../respond/answering.ts';
import type { DueStore } from '../respond/due.ts';
import type { RouteFinding, Routing } from '../route/routing.ts';
import { severityRank } from '../severity.ts';
import type { CaseChange, CaseStore, Outbox } from './case-store.ts';
import { changesIn, incidentChange, isTold } from './incident-change.ts';

export type RecordDeps = {
  cases: CaseStore;
  outbox: Outbox;
  routing: Routing;
  answering: Answering;
  due: Pick<DueStore, 'expect'>;
  /** How SIEMs come to know. */
  feed: Feed;
  /** Epoch milliseconds. */
  now: number;
};

/**
 * Findings of one transaction. Table Storage takes a hundred rows: each of them has its event beside it,
 * and each channel adds one, as does whoever is asked by name.
 */
const mostRows = 20;
/** Incidents that are saved at the same time. */
const sideBySide = 8;

/**
 * 4 findings, 5 state: saves what was found, each incident in one transaction with the deliveries that
 * tell of it. Doing it again with the same findings changes nothing.
 *
 * @returns how many findings are new or say something new.
 * @throws {WatchError} STORE_UNAVAILABLE: some incidents may be saved; doing it all again is safe.
 */
export async function recordFindings(found: readonly Found[], deps: RecordDeps): Promise<number> {
  if (found.length === 0) return 0;
  const route = await deps.routing.at(deps.now);
  const groups = [...groupByIncident(found).values()];
  // One incident after another would take minutes in a storm; the gravest are told first. What belongs
  // to one incident is saved in turn: side by side each would only be in the way of the others.
  let news = 0;
  const lines = Array.from({ length: sideBySide }, async () => {
    for (let group = groups.shift(); group; group = groups.shift()) {
      for (let from = 0; from < group.length; from += mostRows) {
        const some = group.slice(from, from + mostRows);
        news += await untilSaved(() => recordIncident(some, route, deps));
      }
    }
  });
  await Promise.all(lines);
  return news;
}

/** The gravest incident first. All that belongs to one is one list, in its order. */
function groupByIncident(found: readonly Found[]): Map<string, Found[]> {
  const groups = new Map<string, Map<string, Found>>();
  for (const one of found) {
    const group = groups.get(one.incident) ?? new Map<string, Found>();
    groups.set(one.incident, group);
    const { id } = one.kept.finding;
    group.set(id, { ...one, kept: mergeFindings(group.get(id)?.kept, one.kept) });
  }
  const lists = [...groups].map(
    ([incident, group]) => [incident, [...group.values()]] as [string, Found[]],
  );
  return new Map(lists.toSorted(([, a], [, b]) => gravity(b) - gravity(a)));
}

const gravity = (group: readonly Found[]) =>
  Math.max(...group.map(({ kept }) => severityRank(kept.finding.severity)));

async function recordIncident(
  group: readonly Found[],
  route: RouteFinding,
  deps: RecordDeps,
): Promise<number> {
  const [first] = group;
  if (!first) return 0;
  const incidentId = first.incident;
  const rows = await deps.cases.read(
    incidentId,
    group.map(({ kept }) => kept.finding.id),
  );
  const changes = changesIn(group, rows.findings);
  if (changes.length === 0) return 0;

  const told = changes.filter(isTold);
  if (told.length === 0) {
    // Only what no reader sees: more records of a known finding, or proof that there is nothing to find.
    await deps.cases.save({ incidentId, incident: null, findings: changes, deliveries: [] });
    return 0;
  }
  await deps.routing.remember(
    told.flatMap(({ value }) => (value.state === 'open' ? value.finding : [])),
    deps.now,
  );
  const known = rows.incident ? await deps.cases.findingsOf(incidentId) : [];
  const change = await incidentChange({ first, rows, known, changes, told, route }, deps);
  await saveChange(change, deps);
  return told.length;
}

/** Saves a change in the order that loses nothing: whoever has to look at it knows before it is there. */
export async function saveChange(
  change: CaseChange,
  { cases, outbox, due, feed }: Pick<RecordDeps, 'cases' | 'outbox' | 'due' | 'feed'>,
): Promise<void> {
  const { incidentId, incident, deliveries, entries = [], events = [] } = change;
  const dueAt = incident?.value.response.dueAt;
  if (dueAt) await due.expect(incidentId, Date.parse(dueAt));
  const isToBeLookedAt = deliveries.length > 0 || entries.length > 0;
  await Promise.all([
    isToBeLookedAt && outbox.mark(incidentId),
    events.length > 0 && feed.expect(events.map(({ seq }) => ({ incident: incidentId, seq }))),
  ]);
  await cases.save(change);
  await Promise.all([isToBeLookedAt && outbox.wake(incidentId), events.length > 0 && feed.wake()]);
  // Whoever looked between the two saw the incident as it was, and may have put the look off.
  if (dueAt) await due.expect(incidentId, Date.parse(dueAt));
}
