import { unlessTaken } from '../conflicts.ts';
import { derivedId, gravestFirst, type KeptFinding } from '../finding.ts';
import type { Incident } from '../incident.ts';
import type { DigestTime } from '../policy/digest.ts';
import { newDelivery } from '../record/outbox.ts';
import type { RecordDeps } from '../record/record-findings.ts';
import { incidentForNoAnswer } from '../respond/incident-for-no-answer.ts';
import { highestSeverity } from '../severity.ts';
import { dayMs, dayOf, isoOf, parseTime } from '../time.ts';
import { wallClock } from '../wall-clock.ts';
import type { EndedState, PostureState, PostureStore } from './posture-store.ts';

export type DigestDeps = RecordDeps & {
  posture: PostureStore;
  digest: DigestTime;
  tenantName: (tenantId: string) => string;
};

/** What kind of matter a digest is; `tell/digest-alert.ts` gives it its words. */
const digestMatter = 'posture-digest';

/** A transaction takes a hundred rows; the gravest come first, and the count of all is told. */
const mostListed = 60;

/**
 * Writes the digest of a tenant's posture, if its hour has come since the last one and there is news.
 * The first one is written at the first look.
 *
 * @param lastAt - when the last one was written, epoch milliseconds.
 * @returns whether one was written.
 * @throws {WatchError} STORE_UNAVAILABLE: doing it again is safe.
 */
export async function digestIfDue(
  tenantId: string,
  lastAt: number | null,
  deps: DigestDeps,
): Promise<boolean> {
  const { posture, digest, now } = deps;
  const day = digestDay(now, digest);
  if (lastAt !== null && digestDay(lastAt, digest) === day) return false;
  const state = await posture.read(tenantId);
  const news = newsIn(state);
  const writtenAt = news.length > 0 ? await writeDigest(tenantId, day, news, state, deps) : now;
  // What came after it is news still.
  const isTold = ({ found }: EndedState) => found.kept.precedence <= isoOf(writtenAt);
  await posture.save(tenantId, {
    opened: [...state.open.values()]
      .filter((one) => one.isNews && isTold(one))
      .map((one) => ({ ...one, isNews: false })),
    forgotten: [...state.ended.values()].filter(isTold).map(({ id }) => id),
    digestAt: now,
  });
  return news.length > 0;
}

/** The day that a digest belongs to: from its hour to the same hour of the next day. */
function digestDay(at: number, { at: hour, timezone }: DigestTime): string {
  const { day, time } = wallClock(at, timezone);
  return time < hour ? dayOf(Date.parse(`${day}T00:00Z`) - dayMs) : day;
}

/** Whatever people were not told by itself. */
function newsIn({ open, ended }: PostureState): KeptFinding[] {
  const opened = [...open.values()].filter(({ isNews }) => isNews);
  return [...opened, ...ended.values()]
    .map(({ found }) => found.kept)
    .filter(({ isDigested }) => isDigested)
    .sort((a, b) => gravestFirst(a.finding, b.finding));
}

/** @returns when it was written: now, or earlier if the day has had its digest. */
async function writeDigest(
  tenantId: string,
  day: string,
  news: readonly KeptFinding[],
  state: PostureState,
  deps: DigestDeps,
): Promise<number> {
  const { cases, outbox, routing, tenantName, now } = deps;
  const route = await routing.at(now);
  const channels = new Set(
    news.flatMap(({ finding }) => route(finding).tellings.map(({ channel }) => channel)),
  );
  if (channels.size === 0) return now;
  const id = derivedId('incident', tenantId, digestMatter, day);
  const listed = news.slice(0, mostListed);
  const findings = listed.map((kept) => ({ value: inDigest(kept, id), version: null }));
  const value = incidentOf(id, tenantId, tenantName(tenantId), news, state, now);
  const deliveries = [...channels].map((channel) =>
    newDelivery(value, channel, 'digest', now, { findings: listed.map(idOf) }),
  );
  await outbox.mark(id);
  const change = { incidentId: id, incident: { value, version: null }, findings, deliveries };
  // Another instance, a look that died after writing it, a clock set back: the day has its digest.
  const isNew = await unlessTaken(async () => {
    await cases.save(change);
    return true;
  });
  await outbox.wake(id);
  if (isNew) return now;
  const { incident } = await cases.read(id, []);
  return parseTime(incident?.value.openedAt) ?? now;
}

const idOf = ({ finding }: KeptFinding) => finding.id;

/** A copy: the finding itself stays with its own incident. */
const inDigest = (kept: KeptFinding, incident: string): KeptFinding => ({
  ...kept,
  finding: { ...kept.finding, incident },
});

function incidentOf(
  id: string,
  tenantId: string,
  tenant: string,
  news: readonly KeptFinding[],
  { open }: PostureState,
  now: number,
): Incident {
  const opened = news.filter(({ state }) => state === 'open');
  const ended = news.length - opened.length;
  const counts = [
    opened.length > 0 && `${opened.length} new`,
    ended > 0 && `${ended} over`,
    `${open.size} open in all`,
  ];
  return incidentForNoAnswer({
    ...{ id, tenantId, matter: digestMatter, at: isoOf(now) },
    severity: highestSeverity(opened.map(({ finding }) => finding.severity)),
    title: `Posture of ${tenant}: ${counts.filter(Boolean).join(', ')}`,
    subject: { type: 'other', id: tenantId, name: tenant },
    findings: news.length,
  });
}
