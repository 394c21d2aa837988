import type { Finding, KeptFinding, Party } from '../finding.ts';
import type { Incident } from '../incident.ts';
import type { Claim, Person, Verdict } from '../respond/response.ts';
import type { Severity } from '../severity.ts';

/** What every event has, whatever it tells of. Times UTC ISO 8601. */
type Told = {
  /** Unique to the event, and the same however often it is sent: what receivers deduplicate by. */
  uid: string;
  /** When it was written, which is after what it tells of had happened. */
  at: string;
  tenantId: string;
};

/** How people had answered the matter when the event was written. */
export type Answer = {
  status: Incident['status'];
  /** Who has it, or had it last; null: nobody so far. */
  owner: Pick<Person, 'id' | 'name'> | null;
  /** What the owner believes it to be. */
  claim: Claim | null;
  /** What it turned out to be; null until it is closed by people. */
  verdict: Verdict | null;
  isDrill: boolean;
};

/** A finding is new, says something new, or is over. */
export type FindingEvent = Told & {
  kind: 'finding';
  change: 'created' | 'updated' | 'closed';
  /** Cleaned and bounded, see clean-finding.ts. */
  finding: Finding;
  /** Why one that is closed is: there was nothing to find (`withdrawn`), or it is over (`resolved`). */
  state: KeptFinding['state'];
  /** The graver of what was told before and now: whoever heard of it hears the correction. */
  gravest: Severity;
  answer: Answer;
};

/** People answered an incident, or their answer counts no more. */
export type IncidentEvent = Told & {
  kind: 'incident';
  change: 'acknowledged' | 'lapsed' | 'resolved' | 'reopened';
  incident: Pick<
    Incident,
    'id' | 'revision' | 'matter' | 'severity' | 'title' | 'firstAt' | 'lastAt'
  > & {
    subject: Party;
    /** The ids of its findings, at most `maxFindings`. */
    findings: readonly string[];
  };
  /** The graver of before, of what was told with it, and now: where all of it is over, nothing is grave. */
  gravest: Severity;
  /** Who did it; the service itself for what happens by the clock. */
  by: Pick<Person, 'id' | 'name'>;
  /** One sentence. It may hold what somebody typed, cleaned. */
  text: string;
  answer: Answer;
};

/** We are alive: what a receiver that hears none for a while has to alarm on. One a tenant. */
export type Heartbeat = Told & {
  kind: 'heartbeat';
  /** The number of its interval since 1970: a gap in it is a time of silence. */
  sequence: number;
  intervalSeconds: number;
  /** When the last log record of the tenant arrived; null: none so far. */
  lastRecordAt: string | null;
  /** Events that wait for this sink; a bound, not more than that many are counted. */
  waiting: number;
};

export type SiemEvent = FindingEvent | IncidentEvent | Heartbeat;

/** The matter whose events keep their order; null: it belongs to none. */
export function incidentOf(event: SiemEvent): string | null {
  if (event.kind === 'heartbeat') return null;
  return event.kind === 'finding' ? event.finding.incident : event.incident.id;
}

/** When what it tells of happened, UTC ISO 8601. */
export const timeOf = (event: SiemEvent): string =>
  event.kind === 'finding' ? event.finding.time : event.at;

/** How grave it is; a heartbeat is for the record. */
export function severityOf(event: SiemEvent): Severity {
  if (event.kind === 'heartbeat') return 'informational';
  return event.kind === 'finding' ? event.finding.severity : event.incident.severity;
}
