import { cleanLine } from '../clean-text.ts';
import type { DetectionInfo } from '../detect/detection-info.ts';
import { gravestFirst, type KeptFinding } from '../finding.ts';
import type { Incident } from '../incident.ts';
import type { Severity } from '../severity.ts';
import { answerOf, nextWhenTaken } from './alert-answer.ts';
import { type Fact, factsOf } from './alert-facts.ts';

/**
 * What people are told of an incident, before any channel gives it a shape.
 *
 * Every text in it may hold words out of a log record. They are cleaned of control and direction
 * characters, and nothing more: each channel must put them where they stay text.
 */
export type Alert = {
  /** The delivery's own id, the same on every retry. */
  id: string;
  incident: string;
  /** The incident's revision: 1 opens a thread, later ones continue it. */
  revision: number;
  kind: AlertKind;
  tenant: { id: string; name: string };
  severity: Severity;
  /** Enough on its own on a phone: who, to whom, what. */
  title: string;
  summary: string;
  /** Who, to whom, which role, from where and so on, most telling first. */
  facts: Fact[];
  /** UTC ISO 8601. `arrivedAt` is when the log export sent the record. */
  clocks: { happenedAt: string; arrivedAt: string | null; detectedAt: string };
  /** When this was to be told, UTC ISO 8601; the same on every retry. */
  toldAt: string;
  why: string;
  next: string[];
  detection: string;
  techniques: string[];
  /** The finding told of first, and the incident's other open findings, newest first. */
  finding: string;
  also: { finding: string; severity: Severity; title: string; time: string }[];
  /** How many open findings the incident has; `also` may be cut. */
  findings: number;
  /** The incident's page, from the configured console address only. */
  link: string | null;
  /** What people have done about it, in one sentence: `Ana Ruiz has it since 02:05 UTC: emergency, CA lock-out`. */
  answer: string | null;
  /** A drill was declared for it: everything that shows the alert says so, and leaves nothing out. */
  drill: { declaredBy: string; until: string } | null;
  /** Who is asked to answer. A channel that can call people by name does. */
  onCall: readonly Recipient[];
  /**
   * For one person alone: the address, and a link of its own that works without sign-in until that
   * moment (UTC ISO 8601); null if there is none.
   */
  personal: { to: Recipient; link: PersonalLink | null } | null;
};

/**
 * `resolved`: the state that it told of is over. `digest`: what was not urgent, or a storm, in one
 * message. Of the answer of people: `escalation` (nobody answered in time), `acknowledged`, `lapsed` (an
 * acknowledgement that counts no more), `closed`, `reopened`. `canary`: proves the channel, and nothing else.
 */
export type AlertKind =
  | 'new'
  | 'update'
  | 'correction'
  | 'resolved'
  | 'digest'
  | 'escalation'
  | 'acknowledged'
  | 'lapsed'
  | 'closed'
  | 'reopened'
  | 'canary';

export type PersonalLink = { url: string; until: string };

/** Somebody who can be told by name. */
export type Recipient = {
  /** Key in the policy's `people`. */
  id: string;
  name: string;
  /** Object id or UPN; null if the policy names none. */
  account: string | null;
  mail: string | null;
};

type AlertParts = {
  deliveryId: string;
  kind: Alert['kind'];
  incident: Incident;
  /** The incident's findings. Withdrawn ones matter only when nothing else is left to tell. */
  findings: readonly KeptFinding[];
  /** Which of them are news: the gravest of these leads. Left out: all are. */
  news?: readonly string[];
  about: (detectionId: string) => DetectionInfo | undefined;
  tenant: Alert['tenant'];
  /** Where the console is, from the configuration; null if there is none. */
  consoleUrl: string | null;
  /** When this telling was decided, UTC ISO 8601. Left out: when the incident was last changed. */
  at?: string;
  /** What the journal says of the change that is told. */
  because?: string | undefined;
  onCall?: readonly Recipient[];
  personal?: Alert['personal'];
};

const maxAlso = 10;

/** What to tell of an incident now. The most severe finding leads; of equals, the newest. */
export function composeAlert(parts: AlertParts): Alert {
  const { deliveryId, kind, incident, about, tenant, consoleUrl } = parts;
  const open = parts.findings.filter(({ state }) => state === 'open').sort(newestFirst);
  // An incident without any finding is a gap in what we read, not an all-clear.
  const isOver = open.length === 0 && parts.findings.some(({ state }) => state === 'resolved');
  const isWithdrawn =
    open.length === 0 && !isOver && (kind === 'correction' || parts.findings.length > 0);
  // That people closed it is said even where nothing is left of what they closed.
  const ending =
    kind === 'closed' ? undefined : isOver ? over : isWithdrawn ? withdrawn : undefined;
  const byGravity = (a: KeptFinding, b: KeptFinding) => gravestFirst(a.finding, b.finding);
  const news = open.filter(({ finding }) => parts.news?.includes(finding.id) ?? true);
  const lead =
    news.toSorted(byGravity)[0] ??
    open.toSorted(byGravity)[0] ??
    parts.findings.toSorted(newestFirst)[0];
  const finding = lead?.finding;
  const info = finding && about(finding.detection);
  // What people are asked, or have answered, is about the whole of it.
  const told = isOfAnswer(kind) ? incident.severity : (finding?.severity ?? incident.severity);
  const severity = ending ? 'informational' : told;
  const title = cleanLine(finding?.title ?? incident.title, 120);
  const { drill } = incident.response;
  const at = parts.at ?? incident.updatedAt;
  return {
    id: deliveryId,
    incident: incident.id,
    revision: incident.revision,
    kind: ending?.kind ?? kind,
    tenant: { id: tenant.id, name: cleanLine(tenant.name, 80) },
    severity,
    title: ending ? `${ending.word}: ${title}` : correctedTitle(title, kind, severity),
    summary: ending
      ? endingSummary(ending, finding?.summary)
      : cleanLine(withReason(finding?.summary, parts), 500),
    facts: finding ? factsOf(finding, info) : [],
    clocks: {
      happenedAt: finding?.time ?? incident.lastAt,
      arrivedAt: lead?.arrivedAt ?? null,
      detectedAt: lead?.detectedAt ?? incident.updatedAt,
    },
    toldAt: at,
    why: ending || isSettled(kind) ? '' : (info?.why ?? ''),
    next: ending ? [ending.next] : nextOf(parts, info),
    detection: finding?.detection ?? '',
    techniques: [...(finding?.techniques ?? [])],
    finding: finding?.id ?? '',
    also: alsoOf(open.filter((one) => one !== lead)),
    findings: open.length,
    link: incidentLink(consoleUrl, incident.id),
    answer: answerOf(incident, at),
    drill: drill && { declaredBy: cleanLine(drill.declaredBy, 80), until: drill.until },
    onCall: parts.onCall ?? [],
    personal: parts.personal ?? null,
  };
}

