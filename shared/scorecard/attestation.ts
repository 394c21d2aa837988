import type { Attestation } from '../policy/attested.ts';
import type { TenantPolicy } from '../policy.ts';
import { isPast } from '../time.ts';
import type { ItemId } from './item-ids.ts';

/** What a person says of an item, and whether that still holds. */
export type Word = {
  by: string;
  /** The last day (UTC) it holds. */
  until: string;
  note: string | null;
  isValid: boolean;
};

/** Of several words on one item the one that holds longest. */
export function wordOn(
  item: ItemId,
  { attested }: Pick<TenantPolicy, 'attested'>,
  now: number,
): Word | null {
  const [last] = attested
    .filter((one: Attestation) => one.item === item)
    .sort((a, b) => (a.until > b.until ? -1 : 1));
  if (!last) return null;
  const { by, until, note = null } = last;
  return { by, until, note, isValid: !isPast(until, now) };
}
