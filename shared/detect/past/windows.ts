type Window<T> = {
  windowMs: number;
  /** How many different ones make a crowd. */
  least: number;
  /** What tells them apart: the same one counts once, however often it comes. */
  by: (item: T) => string;
};

/**
 * The items that lie within some window of this length, whenever it begins, in which there are enough
 * different ones. They are in the order of time, whatever order they were given in.
 */
export function crowded<T extends { at: number }>(
  items: readonly T[],
  { windowMs, least, by }: Window<T>,
): T[] {
  const inOrder = items.toSorted((a, b) => a.at - b.at || (by(a) < by(b) ? -1 : 1));
  const lastOf = new Map<string, number>();
  const found: T[] = [];
  let told = 0;
  for (const [index, item] of inOrder.entries()) {
    const from = item.at - windowMs;
    // Set anew, the latest stands last: those that have left the window come first.
    lastOf.delete(by(item));
    lastOf.set(by(item), item.at);
    for (const [one, at] of lastOf) {
      if (at >= from) break;
      lastOf.delete(one);
    }
    if (lastOf.size < least) continue;
    found.push(...inOrder.slice(told, index + 1).filter(({ at }) => at >= from));
    told = index + 1;
  }
  return found;
}
