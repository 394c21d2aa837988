import type { SinkStatus } from '../forward/sink-status.ts';
import type { RefreshReport } from '../posture/posture-store.ts';
import type { Trend } from '../scorecard/history.ts';
import type { Scorecard } from '../scorecard/scorecard.ts';
import type { DeliveryStore } from '../tell/notify.ts';

export type ApiDeps = {
  countDeadLetters(): Promise<number>;
  countWaiting(): Promise<number>;
  /** How the directory of each tenant was last read. */
  directories(): Promise<DirectoryStatus[]>;
  /** How each tenant stands by the guidance. */
  scorecards(): Promise<PostureCard[]>;
  /** How each SIEM of the policy stands. */
  sinks(): Promise<readonly SinkStatus[]>;
};

/** Times are UTC ISO 8601. */
export type DirectoryStatus = {
  tenant: string;
  /** When the snapshot in use was taken; null before the first. */
  takenAt: string | null;
  /** How many accounts it watches, groups and workloads included. */
  accounts: number;
  /** What could not be read, and why. */
  gaps: readonly { part: string; why: string; detail: string }[];
  /** The last attempt to read it anew. */
  refresh: RefreshReport | null;
};

export type PostureCard = { scorecard: Scorecard; trend: Trend | null };

type IncidentReader = Pick<DeliveryStore, 'load' | 'incidents'>;

export const mostIncidents = 200;

export async function statusJson(deps: ApiDeps) {
  const [deadLetters, waiting, directory, sinks] = await Promise.all([
    deps.countDeadLetters(),
    deps.countWaiting(),
    deps.directories(),
    deps.sinks(),
  ]);
  return { deadLetters, incidentsWithWaitingDeliveries: waiting, directory, sinks };
}

export const postureJson = async ({ scorecards }: ApiDeps) => ({ tenants: await scorecards() });

export const incidentsJson = async (cases: IncidentReader) => ({
  incidents: await cases.incidents({ limit: mostIncidents }),
});

/** @returns undefined if there is no such incident. */
export async function incidentJson(id: string, cases: IncidentReader) {
  const kept = await cases.load(id);
  if (!kept) return undefined;
  return {
    incident: kept.incident,
    findings: kept.findings.filter(({ state }) => state === 'open').map(({ finding }) => finding),
    deliveries: kept.deliveries.map(({ value }) => value),
  };
}
