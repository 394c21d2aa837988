import type { Delivery } from '../record/outbox.ts';
import type { KeptCase } from './notify.ts';

/** All that it tells of was withdrawn or is over, and nobody on its channel has heard of any of it. */
export function isMoot(delivery: Delivery, { findings, deliveries }: KeptCase): boolean {
  const told = new Set(delivery.findings);
  const about = findings.filter(({ finding }) => told.has(finding.id));
  if (about.length === 0 || about.some(({ state }) => state === 'open')) return false;
  return !deliveries.some(
    ({ value }) =>
      value.channel === delivery.channel &&
      value.id !== delivery.id &&
      wasHeard(value, delivery) &&
      value.findings.some((id) => told.has(id)),
  );
}

/** What was tried may have arrived, and what became a line of a list is told with it. */
const wasHeard = ({ state, attempts, revision }: Delivery, { revision: now }: Delivery): boolean =>
  state === 'sent' || attempts > 0 || (state === 'folded' && revision < now);
