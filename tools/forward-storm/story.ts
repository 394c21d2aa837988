import { seededRandom } from '../../local/seeded-random.ts';
import { derivedId, type Finding, type KeptFinding } from '../../shared/finding.ts';
import { type NumberedEvent, withEvents } from '../../shared/forward/events-of.ts';
import type { Incident } from '../../shared/incident.ts';
import { noResponse, service } from '../../shared/respond/response.ts';
import { severities } from '../../shared/severity.ts';
import { isoOf } from '../../shared/time.ts';
import { hostileNames } from './hostile-names.ts';

/** An event, and where it has its place. */
export type StoryEvent = NumberedEvent & { incident: string };

export const tenantId = '5d1c9a0e-3b58-4c2a-9a77-0f6f4a1c2b11';

const fewest = 1;
const most = 40;
/** Incidents that go on at the same time. */
const atOnce = 600;

type Matter = { incident: Incident | undefined; findings: KeptFinding[]; id: string; left: number };

/**
 * What happens in many incidents of 1 to 40 events, mixed as time goes on: findings that are new, say
 * more or are over, and people who answer. Told by the code that tells it in the service.
 *
 * @param startAt - epoch milliseconds.
 */
export function storyOf(seed: number, count: number, startAt: number): StoryEvent[] {
  const random = seededRandom(seed);
  const events: StoryEvent[] = [];
  const open: Matter[] = [];
  let matters = 0;
  while (events.length < count) {
    if (open.length < Math.min(atOnce, count / 4)) {
      const id = derivedId('storm', String(seed), String(matters));
      open.push({
        incident: undefined,
        findings: [],
        id,
        left: fewest + Math.floor(random() * (most - fewest + 1)),
      });
      matters += 1;
      continue;
    }
    const at = Math.floor(random() * open.length);
    const matter = open[at];
    if (!matter) continue;
    const told = nextOf(matter, random, startAt + events.length);
    matter.left -= told.length;
    if (matter.left <= 0) open.splice(at, 1);
    for (const one of told) events.push({ ...one, incident: matter.id });
  }
  return events.slice(0, count);
}

function nextOf(matter: Matter, random: () => number, now: number): NumberedEvent[] {
  const { incident: before } = matter;
  const at = isoOf(now);
  const base = before ?? newIncident(matter.id, at, random);
  const changed = { ...base, revision: base.revision + 1, updatedAt: at };
  const findings = matter.findings.map(({ finding }) => finding.id);
  const isAnswer = before !== undefined && random() < 0.2;
  const told = isAnswer ? [] : [findingOf(matter, random, at)];
  const after = isAnswer ? answered(changed, random, at) : changed;
  const change = { before, after, told, entries: [], findings };
  const { incident, events } = withEvents(change);
  matter.incident = incident;
  return events;
}

function answered(incident: Incident, random: () => number, at: string): Incident {
  if (incident.status === 'resolved') return { ...incident, status: 'open' };
  const status = incident.status === 'open' || random() < 0.5 ? 'acknowledged' : 'resolved';
  const acknowledgement = {
    ...{ by: { ...service, id: 'ana', name: nameOf(random) }, at, claim: 'expected' as const },
    ...{ reason: nameOf(random), until: null, holdsUntil: null, isOvertaken: false },
  };
  const response = status === 'acknowledged' ? { ...noResponse, acknowledgement } : noResponse;
  return { ...incident, status, response };
}

function findingOf(matter: Matter, random: () => number, at: string) {
  const { id: incident, findings } = matter;
  const before = random() < 0.3 ? pick(findings, random) : undefined;
  const finding = before
    ? { ...before.finding, revision: before.finding.revision + 1, summary: nameOf(random) }
    : newFinding(incident, findings.length, random, at);
  const isOver = before !== undefined && random() < 0.3;
  const value: KeptFinding = {
    ...{ finding, state: isOver ? 'resolved' : 'open', precedence: '', recordId: finding.id },
    ...{ severityWhenRepeated: null, arrivedAt: at, detectedAt: at },
  };
  if (before) findings.splice(findings.indexOf(before), 1, value);
  else findings.push(value);
  return { value, before };
}

function newFinding(incident: string, number: number, random: () => number, at: string): Finding {
  const [name, actor] = [nameOf(random), nameOf(random)];
  return {
    id: derivedId(incident, String(number)),
    ...{ revision: 1, incident, detection: 'breakglass-signin-success', tenantId, time: at },
    severity: pick(severities, random) ?? 'high',
    title: `Sign-in of ${name}`,
    summary: `${actor} signed in as ${name}`,
    subject: { type: 'user', id: derivedId('subject', name), name },
    actor: { type: 'user', id: derivedId('actor', actor), name: actor, ip: '203.0.113.9' },
    roles: [{ templateId: derivedId('role'), name: 'Global Administrator', scope: '/' }],
    techniques: ['T1078.004'],
    source: { category: 'SignInLogs', recordIds: [derivedId('record', at)], correlationId: null },
    details: { app: nameOf(random), [nameOf(random)]: nameOf(random), error: 50126 },
  };
}

const newIncident = (id: string, at: string, random: () => number): Incident => ({
  ...{ id, tenantId, matter: 'sign-in', status: 'open', revision: 0, severity: 'high' },
  ...{ title: `Sign-in of ${nameOf(random)}`, findings: 1, response: noResponse, events: 0 },
  subject: { type: 'user', id: 'ana', name: nameOf(random) },
  ...{ firstAt: at, lastAt: at, openedAt: at, updatedAt: at },
});

const nameOf = (random: () => number): string =>
  (random() < 0.25 && pick(hostileNames, random)) || `person${Math.floor(random() * 1e6)}`;

const pick = <T>(all: readonly T[], random: () => number): T | undefined =>
  all[Math.floor(random() * all.length)];
