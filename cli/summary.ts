import { cleanLine } from '../shared/clean-text.ts';
import type { Finding } from '../shared/finding.ts';
import type { Policy } from '../shared/policy.ts';
import { tenantPolicy } from '../shared/policy.ts';
import { routeBy } from '../shared/route/simple-routing.ts';
import { severities } from '../shared/severity.ts';
import { table } from './table.ts';

const mostNamed = 3;

/**
 * How often each detection would have fired, on whom, and how often people would have been told: what
 * one wants to know before a detection is switched on.
 */
export function summaryOf(findings: readonly Finding[], policy: Policy | undefined): string {
  const byDetection = [...Map.groupBy(findings, ({ detection }) => detection)].sort(
    ([a, some], [b, others]) => others.length - some.length || (a < b ? -1 : 1),
  );
  const rows = byDetection.map(([detection, some]) => [
    detection,
    String(some.length),
    severities
      .toReversed()
      .flatMap((severity) => countOf(some, severity))
      .join(', '),
    String(new Set(some.map(({ incident }) => incident)).size),
    policy ? String(toldOf(some, policy)) : '-',
    subjectsOf(some),
  ]);
  const head = ['detection', 'findings', 'of severity', 'incidents', 'told', 'about'];
  const days = new Set(findings.map(({ time }) => time.slice(0, 10))).size;
  const told = policy
    ? `; people would have been told of ${toldOf(findings, policy)}`
    : '; with --policy it says how many people would have been told of';
  const incidents = new Set(findings.map(({ incident }) => incident)).size;
  return `${table(head, rows)}\n${findings.length} findings in ${incidents} incidents on ${days} days${told}\n`;
}

function countOf(findings: readonly Finding[], severity: Finding['severity']): string[] {
  const count = findings.filter((one) => one.severity === severity).length;
  return count > 0 ? [`${count} ${severity}`] : [];
}

/** Findings that some route of the policy takes. */
function toldOf(findings: readonly Finding[], policy: Policy): number {
  const nameOf = (tenantId: string) => tenantPolicy(policy, tenantId)?.name ?? '';
  return findings.filter((finding) => {
    const route = routeBy(policy.routes, nameOf, Date.parse(finding.time));
    return route(finding).tellings.length > 0;
  }).length;
}

/** Those that it is mostly about, the most frequent first. */
function subjectsOf(findings: readonly Finding[]): string {
  const names = findings.map(({ subject }) => subject.name ?? subject.id ?? 'somebody unnamed');
  const counts = [...Map.groupBy(names, (name) => name)]
    .map(([name, some]) => ({ name, count: some.length }))
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
  const named = counts
    .slice(0, mostNamed)
    .map(({ name, count }) => `${cleanLine(name, 40)}${count > 1 ? ` (${count})` : ''}`);
  const more = counts.length - named.length;
  return [...named, ...(more > 0 ? [`${more} more`] : [])].join(', ');
}
