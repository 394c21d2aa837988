import type { BicepFile, Module, Parameter, Resource, Variable } from './bicep-file.ts';
import type { Problem } from './problem.ts';
import { beside, type Project } from './project.ts';
import type { Shape } from './shape.ts';

/** A name in a file, and what declares it. */
export type Named =
  | { of: 'parameter'; declared: Parameter }
  | { of: 'variable'; declared: Variable }
  | { of: 'resource'; declared: Resource }
  | { of: 'module'; declared: Module };

/** What is known while an expression is looked at. */
export type Context = {
  project: Project;
  file: BicepFile;
  /** Of loops and lambdas. */
  locals: ReadonlyMap<string, Shape>;
  report(problem: Omit<Problem, 'file'>): void;
};

export const quiet = (context: Context): Context => ({ ...context, report: () => {} });

const tables = new WeakMap<BicepFile, Map<string, Named>>();

export function namesOf(file: BicepFile): ReadonlyMap<string, Named> {
  const known = tables.get(file);
  if (known) return known;
  const names = new Map<string, Named>();
  for (const declared of file.parameters) names.set(declared.name, { of: 'parameter', declared });
  for (const declared of file.variables) names.set(declared.name, { of: 'variable', declared });
  for (const declared of file.resources) names.set(declared.name, { of: 'resource', declared });
  for (const declared of file.modules) names.set(declared.name, { of: 'module', declared });
  tables.set(file, names);
  return names;
}

/** The file that a module is made of. */
export const moduleFile = ({ project, file }: Pick<Context, 'project' | 'file'>, module: Module) =>
  project.files.get(beside(file.path, module.path));

export const isConditional = ({ body }: Resource | Module) =>
  body.is === 'condition' || (body.is === 'loop' && body.body.is === 'condition');
