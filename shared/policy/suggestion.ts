/**
 * The candidate that was probably meant, or undefined: few letters apart, or one the beginning of the other.
 *
 * @param found - What was written; case and surrounding blanks do not count.
 */
export function closest(found: unknown, candidates: Iterable<string>): string | undefined {
  if (typeof found !== 'string' || found.length > 80) return undefined;
  const written = found.trim().toLowerCase();
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of candidates) {
    const distance = distanceBetween(written, candidate.toLowerCase());
    if (distance !== undefined && distance < (best?.distance ?? Number.POSITIVE_INFINITY)) {
      best = { candidate, distance };
    }
  }
  // The same text in the wrong type ("1" for 1): it would read as a riddle.
  return best?.candidate === found ? undefined : best?.candidate;
}

/** Undefined: too far apart to be a slip of the pen. */
function distanceBetween(written: string, candidate: string): number | undefined {
  const length = Math.max(written.length, candidate.length);
  // Of two letters, one is half: UK is as near to UA as to US.
  const limit = length <= 2 ? 0 : Math.max(1, Math.floor(length / 4));
  if (Math.abs(written.length - candidate.length) <= limit) {
    const edits = editDistance(written, candidate);
    if (edits <= limit) return edits;
  }
  // "monday" for "mon", "Global Admin" for "Global Administrator".
  const isLonger = candidate.length >= 3 && written.startsWith(candidate);
  const isShorter = written.length * 2 >= candidate.length && candidate.startsWith(written);
  return isLonger || isShorter ? limit + 1 : undefined;
}

/** Letters added, dropped, replaced, or two neighbours swapped (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      const at = (of: number[], index: number) => of[index] ?? 0;
      let edits = Math.min(at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + cost);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwap) edits = Math.min(edits, at(beforeLast, j - 2) + 1);
      row.push(edits);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
