import { untilSaved } from '../conflicts.ts';
import type { Act } from '../respond/journal.ts';
import { lapsed } from '../respond/life.ts';
import { asking } from '../respond/look.ts';
import { load, type RespondDeps } from '../respond/respond.ts';
import { minuteMs } from '../time.ts';
import { toldChannels } from './deliveries.ts';
import { saveChange } from './record-findings.ts';

/** A session that goes on is what was acknowledged; one that still goes on after that is asked about again. */
const sessionGraceMs = 15 * minuteMs;

/**
 * Keeps what break-glass accounts did while their incidents are open. Whoever acts on after somebody
 * took the incident ends that: people are asked again.
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
  if (!incident || incident.value.status === 'resolved') return;
  await deps.cases.saveActs(id, acts);
  const { acknowledgement } = incident.value.response;
  if (incident.value.status !== 'acknowledged' || !acknowledgement) return;
  const takenAt = Date.parse(acknowledgement.at);
  const isOn = ({ isOwn, isRenewal, at }: Act) =>
    isOwn && Date.parse(at) > takenAt + (isRenewal ? sessionGraceMs : 0);
  const further = acts.find(isOn);
  if (!further) return;
  const [kept, version] = await load(id, deps);
  if (kept?.incident.status !== 'acknowledged') return;
  const now = deps.now();
  const escalation = deps.answering.escalationOf(kept.incident);
  const why = further.isRenewal ? 'the session of the account goes on' : 'the account acted again';
  const step = lapsed(kept.incident, why, escalation, now);
  const told = toldChannels(kept.deliveries.map(({ value }) => value));
  await saveChange(asking(step, told, version, deps, now), deps);
}
