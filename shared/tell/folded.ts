import { type Incident, isBreakGlassIncident } from '../incident.ts';
import type { Delivery } from '../record/outbox.ts';
import type { Severity } from '../severity.ts';
import type { Shelf } from '../shelf.ts';
import { isoOf } from '../time.ts';
import type { KeptCase } from './notify.ts';

/** The lists of what is told as one line among others: of a storm, of the day, of the week. */
export const listNames = ['storm', 'daily', 'weekly'] as const;
export type ListName = (typeof listNames)[number];

/** A delivery that became a line of a list. */
export type FoldedLine = {
  delivery: string;
  channel: string;
  tenantId: string;
  incident: string;
  /** When it was put there, UTC ISO 8601. */
  at: string;
  severity: Severity;
  findings: readonly FoldedFinding[];
};

type FoldedFinding = { id: string; detection: string; severity: Severity; isOpen: boolean };

/** What one message tells, settled before it is written: whoever goes on with it tells the same. */
export type Cut = {
  /** The incident that is the message. */
  id: string;
  list: ListName;
  channel: string;
  tenantId: string;
  at: string;
  /** The deliveries whose lines it takes. */
  lines: readonly string[];
};

export type Lists = {
  /** By the delivery's id. */
  lines: Readonly<Record<ListName, Shelf<FoldedLine>>>;
  /** By list, channel and tenant: at most one at a time each. */
  cuts: Shelf<Cut>;
};

/** @param now - epoch milliseconds. */
export function foldedLine(
  delivery: Delivery,
  { incident, findings }: Pick<KeptCase, 'incident' | 'findings'>,
  now: number,
): FoldedLine {
  const byId = new Map(findings.map((kept) => [kept.finding.id, kept]));
  return {
    delivery: delivery.id,
    channel: delivery.channel,
    tenantId: incident.tenantId,
    incident: incident.id,
    at: isoOf(now),
    severity: delivery.severity,
    findings: delivery.findings.map((id) => {
      const kept = byId.get(id);
      return {
        id,
        detection: kept?.finding.detection ?? incident.matter,
        severity: kept?.finding.severity ?? delivery.severity,
        isOpen: kept?.state === 'open',
      };
    }),
  };
}

/** Kinds that tell of findings. All others are about people and channels, and each is told by itself. */
const foldableKinds: ReadonlySet<Delivery['kind']> = new Set([
  'new',
  'update',
  'correction',
  'resolved',
]);

/** What wakes people up goes ahead of everything, and never into a list. */
export const isUrgent = (delivery: Delivery, incident: Incident): boolean =>
  delivery.severity === 'critical' || isBreakGlassIncident(incident);

/** Whether it may be told as one line among others. */
export const isFoldable = (delivery: Delivery, incident: Incident): boolean =>
  foldableKinds.has(delivery.kind) &&
  !isUrgent(delivery, incident) &&
  // Who is asked by name is asked now.
  !delivery.person &&
  !delivery.onCall?.length;
