/** What was answered so far, by the key of its question; a single answer is a list of one. */
export type Answers = ReadonlyMap<string, readonly string[]>;

/** One thing that a policy needs to know. */
export type Question = {
  /** In a file of answers. */
  key: string;
  /** One line. */
  ask: string;
  /** What the answer is for. */
  why: string;
  /** Where there is an honest one; it is an answer like any other. */
  usual?: string;
  /** Several answers: one a line, until an empty one. */
  isList?: true;
  /** The answer that is meant, where people write one in more than one way. */
  means?(answer: string): string;
  /** Whether it needs asking at all, after what was answered. */
  isAsked?(answers: Answers): boolean;
  /** @returns what is allowed, where an answer does not fit. It never repeats the answer. */
  problem(answer: string, answers: Answers): string | undefined;
  /** The same of a list as a whole. */
  problemOfAll?(all: readonly string[]): string | undefined;
};

export const one = (answers: Answers, key: string): string => answers.get(key)?.[0] ?? '';
export const all = (answers: Answers, key: string): readonly string[] => answers.get(key) ?? [];
export const none = 'none';
/** For what may be left out. */
export const given = (answers: Answers, key: string): string | undefined => {
  const answer = one(answers, key);
  return answer === '' || answer === none ? undefined : answer;
};
