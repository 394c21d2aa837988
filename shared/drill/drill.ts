import type { Person } from '../respond/response.ts';

/** A drill of a break-glass account. Times UTC ISO 8601. */
export type Drill = {
  id: string;
  tenantId: string;
  /** Object id of the account, and its name. */
  account: { id: string; name: string };
  /** Its incident, where everything that the account does is gathered. */
  incident: string;
  declaredBy: Person;
  declaredAt: string;
  reason: string;
  /** The window in which the account signs in. */
  from: string;
  until: string;
  /** What was seen of it, each the first time. */
  signedInAt: string | null;
  /** When the log export delivered that sign-in, and when it was detected. */
  arrivedAt: string | null;
  detectedAt: string | null;
  /** By channel: when the alert of it was accepted there. */
  alerted: Readonly<Record<string, string>>;
  acknowledged: { by: Person; at: string } | null;
  closed: { by: Person; at: string } | null;
  /**
   * `declared`: the window is still to come or open. `seen`: its sign-in was told on at least one channel.
   * `failed`: the window, and the time that a log may need, went by without.
   */
  state: 'declared' | 'seen' | 'failed' | 'cancelled';
};

/** Of a drill that was declared, and nothing more. */
export const unseen = {
  signedInAt: null,
  arrivedAt: null,
  detectedAt: null,
  alerted: {},
  acknowledged: null,
  closed: null,
  state: 'declared',
} as const;
