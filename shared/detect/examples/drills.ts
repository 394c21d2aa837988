import { type Drill, unseen } from '../../drill/drill.ts';
import type { Severity } from '../../severity.ts';
import { noonOfFriday } from './streams.ts';
import { people } from './tenant.ts';

/** A drill as a check of the service judges it. */
export type JudgedDrill = {
  drill: Drill;
  /** Epoch milliseconds. */
  now: number;
};

export type DrillExample = {
  name: string;
  /** Laid over the drill that the check begins with. */
  drill?: Partial<Drill>;
  /** Left out: noon of Friday, 2026-11-20, UTC. */
  now?: number;
  expect: Severity | 'nothing';
};

/** A drill of the break-glass account of which nothing was seen. @param usual - who declared it, and its times. */
export const drillExample =
  (usual: Pick<Drill, 'declaredBy' | 'declaredAt' | 'from' | 'until'>) =>
  ({ drill, now = noonOfFriday }: DrillExample): JudgedDrill => ({
    drill: {
      id: 'drill-1',
      tenantId: 'tenant',
      account: { id: people.glass.id, name: people.glass.upn },
      incident: 'incident',
      reason: 'quarterly',
      ...usual,
      ...unseen,
      ...drill,
    },
    now,
  });
