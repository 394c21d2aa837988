import type { Incident } from '../incident.ts';
import { isBreakGlassIncident } from '../incident.ts';
import type { Closing, Escalation } from '../policy/escalations.ts';
import { isAtLeast } from '../severity.ts';
import type { Recipient } from '../tell/alert.ts';
import type { DrillMark } from './response.ts';

/** What is settled beforehand about how incidents are answered: by the policy, and by drills. */
export type Answering = {
  /** Undefined: nobody is asked again. */
  escalationOf(
    incident: Pick<Incident, 'tenantId' | 'matter' | 'severity'>,
  ): Escalation | undefined;
  closing: Closing;
  /** Who is meant by names of schedules and people, at a moment. */
  onCall(names: readonly string[], at: number): readonly Recipient[];
  /** Whether the channel can address one person. */
  isPersonal(channel: string): boolean;
  /** The drill that was declared for a use of the incident's account at that moment. */
  drillAt(incident: string, at: number): Promise<DrillMark | null>;
};

type EscalationDeps = {
  escalations: readonly Escalation[];
  tenantName(tenantId: string): string;
};

/** The first escalation of the policy that fits. */
export const escalationIn =
  ({ escalations, tenantName }: EscalationDeps): Answering['escalationOf'] =>
  (incident) =>
    escalations.find(
      ({ minSeverity, breakGlassOnly, tenants }) =>
        isAtLeast(incident.severity, minSeverity) &&
        (!breakGlassOnly || isBreakGlassIncident(incident)) &&
        (!tenants ||
          tenants.some((one) =>
            [tenantName(incident.tenantId).toLowerCase(), incident.tenantId].includes(
              one.toLowerCase(),
            ),
          )),
    );

/** Nobody is asked, and nothing is a drill: where incidents are recorded and not answered. */
export const unanswered: Answering = {
  escalationOf: () => undefined,
  closing: { secondPerson: true },
  onCall: () => [],
  isPersonal: () => false,
  drillAt: async () => null,
};
