import type { CaseStore } from '../record/case-store.ts';
import type { Measure } from './measures.ts';

/** The same store; what SIEMs are told of a change is what is counted of it. */
export function measuredCases<Store extends Pick<CaseStore, 'save'>>(
  cases: Store,
  measure: Measure,
): Store {
  return {
    ...cases,
    async save(change) {
      await cases.save(change);
      for (const { event } of change.events ?? []) {
        if (event.kind === 'finding') {
          const { detection, severity } = event.finding;
          measure('glasswatch.findings', 1, { detection, severity, change: event.change });
        } else if (event.kind === 'incident') {
          measure('glasswatch.incidents', 1, { change: event.change });
        }
      }
    },
  };
}
