import fc from 'fast-check';
import type { Finding } from '../../shared/finding.ts';
import { newFindingEvent } from '../../shared/forward/events-of.ts';
import { heartbeatOf } from '../../shared/forward/pump/heartbeat.ts';
import type {
  Answer,
  FindingEvent,
  Heartbeat,
  IncidentEvent,
  SiemEvent,
} from '../../shared/forward/siem-event.ts';
import { claims, verdicts } from '../../shared/respond/response.ts';
import { severities } from '../../shared/severity.ts';
import { sampleFinding } from '../tell/sample-alerts.ts';
import { eventsIn, incidentLife } from './incident-life.ts';
import { anyFinding, anyText, hostileFinding, variedFindings } from './varied-findings.ts';

/** Events of every kind, as different as they can be. */

const nobody: Answer = { status: 'open', owner: null, claim: null, verdict: null, isDrill: false };
const owner = { id: 'ana', name: 'Ana Ruiz' };

export const answers: readonly Answer[] = [
  nobody,
  { ...nobody, isDrill: true },
  // Somebody had it.
  { ...nobody, owner, claim: 'unknown' },
  ...claims.map((claim): Answer => ({ ...nobody, status: 'acknowledged', owner, claim })),
  { ...nobody, status: 'resolved' },
  ...verdicts.map((verdict): Answer => ({ ...nobody, status: 'resolved', owner, verdict })),
];

/** A plain finding, told for the first time. */
export const eventOf = (
  over: Partial<Finding> = {},
  event: Partial<FindingEvent> = {},
): FindingEvent => ({ ...newFindingEvent(sampleFinding(over)), ...event });

export const sampleLife = incidentLife([sampleFinding()]);

export const sampleHeartbeat: Heartbeat = heartbeatOf(
  sampleFinding().tenantId,
  { lastRecordAt: '2026-11-20T02:04:51.207Z', waiting: 3 },
  Date.parse('2026-11-20T02:05:00.000Z'),
);

const ends: readonly Pick<FindingEvent, 'change' | 'state'>[] = [
  { change: 'created', state: 'open' },
  { change: 'updated', state: 'open' },
  { change: 'closed', state: 'withdrawn' },
  { change: 'closed', state: 'resolved' },
];

const turns = [
  sampleLife.acknowledged,
  sampleLife.lapsed,
  sampleLife.resolved,
  sampleLife.reopened,
];
const parties = ['user', 'group', 'policy', 'other'] as const;

export const variedIncidents: readonly IncidentEvent[] = [
  ...turns.flatMap((turn) => answers.map((answer) => ({ ...turn, answer }))),
  ...[...severities, ...parties].map((_, index, all) => ({
    ...sampleLife.resolved,
    incident: {
      ...sampleLife.resolved.incident,
      severity: severities[index % severities.length] ?? 'low',
      subject: {
        type: parties[index % parties.length] ?? 'other',
        id: index % 2 ? 'x' : null,
        name: null,
      },
      findings: all.slice(0, index).map((_, n) => `f${n}`),
    },
    text: index % 3 ? 'done' : '',
  })),
];

export const variedHeartbeats: readonly Heartbeat[] = [
  sampleHeartbeat,
  { ...sampleHeartbeat, lastRecordAt: null, waiting: 0 },
  { ...sampleHeartbeat, tenantId: '' },
];

export const variedEvents: readonly SiemEvent[] = [
  ...variedFindings.map((finding, index) => ({
    ...newFindingEvent(finding),
    ...(ends[index % ends.length] as (typeof ends)[0]),
    answer: answers[index % answers.length] as Answer,
  })),
  ...variedIncidents,
  ...variedHeartbeats,
];

/** One text wherever a log's words, or somebody's, may end up: told by the code that cleans it. */
export function hostileEvents(name: string): SiemEvent[] {
  const by = { id: name, name, identifiedBy: 'link' } as const;
  return eventsIn(incidentLife([hostileFinding(name)], { by, second: by, reason: name }));
}

/** Whatever a log held, and whatever people typed. */
export const anyEvent: fc.Arbitrary<SiemEvent> = fc
  .record({
    finding: anyFinding,
    reason: anyText,
    claim: fc.constantFrom(...claims),
    verdict: fc.constantFrom(...verdicts),
    which: fc.nat({ max: 6 }),
  })
  .map(({ finding, which, ...answering }) => {
    const all = eventsIn(incidentLife([finding], answering));
    return all[which] as SiemEvent;
  });
