import { directory, policy } from './world.ts';

/** One run of `replay`: what it is told, and all that it must find. */
export type Case = {
  name: string;
  /** The policy, as a file. Left out: that of the invented tenant; null: none. */
  policy?: string | null;
  directory?: string | null;
  /** Records, one envelope each, in the order of their arrival. */
  records?: readonly unknown[];
  /** Files as they are, instead of `records`. */
  files?: readonly (string | Buffer)[];
  now?: string;
  /** `detection subjectId severity`, of every finding and in any order; the severity may be left out. */
  expect: readonly string[];
  /** How many incidents the findings are of. */
  incidents?: number;
  /** How many records or pieces could not be read; left out: none. */
  unreadable?: number;
  /** Left out: 0. */
  exit?: number;
};

export const found = (detection: string, { id }: { id: string }, severity = '') =>
  `${detection} ${id} ${severity}`.trim();

export const filesOf = ({ files, records = [] }: Case): readonly (string | Buffer)[] =>
  files ?? [records.map((record) => JSON.stringify({ records: [record] })).join('\n')];

export const policyOf = (one: Case) => (one.policy === undefined ? policy() : one.policy);
export const directoryOf = (one: Case) =>
  one.directory === undefined ? directory() : one.directory;
