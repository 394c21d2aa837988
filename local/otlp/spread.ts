/** Many values, as a histogram keeps them. */
export type Spread = {
  count: number;
  sum: number;
  min?: number;
  max?: number;
  /** One more than bounds. */
  buckets: readonly number[];
  bounds: readonly number[];
};

type Point = {
  count: number;
  sum: number;
  min?: number | undefined;
  max?: number | undefined;
  bucketCounts: readonly number[];
  explicitBounds: readonly number[];
};

export const spreadOf = ({
  count,
  sum,
  min,
  max,
  bucketCounts,
  explicitBounds,
}: Point): Spread => ({
  ...{ count, sum, buckets: bucketCounts, bounds: explicitBounds },
  ...(min !== undefined && { min }),
  ...(max !== undefined && { max }),
});

/** @param all - with the same bounds. */
export function sumOf(all: readonly Spread[]): Spread {
  const [first, ...others] = all;
  if (!first) return { count: 0, sum: 0, buckets: [0], bounds: [] };
  return others.reduce((one, other) => {
    const [mins, maxes] = [
      [one.min, other.min].filter((value) => value !== undefined),
      [one.max, other.max].filter((value) => value !== undefined),
    ];
    return {
      count: one.count + other.count,
      sum: one.sum + other.sum,
      buckets: one.buckets.map((count, n) => count + (other.buckets[n] ?? 0)),
      bounds: one.bounds,
      ...(mins.length > 0 && { min: Math.min(...mins) }),
      ...(maxes.length > 0 && { max: Math.max(...maxes) }),
    };
  }, first);
}

/**
 * The value below which a share of all lies: about, by a straight line through its bucket.
 *
 * @param share - 0.95 of all, say.
 */
export function quantile({ count, min, max, buckets, bounds }: Spread, share: number): number {
  let below = 0;
  for (const [n, inBucket] of buckets.entries()) {
    if (inBucket > 0 && below + inBucket >= share * count) {
      const from = Math.max(bounds[n - 1] ?? 0, min ?? 0);
      const to = Math.min(bounds[n] ?? max ?? from, max ?? Number.POSITIVE_INFINITY);
      return from + (Math.max(to, from) - from) * ((share * count - below) / inBucket);
    }
    below += inBucket;
  }
  return max ?? 0;
}
