/** Is told what goes on between a sink and its receiver, independent of what the pump makes of it. */
export type Witness = {
  request(): void;
  /** Something went wrong with a request, or a part of it. @param kind - in a word or two. */
  fault(kind: string): void;
  /** The receiver refused this one event for good, in these words. */
  refusal(uid: string, words: string): void;
  /** A promise was broken. */
  problem(text: string): void;
};

export type Seen = {
  requests: number;
  faults: Map<string, number>;
  refusals: Map<string, string[]>;
  problems: string[];
};

/** A witness that writes it all down. */
export function writingWitness(): Witness & { seen: Seen } {
  const seen: Seen = { requests: 0, faults: new Map(), refusals: new Map(), problems: [] };
  return {
    seen,
    request: () => {
      seen.requests += 1;
    },
    fault: (kind) => void seen.faults.set(kind, (seen.faults.get(kind) ?? 0) + 1),
    refusal: (uid, words) =>
      void seen.refusals.set(uid, [...(seen.refusals.get(uid) ?? []), words]),
    problem: (text) => void seen.problems.push(text),
  };
}
