import type { Dice } from '../../local/sample-day/records.ts';
import { seededRandom } from '../../local/seeded-random.ts';

/** Dice for a day of 200 000 records: the same chances for the same seed, without a hash for each roll. */
export function quickDice(seed: number): Dice {
  const random = seededRandom(seed);
  const hex = (digits: number) =>
    Math.floor(random() * 16 ** digits)
      .toString(16)
      .padStart(digits, '0');
  const between = (from: number, to: number) => from + Math.floor(random() * (to - from + 1));
  return {
    between,
    pick: <T>(list: readonly T[]) => list[between(0, list.length - 1)] as T,
    guid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(6)}${hex(6)}`,
  };
}
