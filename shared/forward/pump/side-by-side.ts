/**
 * Does the work for each item, so many at a time. After a failure nothing more is begun.
 *
 * @throws the first failure, once nothing is under way any more.
 */
export async function sideBySide<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = [];
  const rest = items.values();
  const lines = Array.from({ length: Math.min(width, items.length) }, async () => {
    for (const item of rest) {
      try {
        await work(item);
      } catch (failure) {
        failures.push(failure);
      }
      if (failures.length > 0) return;
    }
  });
  await Promise.all(lines);
  if (failures.length > 0) throw failures[0];
}
