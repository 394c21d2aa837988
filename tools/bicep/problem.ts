/** What is wrong, where, and what is allowed. A note is worth a look and fails nothing. */
export type Problem = {
  file: string;
  line: number;
  rule: string;
  what: string;
  allowed?: string;
  isNote?: true;
};

export const problemText = ({ file, line, rule, what, allowed }: Problem) =>
  `${file}:${line}: ${rule}: ${what}${allowed ? `; allowed: ${allowed}` : ''}`;