const withReason = (summary = '', { kind, because }: AlertParts) =>
  because && (kind === 'lapsed' || kind === 'reopened')
    ? `${cleanLine(because, 250)} It is about: ${summary}`
    : summary;

/** Somebody has it, or it is closed: the steps of the detection are not for whoever reads that. */
const isSettled = (kind: AlertKind) => kind === 'acknowledged' || kind === 'closed';

function nextOf({ kind, incident }: AlertParts, info: DetectionInfo | undefined): string[] {
  if (kind === 'acknowledged') return [nextWhenTaken(incident)];
  if (kind === 'closed')
    return ['Nothing more to do, unless you know better: tell whoever closed it.'];
  return [...(info?.triage ?? [])];
}

/** How an alert ends of which nothing is left. */
type Ending = { kind: AlertKind; word: string; said: string; next: string };

const withdrawn: Ending = {
  kind: 'correction',
  word: 'Withdrawn',
  said: 'A later record shows that there was nothing to find.',
  next: 'Nothing more to do, unless someone has acted on it: that may now be undone.',
};

const over: Ending = {
  kind: 'resolved',
  word: 'Over',
  said: 'The directory shows that this is in order again.',
  next: 'Nothing more to do.',
};

const endingSummary = ({ said }: Ending, summary: string | undefined) =>
  summary ? `${said} It had been: ${cleanLine(summary, 400)}` : said;

/** The title as it was before a correction put a word before it. */
export const uncorrectedTitle = ({ kind, title }: Alert) =>
  kind === 'correction' || kind === 'resolved'
    ? title.replace(/^(?:Withdrawn|Over|Corrected, now \w+): /, '')
    : title;

const correctedTitle = (title: string, kind: AlertKind, severity: Severity) =>
  kind === 'correction' ? `Corrected, now ${severity}: ${title}` : title;

/** What one reads first: how grave it is, whether it is a drill, and whether one has heard of it before. */
export function headlineOf({ severity, kind, revision, drill }: Alert): string {
  const news = {
    new: '',
    update: `update ${revision}`,
    correction: 'correction',
    resolved: 'over',
    digest: 'digest',
    escalation: 'NOBODY HAS ANSWERED',
    acknowledged: 'somebody has it',
    lapsed: 'OPEN AGAIN',
    closed: 'closed',
    reopened: 'REOPENED',
    canary: 'test',
  }[kind];
  return [severity.toUpperCase(), drill && 'DRILL', news].filter(Boolean).join(' · ');
}

/** Whether it says that there is nothing to do any more. */
export const isAllClear = ({ kind, severity }: Alert) =>
  kind === 'resolved' ||
  kind === 'closed' ||
  (kind === 'correction' && severity === 'informational');

/** Whether it tells of the answer of people, rather than of what was found. */
export const isOfAnswer = (kind: AlertKind) =>
  kind === 'escalation' ||
  kind === 'acknowledged' ||
  kind === 'lapsed' ||
  kind === 'closed' ||
  kind === 'reopened';

/** The newest, and always the one that happened first: with it the matter, and its mail thread, began. */
function alsoOf(newest: readonly KeptFinding[]): Alert['also'] {
  const kept = newest.length > maxAlso ? [...newest.slice(0, maxAlso - 1), newest.at(-1)] : newest;
  return kept
    .filter((one) => one !== undefined)
    .map(({ finding: { id, severity, title, time } }) => ({
      finding: id,
      severity,
      title: cleanLine(title, 120),
      time,
    }));
}

function incidentLink(consoleUrl: string | null, incident: string): string | null {
  const base = consoleUrl === null ? null : URL.parse(consoleUrl);
  if (!base || !/^https?:$/.test(base.protocol) || base.username || base.password) return null;
  const path = base.pathname.replace(/\/+$/, '');
  return `${base.origin}${path}/incidents/${encodeURIComponent(incident)}`;
}

function newestFirst({ finding: a }: KeptFinding, { finding: b }: KeptFinding): number {
  if (a.time !== b.time) return a.time > b.time ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}
