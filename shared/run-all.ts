/**
 * Runs one after the other, though one before has failed: a timer that does several things does the rest.
 *
 * @returns the sum of what they gave.
 * @throws the first failure, once all have run.
 */
export async function runAll(
  parts: readonly (() => Promise<number | undefined> | Promise<void>)[],
): Promise<number> {
  let sum = 0;
  const failures: unknown[] = [];
  for (const part of parts) {
    try {
      sum += (await part()) ?? 0;
    } catch (failure) {
      failures.push(failure);
    }
  }
  if (failures.length > 0) throw failures[0];
  return sum;
}
