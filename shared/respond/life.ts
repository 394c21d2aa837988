import { cleanLine } from '../clean-text.ts';
import { derivedId } from '../finding.ts';
import { type Incident, isBreakGlassIncident } from '../incident.ts';
import type { Escalation } from '../policy/escalations.ts';
import { severityRank } from '../severity.ts';
import type { AlertKind } from '../tell/alert.ts';
import { hourMs, isoOf } from '../time.ts';
import { dueAt } from './escalation.ts';
import { isHeld, overtaken } from './hold.ts';
import type { Entry, EntryKind } from './journal.ts';
import {
  type Acknowledgement,
  type DrillMark,
  noResponse,
  type Person,
  type Response,
  service,
} from './response.ts';

/** How one thing leads to the next in the life of an incident. All of it is pure: state in, state out. */
export type Step = { incident: Incident; kind: AlertKind; entries: Entry[] };

/** What a batch of findings brings. */
export type News = {
  kind: 'new' | 'update' | 'correction' | 'resolved';
  /** Something of it is open: found, rather than taken back or over. */
  isOpen: boolean;
  /** More than other words for what was known. */
  isFresh: boolean;
  /** Something was done: more than a password that somebody tried in vain. */
  isAct: boolean;
  /** Something critical is new. */
  isGrave: boolean;
  /** Whether anybody is told at once, and from when on they have been told, epoch milliseconds. */
  askedAt: number | null;
  drill: DrillMark | null;
};

/**
 * What becomes of an incident by what was found.
 *
 * @param before - undefined: it is new.
 * @param incident - with everything that was found; its status is `resolved` if nothing of it is open.
 * @param now - epoch milliseconds.
 */
export function afterNews(
  before: Incident | undefined,
  incident: Incident,
  news: News,
  escalation: Escalation | undefined,
  now: number,
): Step {
  const response: Response = {
    ...(before?.response ?? noResponse),
    newsRevision: incident.revision,
    drill: drillAfter(before, news),
  };
  const step = (given: Partial<Incident>, kind: AlertKind, entries: Entry[] = []): Step => ({
    incident: withDueAt({ ...incident, response, ...given }, escalation, news.askedAt),
    kind,
    entries,
  });
  const said = (kind: EntryKind, text: string) => entryOf(incident, kind, service, now, text);

  if (!before) return step({}, 'new', [said('opened', `Opened: ${cleanLine(incident.title)}`)]);
  if (incident.status === 'resolved') {
    const ended = { ...response, askedAt: null };
    if (before.status === 'resolved') return step({ response: ended }, news.kind);
    const text = 'Over: nothing of what was found is open any more.';
    return step({ response: ended }, news.kind, [said('over', text)]);
  }
  const isWorse = severityRank(incident.severity) > severityRank(before.severity);
  const isGlass = isBreakGlassIncident(incident);
  if (before.status === 'resolved') {
    // Other words for what was known when it was closed wake nobody. A break-glass account is
    // different: each other word is something that it did.
    if (!news.isOpen || !(news.isFresh || isWorse || isGlass)) {
      return step({ status: 'resolved' }, news.kind);
    }
    const text = `Opened again: ${cleanLine(incident.title)}`;
    return step({ status: 'open', response: nextPeriod(response, news.drill) }, 'reopened', [
      said('reopened', text),
    ]);
  }
  if (before.status === 'acknowledged') {
    // What nobody is told at once asks nobody: then the answer holds, and runs out by itself.
    const isAsking = news.isOpen && news.askedAt !== null;
    if (!isAsking || !(isWorse || (isGlass && news.isAct)))
      return step({ status: 'acknowledged' }, news.kind);
    const { acknowledgement: taken } = response;
    if (taken && isHeld(taken, now) && !isWorse && !news.isGrave) {
      const answered = { ...response, acknowledgement: overtaken(taken) };
      return step({ status: 'acknowledged', response: answered }, news.kind);
    }
    const why = isGlass ? 'there is more about the account' : 'it has become graver';
    return step({ status: 'open', response: anew(response) }, 'lapsed', [
      said('lapsed', lapsedText(response.acknowledgement, why)),
    ]);
  }
  const isNews = news.isOpen && (news.isFresh || isWorse || isGlass);
  const isAsked = isNews && news.askedAt !== null && isWornOut(before, escalation, now);
  return step({ status: 'open', ...(isAsked && { response: anew(response) }) }, news.kind);
}

/** Whether everybody was asked in vain, a while ago: whoever does more then must not find them silent. */
function isWornOut(
  { status, response }: Incident,
  escalation: Escalation | undefined,
  now: number,
): boolean {
  const { askedAt } = response;
  const isOver = escalation !== undefined && dueAt({ status, response }, escalation) === null;
  return isOver && askedAt !== null && now - Date.parse(askedAt) > restMs;
}

const restMs = hourMs;

/** What began in earnest does not become a drill, and a drill that goes beyond its window is none. */
function drillAfter(before: Incident | undefined, { drill, isOpen }: News): DrillMark | null {
  const known = before?.response.drill ?? null;
  if (!before) return drill;
  if (!isOpen) return known;
  return drill && known?.id === drill.id ? drill : null;
}

