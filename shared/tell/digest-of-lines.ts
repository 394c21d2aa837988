import { derivedId, gravestFirst, type KeptFinding } from '../finding.ts';
import type { Incident } from '../incident.ts';
import { incidentForNoAnswer } from '../respond/incident-for-no-answer.ts';
import { highestSeverity, type Severity, severities, severityRank } from '../severity.ts';
import { isoOf } from '../time.ts';
import type { Cut, FoldedLine, ListName } from './folded.ts';
import type { KeptCase } from './notify.ts';

/** What kind of matter it is that things were folded into one message. */
export const digestMatter = 'digest';

/** @param now - epoch milliseconds. */
export const digestId = (
  tenantId: string,
  channel: string,
  list: ListName,
  firstDelivery: string,
  now: number,
): string =>
  derivedId('incident', tenantId, digestMatter, channel, list, firstDelivery, isoOf(now));

/** A message has room for so many lines of each kind. */
const mostCounts = 24;
const mostTitles = 24;
/** Whoever was withdrawn since is passed over; so many are looked at. */
const mostLooked = 48;

type Counted = { detection: string; severity: Severity; isOpen: boolean; incident: string };

/**
 * One message about many: an incident that asks for no answer. Its title counts by severity. Its
 * findings count by detection, then tell the gravest: copies that name their own incident in
 * `details.incident`, while a counting one has `details.count` and `details.incidents`.
 */
export async function digestOf(
  cut: Cut,
  lines: readonly FoldedLine[],
  deps: { load(incidentId: string): Promise<KeptCase | undefined>; tenant: string },
): Promise<{ incident: Incident; findings: KeptFinding[] }> {
  const counted = countedOnce(lines);
  const counts = countsOf(counted)
    .slice(0, mostCounts)
    .map((one) => countFinding(one, cut));
  const findings = [...counts, ...(await gravest(lines, cut, deps.load))];
  const { id, tenantId, at } = cut;
  const incident = incidentForNoAnswer({
    ...{ id, tenantId, matter: digestMatter, at },
    severity: highestSeverity(lines.map(({ severity }) => severity)),
    title: titleOf(cut.list, deps.tenant, counted),
    subject: { type: 'other', id: tenantId, name: deps.tenant },
    firstAt: lines.map((line) => line.at).sort()[0] ?? at,
    findings: counted.length,
  });
  return { incident, findings };
}

/** A finding that was to be told more than once is one finding, as it was at last. */
function countedOnce(lines: readonly FoldedLine[]): Counted[] {
  const byId = new Map<string, Counted>();
  for (const { findings, incident } of lines.toSorted((a, b) => (a.at < b.at ? -1 : 1)))
    for (const { id, ...rest } of findings) byId.set(id, { ...rest, incident });
  return [...byId.values()];
}

type Count = Omit<Counted, 'incident'> & { count: number; incidents: number };

function countsOf(counted: readonly Counted[]): Count[] {
  const groups = Map.groupBy(counted, ({ detection, severity, isOpen }) =>
    JSON.stringify([detection, severity, isOpen]),
  );
  return [...groups.values()]
    .flatMap((group) => {
      const [first] = group;
      if (!first) return [];
      const { detection, severity, isOpen } = first;
      const incidents = new Set(group.map(({ incident }) => incident)).size;
      return { detection, severity, isOpen, count: group.length, incidents };
    })
    .sort(
      (a, b) =>
        Number(b.isOpen) - Number(a.isOpen) ||
        severityRank(b.severity) - severityRank(a.severity) ||
        b.count - a.count,
    );
}

function countFinding({ count, incidents, ...one }: Count, { id, tenantId, at }: Cut): KeptFinding {
  const { detection, severity, isOpen } = one;
  const title = `${numberOf(count)} × ${detection} in ${incidentsOf(incidents)}`;
  return {
    state: isOpen ? 'open' : 'resolved',
    precedence: '',
    severityWhenRepeated: null,
    recordId: '',
    arrivedAt: null,
    detectedAt: at,
    finding: {
      id: derivedId('finding', id, 'count', detection, severity, String(isOpen)),
      revision: 1,
      incident: id,
      detection,
      severity,
      title,
      summary: title,
      time: at,
      tenantId,
      subject: { type: 'other', id: null, name: detection },
      actor: null,
      roles: [],
      techniques: [],
      source: { category: 'digest', recordIds: [], correlationId: null },
      details: { count, incidents },
    },
  };
}

/** The gravest finding of each of the gravest incidents, as it is by now. */
async function gravest(
  lines: readonly FoldedLine[],
  cut: Cut,
  load: (incidentId: string) => Promise<KeptCase | undefined>,
): Promise<KeptFinding[]> {
  const ordered = lines.toSorted((a, b) => severityRank(b.severity) - severityRank(a.severity));
  const incidents = [...new Set(ordered.map(({ incident }) => incident))].slice(0, mostLooked);
  const folded = new Set(lines.flatMap(({ findings }) => findings.map(({ id }) => id)));
  const found: KeptFinding[] = [];
  for (const incident of incidents) {
    if (found.length >= mostTitles) break;
    const kept = await load(incident);
    const [lead] = (kept?.findings ?? [])
      .filter(({ state, finding }) => state === 'open' && folded.has(finding.id))
      .sort((a, b) => gravestFirst(a.finding, b.finding));
    if (lead) found.push(copyOf(lead, cut));
  }
  return found;
}

/** The finding itself stays with its own incident. */
const copyOf = (kept: KeptFinding, { id }: Cut): KeptFinding => ({
  ...kept,
  finding: {
    ...kept.finding,
    incident: id,
    details: { ...kept.finding.details, incident: kept.finding.incident },
  },
});

const names: Readonly<Record<ListName, string>> = {
  storm: 'Many at once',
  daily: 'The day',
  weekly: 'The week',
};

function titleOf(list: ListName, tenant: string, counted: readonly Counted[]): string {
  const open = counted.filter(({ isOpen }) => isOpen);
  const over = counted.length - open.length;
  const counts = severities.toReversed().flatMap((severity) => {
    const count = open.filter((one) => one.severity === severity).length;
    return count > 0 ? `${numberOf(count)} ${severity}` : [];
  });
  if (over > 0) counts.push(`${numberOf(over)} over`);
  const incidents = new Set(counted.map(({ incident }) => incident)).size;
  const all = `${numberOf(counted.length)} ${counted.length === 1 ? 'finding' : 'findings'}`;
  return `${names[list]} in ${tenant}: ${all} in ${incidentsOf(incidents)}: ${counts.join(', ')}`;
}

const incidentsOf = (count: number) =>
  `${numberOf(count)} ${count === 1 ? 'incident' : 'incidents'}`;

/** 4 812: in groups of three, without a comma that half the world reads as a fraction. */
const numberOf = (count: number) => String(count).replace(/\B(?=(?:\d{3})+$)/g, ' ');
