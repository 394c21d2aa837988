import type { Person } from '../respond/response.ts';
import type { Drill } from './drill.ts';

/** One line of a drill's evidence. */
export type DrillStep = {
  step: 'declared' | 'signed in' | 'arrived' | 'detected' | 'alerted' | 'acknowledged' | 'closed';
  /** Of an alert. */
  channel: string | null;
  by: Person | null;
  /** UTC ISO 8601; null: not seen. */
  at: string | null;
  /** So long after the sign-in; null where either is not known, and for what comes before it. */
  afterMs: number | null;
};

/** The evidence of a drill on one page, step by step; channels in the order in which they were told. */
export function drillSteps(drill: Drill): DrillStep[] {
  const { signedInAt, acknowledged, closed } = drill;
  const step = (
    name: DrillStep['step'],
    at: string | null,
    given: Partial<Pick<DrillStep, 'channel' | 'by'>> = {},
  ): DrillStep => ({
    step: name,
    channel: null,
    by: null,
    at,
    afterMs: at === null || signedInAt === null ? null : Date.parse(at) - Date.parse(signedInAt),
    ...given,
  });
  const alerts = Object.entries(drill.alerted)
    .sort(([, a], [, b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([channel, at]) => step('alerted', at, { channel }));
  return [
    { ...step('declared', drill.declaredAt, { by: drill.declaredBy }), afterMs: null },
    { ...step('signed in', signedInAt), afterMs: null },
    step('arrived', drill.arrivedAt),
    step('detected', drill.detectedAt),
    ...(alerts.length > 0 ? alerts : [step('alerted', null)]),
    step('acknowledged', acknowledged?.at ?? null, { by: acknowledged?.by ?? null }),
    step('closed', closed?.at ?? null, { by: closed?.by ?? null }),
  ];
}