/**
 * An acknowledgement counts no more, or else that it was a drill, for a reason that is no finding.
 *
 * @param drill - that it still belongs to.
 */
export function lapsed(
  before: Incident,
  why: string,
  escalation: Escalation | undefined,
  now: number,
  drill: DrillMark | null = before.response.drill,
): Step {
  const response = { ...anew(before.response), drill };
  const incident = next(before, now, { status: 'open', response });
  const text =
    before.status === 'acknowledged'
      ? lapsedText(before.response.acknowledgement, why)
      : `That it was a drill counts no more: ${why}.`;
  return {
    incident: withDueAt(incident, escalation, now),
    kind: 'lapsed',
    entries: [entryOf(incident, 'lapsed', service, now, text)],
  };
}

/** It goes on after it was closed, by something that is no finding. */
export function reopened(
  before: Incident,
  why: string,
  escalation: Escalation | undefined,
  now: number,
  drill: DrillMark | null,
): Step {
  const response = nextPeriod(before.response, drill);
  const incident = next(before, now, { status: 'open', response });
  return {
    incident: withDueAt(incident, escalation, now),
    kind: 'reopened',
    entries: [entryOf(incident, 'reopened', service, now, `Opened again: ${why}.`)],
  };
}

/** Somebody has it. */
export function acknowledged(before: Incident, acknowledgement: Acknowledgement): Step {
  const { by, at, claim, reason } = acknowledgement;
  const now = Date.parse(at);
  const response = { ...anew(before.response), acknowledgement };
  const incident = next(before, now, { status: 'acknowledged', response });
  const data = { claim, reason, until: acknowledgement.until };
  const text = `${by.name} has it: ${claimWords[claim]}, ${reason}`;
  return {
    incident: withDueAt(incident, undefined, null),
    kind: 'acknowledged',
    entries: [entryOf(incident, 'acknowledged', by, now, text, data)],
  };
}

/** People have ended it. @param note - what the journal says beside the reason. */
export function closed(
  before: Incident,
  resolution: NonNullable<Response['resolution']>,
  note = '',
): Step {
  const { by, at, verdict, reason, isCredentialRotated } = resolution;
  const now = Date.parse(at);
  const response = { ...anew(before.response), resolution };
  const incident = next(before, now, { status: 'resolved', response });
  const data = { verdict, reason, isCredentialRotated, ...(note && { note }) };
  const text = `${by.name} closed it: ${verdictWords[verdict]}, ${reason}${note && ` (${note})`}`;
  return {
    incident: withDueAt(incident, undefined, null),
    kind: 'closed',
    entries: [entryOf(incident, 'resolved', by, now, text, data)],
  };
}

/** As cards and pages say it, after "X has it:". */
export const claimWords: Record<Acknowledgement['claim'], string> = {
  drill: 'drill',
  emergency: 'emergency',
  expected: 'expected',
  misuse: 'misuse',
  unknown: 'not known yet what it is',
};

/** After "X closed it:". */
export const verdictWords: Record<NonNullable<Response['resolution']>['verdict'], string> = {
  expected: 'expected',
  drill: 'drill',
  true: 'a true finding',
  false: 'a false alarm',
  misuse: 'misuse',
};

export function entryOf(
  { id: incident, tenantId, revision, response }: Incident,
  kind: EntryKind,
  by: Person,
  now: number,
  text: string,
  data: Entry['data'] = {},
): Entry {
  const at = isoOf(now);
  const id = derivedId('entry', incident, kind, by.id, at, JSON.stringify(data));
  const told = { period: response.period, ...data };
  return { id, incident, tenantId, kind, at, revision, by, text: cleanLine(text, 600), data: told };
}

/** A change that people are told of. */
export const next = (before: Incident, now: number, change: Partial<Incident>): Incident => ({
  ...before,
  ...change,
  revision: before.revision + 1,
  updatedAt: isoOf(now),
});

/** Nobody is asked, or not yet. */
const anew = (response: Response): Response => ({ ...response, askedAt: null, tiersTold: 0 });

/** It was closed, and goes on. */
const nextPeriod = (response: Response, drill: DrillMark | null): Response => ({
  ...anew(response),
  period: response.period + 1,
  acknowledgement: null,
  drill,
});

const lapsedText = (acknowledgement: Acknowledgement | null, why: string) =>
  `The acknowledgement of ${acknowledgement?.by.name ?? 'somebody'} counts no more: ${why}.`;

/** With when it wants a look by itself. @param askedAt - from when people are asked, unless they are already. */
export function withDueAt(
  incident: Incident,
  escalation: Escalation | undefined,
  askedAt: number | null,
): Incident {
  const isAsked = incident.status === 'open' && escalation !== undefined;
  const first = isAsked && askedAt !== null ? isoOf(askedAt) : null;
  const response = {
    ...incident.response,
    askedAt: incident.status === 'open' ? (incident.response.askedAt ?? first) : null,
  };
  return {
    ...incident,
    response: { ...response, dueAt: dueAt({ status: incident.status, response }, escalation) },
  };
}
