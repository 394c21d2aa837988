import type { Party } from './finding.ts';
import type { Response } from './respond/response.ts';
import type { Severity } from './severity.ts';

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
};

/** Every finding about a break-glass account in play belongs to one incident of this matter. */
export const breakGlassMatter = 'break-glass';

export const isBreakGlassIncident = ({ matter }: Pick<Incident, 'matter'>) =>
  matter === breakGlassMatter;
