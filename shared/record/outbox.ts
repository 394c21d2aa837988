import { derivedId, type Finding } from '../finding.ts';
import { isAtLeast, type Severity } from '../severity.ts';
import type { AlertKind } from '../tell/alert.ts';
import { isoOf } from '../time.ts';

/**
 * One telling of an incident on one channel. It is saved in the transaction of the findings that it
 * tells of, and sent later: no crash between the two can lose it.
 */
export type Delivery = {
  /** Derived from incident, revision, channel and how long it waits; the same on every retry. */
  id: string;
  incident: string;
  revision: number;
  channel: string;
  kind: AlertKind;
  /** The findings that it tells of: new ones, or such as say something new. */
  findings: readonly string[];
  /** `moot`: what it was to tell was withdrawn before anyone had heard of it. */
  state: 'pending' | 'sent' | 'dead' | 'moot';
  attempts: number;
  /** UTC ISO 8601. Not before then is it tried (again). */
  dueAt: string;
  createdAt: string;
  sentAt: string | null;
  /** What the channel answered last, without secrets. */
  lastError: string | null;
};

/** Which findings go to which channels; what of a route is left out fits all. */
export type Route = {
  minSeverity: Severity;
  channels: readonly string[];
  tenants?: readonly string[] | undefined;
  detections?: readonly string[] | undefined;
};

/** The channels that a finding goes to, each once. `tenantName` is what the policy calls its tenant. */
export function channelsFor(
  finding: Pick<Finding, 'severity' | 'detection' | 'tenantId'>,
  tenantName: string,
  routes: readonly Route[],
): string[] {
  const fitting = routes.filter(
    ({ minSeverity, tenants, detections }) =>
      isAtLeast(finding.severity, minSeverity) &&
      (tenants?.some((one) => one === tenantName || one.toLowerCase() === finding.tenantId) ??
        true) &&
      (detections?.includes(finding.detection) ?? true),
  );
  return [...new Set(fitting.flatMap(({ channels }) => channels))];
}

export function newDelivery(
  incident: string,
  revision: number,
  channel: string,
  kind: Delivery['kind'],
  now: number,
  { findings = [], settleMs = 0 }: { findings?: readonly string[]; settleMs?: number } = {},
): Delivery {
  const waits = settleMs > 0 ? [`settles ${settleMs}`] : [];
  return {
    id: derivedId('delivery', incident, String(revision), channel, ...waits),
    incident,
    revision,
    channel,
    kind,
    findings,
    state: 'pending',
    attempts: 0,
    dueAt: isoOf(now + settleMs),
    createdAt: isoOf(now),
    sentAt: null,
    lastError: null,
  };
}

const firstPauseMs = 5_000;
const longestPauseMs = 5 * 60_000;
/** A channel that answers nothing for three days is broken, not busy. */
const giveUpAfterMs = 72 * 3_600_000;

/** When a delivery that failed for now is tried again; undefined once it is given up. */
export function nextAttemptAt(
  delivery: Delivery,
  now: number,
  retryAfterMs: number | undefined,
): number | undefined {
  if (now - Date.parse(delivery.createdAt) > giveUpAfterMs) return undefined;
  const pause = Math.min(firstPauseMs * 2 ** delivery.attempts, longestPauseMs);
  return now + Math.max(retryAfterMs ?? 0, pause);
}
