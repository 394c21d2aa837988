import type { Problem } from './problem.ts';
import type { Project } from './project.ts';

/** Something that has to hold of infra/. `rules/` has a file for each group of them. */
export type Rule = {
  name: string;
  /** In a few words, what holds. */
  says: string;
  check(project: Project): Omit<Problem, 'rule'>[];
};
