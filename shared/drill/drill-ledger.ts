import { derivedId } from '../finding.ts';
import type { LedgerItem } from '../ledger/ledger.ts';
import type { Person } from '../respond/response.ts';
import { isoOf } from '../time.ts';
import type { Drill } from './drill.ts';

export type DrillChange =
  | 'declared'
  | 'cancelled'
  | 'cancel refused'
  | 'followed'
  | 'seen'
  | 'failed';

type Asked = { by: Person; says?: string };

/** What the ledger keeps of a change: the whole drill as it is then. Written again, it is the same item. */
export const drillItem = (
  what: DrillChange,
  drill: Drill,
  now: number,
  asked?: Asked,
): LedgerItem => ({
  id: derivedId('ledger', 'drill', what, JSON.stringify([drill, asked])),
  at: isoOf(now),
  kind: 'drill',
  subject: drill.id,
  payload: { what, drill, ...asked },
});
