import { cleanLine } from '../../clean-text.ts';
import { sha256Of } from '../../ledger/chain.ts';
import { type Bundle, recordFile } from '../bundle.ts';
import type { Blame, LineOf } from './read-bundle.ts';

/** Whether each raw record that a finding or an act was told from is there, as it was. @returns how many are. */
export function checkRecords(
  findings: LineOf<'findings.ndjson'>[],
  acts: LineOf<'acts.ndjson'>[],
  bundle: Bundle,
  blame: Blame,
): number {
  const told = [
    ...findings.flatMap(({ finding, records = [] }) =>
      records.map((ref) => ({ ref, by: `finding ${cleanLine(finding.id)}` })),
    ),
    ...acts.flatMap(({ id, record }) =>
      record ? { ref: record, by: `act ${cleanLine(id)}` } : [],
    ),
  ];
  const named = new Map(told.map(({ ref, by }) => [recordFile(ref.sha256), { ref, by }]));
  for (const [name, { ref, by }] of named) {
    const content = bundle.get(name);
    if (!content) {
      blame(name, `missing: ${by} was told from record ${cleanLine(ref.recordId)}`);
    } else if (sha256Of(content) !== ref.sha256) {
      blame(name, 'does not hash to its name');
    }
  }
  for (const name of bundle.keys()) {
    if (name.startsWith('records/') && !named.has(name)) {
      blame(name, 'no finding and no act names it');
    }
  }
  return named.size;
}
