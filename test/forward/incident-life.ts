import type { Finding } from '../../shared/finding.ts';
import { type Change, withEvents } from '../../shared/forward/events-of.ts';
import type { FindingEvent, IncidentEvent, SiemEvent } from '../../shared/forward/siem-event.ts';
import type { Incident } from '../../shared/incident.ts';
import { acknowledged, closed, lapsed, reopened, type Step } from '../../shared/respond/life.ts';
import type { Claim, Person, Verdict } from '../../shared/respond/response.ts';
import { isoOf, minuteMs } from '../../shared/time.ts';
import { ana, ben, keep, sampleIncident } from '../tell/sample-alerts.ts';

type Answering = { by: Person; second: Person; reason: string; claim: Claim; verdict: Verdict };

const usual: Answering = {
  by: ana,
  second: ben,
  reason: 'Conditional Access locked everybody out',
  claim: 'emergency',
  verdict: 'expected',
};

export type Life = {
  found: FindingEvent[];
  acknowledged: IncidentEvent;
  updated: FindingEvent;
  lapsed: IncidentEvent;
  resolved: IncidentEvent;
  reopened: IncidentEvent;
  withdrawn: FindingEvent;
};

/**
 * What a SIEM is told of an incident from its findings to its reopening, written by the code that writes
 * it: somebody takes it, the first finding says more, the acknowledgement runs out, it is closed, goes on,
 * and the first finding turns out to be none.
 */
export function incidentLife(
  findings: readonly [Finding, ...Finding[]],
  answering: Partial<Answering> = {},
): Life {
  const { by, second, reason, claim, verdict } = { ...usual, ...answering };
  const kept = findings.map((finding) => keep(finding));
  const [first] = kept as [(typeof kept)[0]];
  const times = findings.map(({ time }) => time).sort();
  const start = Date.parse(times.at(-1) ?? '');
  const at = (minutes: number) => isoOf(start + minutes * minuteMs);
  const { incident: id, tenantId, severity, title, subject } = first.finding;
  let now: Incident = sampleIncident({
    ...{ id, tenantId, severity, title, subject, findings: findings.length },
    ...{ firstAt: times[0] ?? '', lastAt: times.at(-1) ?? '' },
    ...{ openedAt: at(0), updatedAt: at(0) },
  });
  const ids = findings.map((finding) => finding.id);
  const tell = (change: Pick<Change, 'before' | 'after' | 'told' | 'entries'>): SiemEvent[] => {
    const { incident, events } = withEvents({ ...change, findings: ids });
    now = incident;
    return events.map(({ event }) => event);
  };
  const turn = ({ incident, entries }: Step) =>
    tell({ before: now, after: incident, told: [], entries })[0] as IncidentEvent;
  const saysMore = (revision: number, minutes: number, state: 'open' | 'withdrawn') => {
    const value = { ...first, state, finding: { ...first.finding, revision } };
    const after = { ...now, revision: now.revision + 1, updatedAt: at(minutes) };
    const told = [{ value, before: first }];
    return tell({ before: now, after, told, entries: [] })[0] as FindingEvent;
  };

  const untold = kept.map((value) => ({ value, before: undefined }));
  const resolution = { verdict, reason, isCredentialRotated: true };
  const taking = { claim, reason, until: at(62), holdsUntil: null, isOvertaken: false };
  return {
    found: tell({ before: undefined, after: now, told: untold, entries: [] }) as FindingEvent[],
    acknowledged: turn(acknowledged(now, { by, at: at(2), ...taking })),
    updated: saysMore(2, 3, 'open'),
    lapsed: turn(lapsed(now, 'an hour is over', undefined, start + 62 * minuteMs)),
    resolved: turn(closed(now, { by: second, at: at(70), ...resolution })),
    reopened: turn(reopened(now, 'the account acts', undefined, start + 75 * minuteMs, null)),
    withdrawn: saysMore(3, 90, 'withdrawn'),
  };
}

/** In their order. */
export const eventsIn = (life: Life): SiemEvent[] => Object.values(life).flat();
