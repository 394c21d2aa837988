import { cleanLine } from '../clean-text.ts';
import type { Finding, KeptFinding } from '../finding.ts';
import type { Incident } from '../incident.ts';
import type { Entry, EntryKind } from '../respond/journal.ts';
import { type Person, service } from '../respond/response.ts';
import { highestSeverity } from '../severity.ts';
import { cleanFinding } from './clean-finding.ts';
import type { Answer, FindingEvent, IncidentEvent, SiemEvent } from './siem-event.ts';

/** An event in the order of its incident: numbered from 1, without a gap. */
export type NumberedEvent = { seq: number; event: SiemEvent };

export type Change = {
  /** Undefined: the incident is new. */
  before: Incident | undefined;
  after: Incident;
  /** The findings that are news, each as it was before. */
  told: readonly { value: KeptFinding; before: KeptFinding | undefined }[];
  entries: readonly Entry[];
  /** The ids of all findings of the incident. */
  findings: readonly string[];
};

/** More are not listed with an incident. */
export const maxFindings = 50;

/**
 * What a change of an incident tells a SIEM: each finding that is news, then what became of the
 * incident itself. Saved in the transaction of the change, and sent later.
 *
 * @returns the incident with the number of its last event, and the events.
 */
export function withEvents(change: Change): { incident: Incident; events: NumberedEvent[] } {
  const { after, told } = change;
  const turn = turnOf(change);
  const all = [...told.map((one) => findingEvent(one, after)), ...(turn ? [turn] : [])];
  const first = after.events + 1;
  return {
    incident: { ...after, events: after.events + all.length },
    events: all.map((event, index) => ({ seq: first + index, event })),
  };
}

/** A finding by itself, as it is told where nobody answers anything: in a replay, a sample or a test. */
export function newFindingEvent(finding: Finding): FindingEvent {
  const { revision, severity, time } = finding;
  const answer = {
    status: 'open',
    owner: null,
    claim: null,
    verdict: null,
    isDrill: false,
  } as const;
  return {
    ...toldOf(finding, time),
    change: revision === 1 ? 'created' : 'updated',
    state: 'open',
    gravest: severity,
    answer,
  };
}

function findingEvent({ value, before }: Change['told'][number], incident: Incident): FindingEvent {
  const { finding, state } = value;
  const known = before?.finding.severity ?? finding.severity;
  return {
    ...toldOf(finding, incident.updatedAt),
    change: state !== 'open' ? 'closed' : before?.state === 'open' ? 'updated' : 'created',
    state,
    gravest: highestSeverity([known, finding.severity]),
    answer: answerOf(incident),
  };
}

const toldOf = (finding: Finding, at: string) => ({
  kind: 'finding' as const,
  uid: `${finding.id}.${finding.revision}`,
  at,
  tenantId: finding.tenantId,
  finding: cleanFinding(finding),
});

/** What people answered, or that it counts no more; undefined if nothing of that changed. */
function turnOf({ before, after, told, entries, findings }: Change): IncidentEvent | undefined {
  const change = before && kindOfTurn(before, after, entries);
  if (!change) return undefined;
  const entry = entries.find(({ kind }) => kind === entryOf[change] || kind === 'over');
  const { id, revision, matter, severity, title, subject, firstAt, lastAt } = after;
  return {
    kind: 'incident',
    uid: `${id}.${revision}`,
    at: after.updatedAt,
    tenantId: after.tenantId,
    change,
    incident: {
      ...{ id, revision, matter, severity, title: cleanLine(title, 500), firstAt, lastAt },
      subject: {
        type: subject.type,
        id: subject.id && cleanLine(subject.id, 200),
        name: subject.name && cleanLine(subject.name, 500),
      },
      findings: findings.slice(0, maxFindings),
    },
    gravest: highestSeverity([before.severity, severity, ...told.flatMap(severitiesOf)]),
    by: briefOf(entry?.by ?? service),
    text: cleanLine(entry?.text ?? '', 1_500),
    answer: answerOf(after),
  };
}

const severitiesOf = ({ value, before }: Change['told'][number]) =>
  [before, value].flatMap((one) => one?.finding.severity ?? []);

const entryOf: Record<IncidentEvent['change'], EntryKind> = {
  acknowledged: 'acknowledged',
  lapsed: 'lapsed',
  resolved: 'resolved',
  reopened: 'reopened',
};

function kindOfTurn(
  before: Incident,
  after: Incident,
  entries: readonly Entry[],
): IncidentEvent['change'] | undefined {
  if (before.status === after.status) {
    const isTaken = after.response.acknowledgement?.at !== before.response.acknowledgement?.at;
    if (after.status === 'acknowledged' && isTaken) return 'acknowledged';
    // That it was a drill counts no more, though nobody had taken it.
    return entries.some(({ kind }) => kind === 'lapsed') ? 'lapsed' : undefined;
  }
  if (after.status !== 'open') return after.status;
  return before.status === 'resolved' ? 'reopened' : 'lapsed';
}

function answerOf({ status, response }: Incident): Answer {
  const { acknowledgement, resolution, drill } = response;
  return {
    status,
    owner: acknowledgement && briefOf(acknowledgement.by),
    claim: acknowledgement?.claim ?? null,
    verdict: status === 'resolved' ? (resolution?.verdict ?? null) : null,
    isDrill: drill !== null,
  };
}

const briefOf = ({ id, name }: Person) => ({ id: cleanLine(id, 200), name: cleanLine(name, 200) });
