import type { LedgerItem } from '../ledger/ledger.ts';
import type { Person } from '../respond/response.ts';
import { parseTime } from '../time.ts';

/** Findings that are kept, and told to nobody, for a while. Never about a break-glass account. Times UTC ISO 8601. */
export type Silence = {
  id: string;
  detections: readonly string[];
  /** Object ids or UPNs of whom they are about or who did it; empty: of all. */
  accounts: readonly string[];
  /** Tenant ids; empty: all. */
  tenants: readonly string[];
  by: Person;
  reason: string;
  createdAt: string;
  until: string;
  /** Set when somebody ended it early. */
  ended: { by: Person; at: string } | null;
};

/** @param now - epoch milliseconds. */
export const isOver = ({ ended, until }: Pick<Silence, 'ended' | 'until'>, now: number): boolean =>
  ended !== null || (parseTime(until) ?? 0) <= now;

/** How it stands in the ledger that one was declared or ended. */
export function silenceItem(silence: Silence, what: 'declared' | 'ended'): LedgerItem {
  const by = what === 'ended' ? silence.ended?.by : silence.by;
  return {
    id: `${silence.id} ${what}`,
    at: silence.ended?.at ?? silence.createdAt,
    kind: 'silence',
    subject: silence.id,
    payload: { what, by, silence },
  };
}
