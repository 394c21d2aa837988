import { cleanLine } from '../../clean-text.ts';
import { hashOfPayload } from '../../ledger/chain.ts';
import type { BundledLinks } from './check-chain.ts';
import type { Blame, LineOf } from './read-bundle.ts';

const file = 'journal.ndjson';

/** Whether the journal is what the ledger holds of the incident: every entry its link, every link its entry. */
export function checkJournal(
  entries: LineOf<'journal.ndjson'>[],
  links: BundledLinks,
  incident: string,
  blame: Blame,
): void {
  const bySeq = new Map(links.map((one) => [one.link.seq, one]));
  for (const { seq, ...entry } of entries) {
    const name = `entry ${cleanLine(entry.id)}`;
    const link = seq === null ? undefined : bySeq.get(seq)?.link;
    if (seq === null) blame(file, `${name} is not in the ledger yet: export again`);
    else if (!link) blame(file, `${name}: ledger.ndjson has no link ${seq}`);
    else if (link.kind !== 'incident' || link.subject !== incident || link.id !== entry.id) {
      blame(file, `${name}: link ${seq} is about something else`);
    } else if (link.sha256 !== hashOfPayload(entry)) {
      blame(file, `${name} does not hash to the \`sha256\` of link ${seq}`);
    }
  }
  // The links before the first one are not in the bundle: without it nobody could tell what was cut off.
  if (entries.length > 0 && !entries.some(({ kind }) => kind === 'opened')) {
    blame(
      file,
      'has no entry that opened the incident: the beginning is cut off, or is older than journals',
    );
  }
  const ids = new Set(entries.map(({ id }) => id));
  for (const { link, payload } of links) {
    if (link.kind !== 'incident' || link.subject !== incident) continue;
    if (!ids.has(link.id)) blame(file, `the entry of link ${link.seq} is missing`);
    if (!payload) blame('ledger.ndjson', `the payload of link ${link.seq} is missing`);
  }
}
