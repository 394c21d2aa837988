import { typeProblems } from './check-types.ts';
import type { Problem } from './problem.ts';
import type { Project } from './project.ts';
import { rules } from './rules/index.ts';

/** What the type checks tell of, beside the rules. */
export const typeRules = {
  syntax: 'a file can be read; newer syntax than the grammar knows is not used',
  'unknown-type': 'a resource is of a type and version that there is data of',
  'unknown-name': 'what is named is declared, once; what is loaded is there',
  'unknown-function': 'functions and decorators are among those that the checker knows',
  'unknown-property': 'a property exists, of a resource, a module or an output',
  'missing-property': 'what is required is there',
  'read-only': 'what only Azure says is not given',
  'unknown-value': 'a value is one of those that are allowed',
  'open-enum': 'a note: a value that the data does not have, where others are taken too',
  'wrong-type': 'a text is a text, a list a list',
  'maybe-missing': 'what depends on a condition is used with !, under that condition',
  parent: 'a child stands under its parent by `parent`',
  unused: 'parameters, variables and existing resources are used',
} as const;

/**
 * Everything that is wrong with infra/, by file and line. A file that can not be read hides the rules.
 *
 * @param only - the name of one rule, for who asks of nothing else.
 */
export function checkProject(project: Project, only?: string): Problem[] {
  const isUnread = [...project.files.values()].some(({ unread }) => unread.length > 0);
  const ofTypes = only === undefined || isUnread || only in typeRules ? typeProblems(project) : [];
  const ofRules = (isUnread ? [] : rules)
    .filter(({ name }) => only === undefined || name === only)
    .flatMap(({ name, check }) => check(project).map((problem) => ({ ...problem, rule: name })));
  const all = new Map([...ofTypes, ...ofRules].map((one) => [JSON.stringify(one), one]));
  return [...all.values()].sort(
    (a, b) => a.file.localeCompare(b.file) || a.line - b.line || a.rule.localeCompare(b.rule),
  );
}
