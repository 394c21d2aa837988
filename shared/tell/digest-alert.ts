import { cleanLine } from '../clean-text.ts';
import { gravestFirst, type KeptFinding } from '../finding.ts';
import type { Incident } from '../incident.ts';
import type { Alert } from './alert.ts';
import type { Fact } from './alert-facts.ts';

type DigestParts = {
  deliveryId: string;
  incident: Incident;
  findings: readonly KeptFinding[];
  tenant: Alert['tenant'];
  /** The page that lists the incidents; null if there is none. */
  listUrl: string | null;
};

type DigestWords = Pick<Alert, 'summary' | 'facts' | 'next' | 'link'>;

/** Many things in one message: of the directory, or folded on one channel. */
export function digestAlert(parts: DigestParts): Alert {
  const { deliveryId, incident, tenant } = parts;
  const { id, revision, severity, title, updatedAt, matter } = incident;
  return {
    id: deliveryId,
    incident: id,
    revision,
    kind: 'digest',
    tenant: { id: tenant.id, name: cleanLine(tenant.name, 80) },
    severity,
    title: cleanLine(title, 200),
    clocks: { happenedAt: updatedAt, arrivedAt: null, detectedAt: updatedAt },
    toldAt: updatedAt,
    why: '',
    detection: matter,
    techniques: [],
    finding: '',
    also: [],
    findings: incident.findings,
    answer: null,
    drill: null,
    onCall: [],
    personal: null,
    ...(matter === postureMatter ? ofPosture(parts) : ofFolded(parts)),
  };
}

const postureMatter = 'posture-digest';

/** A line for each finding, the gravest first, and what is over at the end. */
function ofPosture({ incident, findings }: DigestParts): DigestWords {
  const unlisted = incident.findings - findings.length;
  return {
    summary:
      'What the directory showed since the last digest, and nobody had to be told of at once.' +
      (unlisted > 0 ? ` ${unlisted} more are not listed here.` : ''),
    facts: [...findings].sort(openFirst).map(lineOf),
    next: [
      'Look through the list, and give each line to whoever can mend it.',
      'The command glasswatch posture shows where the tenant stands, and what to do about each item.',
    ],
    link: null,
  };
}

/** A channel shows the first lines at least: some of the gravest, and then how many of each kind. */
const mostAhead = 8;

function ofFolded({ findings, listUrl }: DigestParts): DigestWords {
  const isCount = ({ finding }: KeptFinding) => typeof finding.details.count === 'number';
  const counts = findings.filter(isCount).map(lineOf);
  const gravest = findings
    .filter((one) => !isCount(one))
    .sort((a, b) => gravestFirst(a.finding, b.finding))
    .map(lineWithIncident);
  return {
    summary: 'What was not told by itself on this channel: each of them is kept with its incident.',
    facts: [...gravest.slice(0, mostAhead), ...counts, ...gravest.slice(mostAhead)],
    next: ['Open the list of incidents, and begin with the gravest.'],
    link: listUrl,
  };
}

const openFirst = (a: KeptFinding, b: KeptFinding) =>
  Number(a.state !== 'open') - Number(b.state !== 'open') || gravestFirst(a.finding, b.finding);

const lineOf = ({ state, finding }: KeptFinding): Fact => ({
  label: state === 'open' ? finding.severity.toUpperCase() : 'OVER',
  value: cleanLine(finding.title, 200),
});

/** Eight characters of the id, as the subject of its mails has them. */
function lineWithIncident(kept: KeptFinding): Fact {
  const { label, value } = lineOf(kept);
  const incident = cleanLine(kept.finding.details.incident, 64).slice(0, 8);
  return { label, value: incident ? `${value} (${incident})` : value };
}
