/** How much a finding matters, least first. The five words of Sigma and Microsoft. */
export const severities = ['informational', 'low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof severities)[number];

export const severityRank = (severity: Severity) => severities.indexOf(severity);

export const isAtLeast = (severity: Severity, floor: Severity) =>
  severityRank(severity) >= severityRank(floor);

/** The severity `steps` above (or, if negative, below), held within the five. */
export function shiftSeverity(severity: Severity, steps: number): Severity {
  const rank = Math.min(Math.max(severityRank(severity) + steps, 0), severities.length - 1);
  return severities[rank] as Severity;
}

export const highestSeverity = (all: readonly Severity[]): Severity =>
  all.reduce((highest, one) => (isAtLeast(one, highest) ? one : highest), 'informational');
