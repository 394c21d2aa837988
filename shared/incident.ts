import type { Party } from './finding.ts';
import type { Response } from './respond/response.ts';
import { isAtLeast, type Severity, severityRank } from './severity.ts';

/** One matter that people are told about: every finding of it, told once and then kept up to date. */
export type Incident = {
  id: string;
  tenantId: string;
  /** What kind of matter: `role`, `sign-in`, `password`, `break-glass`, ... */
  matter: string;
  status: 'open' | 'acknowledged' | 'resolved';
  /** Goes up with each change that people are told of; part of every message's identity. */
  revision: number;
  /** The highest severity among its open findings. */
  severity: Severity;
  /** Of its most severe finding. */
  title: string;
  subject: Party;
  /** UTC ISO 8601: when the first and the latest of its findings happened, and when it was opened here. */
  firstAt: string;
  lastAt: string;
  openedAt: string;
  updatedAt: string;
  /** How many open findings it has. */
  findings: number;
  /** What people have done about it. */
  response: Response;
  /** The number of the last event that SIEMs are told of it; 0: none so far. */
  events: number;
};

/** Every finding about a break-glass account in play belongs to one incident of this matter. */
export const breakGlassMatter = 'break-glass';

/** It is kept so that it can be looked up, and asks nobody for an answer. */
export const isForTheRecord = (incident: Pick<Incident, 'severity' | 'matter'>): boolean =>
  !isAtLeast(incident.severity, 'medium') && !isBreakGlassIncident(incident);

/**
 * What wants an answer first, the gravest before all; then whatever changed last. However many others
 * there are, they push none of those out of a list.
 */
export function mostPressingFirst(a: Incident, b: Incident): number {
  const rank = (one: Incident) =>
    one.status === 'resolved' || isForTheRecord(one) ? 0 : 1 + severityRank(one.severity);
  const byChange = a.updatedAt < b.updatedAt ? 1 : a.updatedAt > b.updatedAt ? -1 : 0;
  return rank(b) - rank(a) || byChange || (a.id < b.id ? -1 : 1);
}

export const isBreakGlassIncident = ({ matter }: Pick<Incident, 'matter'>) =>
  matter === breakGlassMatter;
