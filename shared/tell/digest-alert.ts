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
};

/** What a digest tells: a line for each finding, the gravest first, and what is over at the end. */
export function digestAlert({ deliveryId, incident, findings, tenant }: DigestParts): Alert {
  const { id, revision, severity, title, updatedAt } = incident;
  const unlisted = incident.findings - findings.length;
  return {
    id: deliveryId,
    incident: id,
    revision,
    kind: 'digest',
    tenant: { id: tenant.id, name: cleanLine(tenant.name, 80) },
    severity,
    title: cleanLine(title, 120),
    summary:
      'What the directory showed since the last digest, and nobody had to be told of at once.' +
      (unlisted > 0 ? ` ${unlisted} more are not listed here.` : ''),
    facts: [...findings].sort(openFirst).map(lineOf),
    clocks: { happenedAt: updatedAt, arrivedAt: null, detectedAt: updatedAt },
    why: '',
    next: [
      'Look through the list, and give each line to whoever can mend it.',
      'The command glasswatch posture shows where the tenant stands, and what to do about each item.',
    ],
    detection: incident.matter,
    techniques: [],
    finding: '',
    also: [],
    findings: incident.findings,
    link: null,
  };
}

const openFirst = (a: KeptFinding, b: KeptFinding) =>
  Number(a.state !== 'open') - Number(b.state !== 'open') || gravestFirst(a.finding, b.finding);

const lineOf = ({ state, finding }: KeptFinding): Fact => ({
  label: state === 'open' ? finding.severity.toUpperCase() : 'OVER',
  value: cleanLine(finding.title, 200),
});
