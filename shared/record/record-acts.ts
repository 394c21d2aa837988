import { untilSaved } from '../conflicts.ts';
import type { Incident } from '../incident.ts';
import { isHeld, overtaken } from '../respond/hold.ts';
import type { Act } from '../respond/journal.ts';
import { lapsed, reopened, type Step, withDueAt } from '../respond/life.ts';
import { load, type RespondDeps } from '../respond/respond.ts';
import { minuteMs } from '../time.ts';
import { stepChange } from './deliveries.ts';
import { saveChange } from './record-findings.ts';

/** A session that goes on is what was acknowledged; one that still goes on after that is asked about again. */
const sessionGraceMs = 15 * minuteMs;

/**
 * Keeps what break-glass accounts did while their incidents are open. Whoever acts on after somebody
 * took the incident, or closed it, ends that: people are asked again.
 *
 * @throws {WatchError} STORE_UNAVAILABLE; doing it again is safe.
 */
export async function recordActs(acts: readonly Act[], deps: RespondDeps): Promise<void> {
  for (const [incident, some] of Map.groupBy(acts, (act) => act.incident)) {
    await untilSaved(() => recordSome(incident, some, deps));
  }
}

async function recordSome(id: string, acts: readonly Act[], deps: RespondDeps): Promise<void> {
  const { incident } = await deps.cases.read(id, []);
  if (!incident) return;
  const isUndone = endOfAnswer(incident.value, acts) !== undefined;
  if (incident.value.status === 'resolved' && !isUndone) return;
  await deps.cases.saveActs(id, acts);
  if (!isUndone) return;
  const [kept, version] = await load(id, deps);
  const further = kept && endOfAnswer(kept.incident, acts);
  if (!kept || !further) return;
  const now = deps.now();
  const { acknowledgement } = kept.incident.response;
  if (kept.incident.status === 'acknowledged' && acknowledgement && isHeld(acknowledgement, now)) {
    if (!acknowledgement.isOvertaken) await overtake(kept.incident, version, deps);
    return;
  }
  const step = asNews(await stepAfter(kept.incident, further, acts, deps, now));
  await saveChange(stepChange(step, kept, version, deps.answering, now), deps);
}

/** It is told once the acknowledgement holds no more. */
async function overtake(before: Incident, version: string, deps: RespondDeps): Promise<void> {
  const { response } = before;
  const { acknowledgement } = response;
  const answered = { ...response, acknowledgement: acknowledgement && overtaken(acknowledgement) };
  const value = withDueAt({ ...before, response: answered }, undefined, null);
  const change = { findings: [], deliveries: [], entries: [] };
  await saveChange({ incidentId: before.id, incident: { value, version }, ...change }, deps);
}

/** The act after which what people answered, or declared, counts no more. */
function endOfAnswer({ status, response }: Incident, acts: readonly Act[]): Act | undefined {
  const { acknowledgement, resolution, drill } = response;
  // A password that somebody tries opens nothing: if it is worth telling, it is a finding.
  const done = acts.filter(({ isSuccess }) => isSuccess);
  if (status === 'acknowledged')
    return acknowledgement ? since(acknowledgement.at, done) : undefined;
  if (status === 'open') return drill ? since(drill.until, acts) : undefined;
  return resolution ? since(resolution.at, done) : undefined;
}

const since = (at: string, acts: readonly Act[]): Act | undefined =>
  acts.find(
    (act) =>
      act.isOwn && Date.parse(act.at) > Date.parse(at) + (act.isRenewal ? sessionGraceMs : 0),
  );

/** Whoever opened the page before has not seen it. */
function asNews({ incident, ...step }: Step): Step {
  const response = { ...incident.response, newsRevision: incident.revision };
  return { ...step, incident: { ...incident, response } };
}

async function stepAfter(
  before: Incident,
  { isRenewal, at }: Act,
  acts: readonly Act[],
  { answering }: RespondDeps,
  now: number,
): Promise<Step> {
  const escalation = answering.escalationOf(before);
  const why = isRenewal ? 'the session of the account goes on' : 'the account acted again';
  if (before.status === 'resolved') {
    const drill = await answering.drillAt(before.id, Date.parse(at));
    return reopened(before, why, escalation, now, drill);
  }
  const { drill } = before.response;
  if (!drill || !since(drill.until, acts)) return lapsed(before, why, escalation, now);
  return lapsed(before, `${why}, after the drill`, escalation, now, null);
}
