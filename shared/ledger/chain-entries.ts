import type { Entry, KeptEntry } from '../respond/journal.ts';
import type { Ledger, LedgerItem } from './ledger.ts';

/**
 * Copies the entries of a journal that have no place in the ledger yet, and notes their places. Should
 * the process die in between, they are copied once more: a repeat is recognised by its id.
 *
 * @returns how many were copied.
 * @throws {WatchError} STORE_UNAVAILABLE: doing it again is safe.
 */
export async function chainEntries(
  ledger: Ledger,
  entries: readonly KeptEntry[],
  save: (entry: KeptEntry) => Promise<void>,
): Promise<number> {
  const loose = entries.filter(({ seq }) => seq === null);
  if (loose.length === 0) return 0;
  const places = await ledger.append(loose.map(itemOf));
  for (const [index, entry] of loose.entries()) {
    await save({ ...entry, seq: places[index] as number });
  }
  return loose.length;
}

/** An entry as the ledger holds it. */
export function itemOf({ seq: _, ...entry }: KeptEntry): LedgerItem & { payload: Entry } {
  return {
    id: entry.id,
    at: entry.at,
    kind: 'incident',
    subject: entry.incident,
    payload: entry,
  };
}
