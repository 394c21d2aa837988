import type { BatchLimits } from '../sink.ts';

export type Batches<T> = {
  batches: T[][];
  /** What fits into no request, not even alone, and the bytes that such a one would have. */
  tooLarge: { item: T; bytes: number }[];
};

/** Cuts a list into requests, each as full as its limits allow, in the order of the list. */
export function inBatches<T extends { text: string }>(
  items: readonly T[],
  { maxEvents, maxBytes, baseBytes, bytesEach }: BatchLimits,
): Batches<T> {
  const batches: T[][] = [];
  const tooLarge: Batches<T>['tooLarge'] = [];
  let room = 0;
  for (const item of items) {
    const bytes = Buffer.byteLength(item.text) + bytesEach;
    const last = batches.at(-1);
    if (baseBytes + bytes > maxBytes) tooLarge.push({ item, bytes: baseBytes + bytes });
    else if (last && last.length < maxEvents && bytes <= room) {
      last.push(item);
      room -= bytes;
    } else {
      batches.push([item]);
      room = maxBytes - baseBytes - bytes;
    }
  }
  return { batches, tooLarge };
}
