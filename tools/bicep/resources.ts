import type { BicepFile, Module, Resource } from './bicep-file.ts';
import { namesOf } from './context.ts';
import { at, type Expression, textOf, within } from './expression.ts';
import { beside, type Project } from './project.ts';

/** A resource, where it is declared, and what it says without its condition and loop. */
export type Placed = { file: BicepFile; resource: Resource; object: Expression };

export function objectOf({ body }: Resource | Module): Expression {
  let object = body;
  while (object.is === 'loop' || object.is === 'condition') object = object.body;
  return object;
}

/** All that are deployed, of one type or of every type. */
export function deployed(project: Project, type?: string): Placed[] {
  const wanted = type?.toLowerCase();
  return [...project.files.values()].flatMap((file) =>
    file.resources
      .filter((one) => !one.isExisting && (!wanted || one.type.toLowerCase() === wanted))
      .map((resource) => ({ file, resource, object: objectOf(resource) })),
  );
}

/** The resource that an expression names. */
export function named(file: BicepFile, expression: Expression | undefined): Resource | undefined {
  if (expression?.is !== 'name') return undefined;
  const found = namesOf(file).get(expression.name);
  return found?.of === 'resource' ? found.declared : undefined;
}

/** Every place where a file is used as a module. */
export function callsOf(project: Project, path: string): { file: BicepFile; module: Module }[] {
  return [...project.files.values()].flatMap((file) =>
    file.modules
      .filter((module) => beside(file.path, module.path) === path)
      .map((module) => ({ file, module })),
  );
}

/** The name of a resource, if it is written out. */
export const nameOf = ({ object }: Placed) => textOf(at(object, 'name'));

/** Names of settings, tables and the like that a list holds; without those that are no literals. */
export const textsOf = (expression: Expression | undefined): string[] =>
  expression?.is === 'list' ? expression.items.flatMap((item) => textOf(item) ?? []) : [];

/** Every text that a template writes, also the pieces around what is filled in. */
export function writtenTexts(project: Project): { file: BicepFile; line: number; text: string }[] {
  return [...project.files.values()].flatMap((file) =>
    [...expressionsOf(file)].flatMap((one) =>
      one.is === 'text'
        ? one.parts.flatMap((text) =>
            typeof text === 'string' ? [{ file, line: one.line, text }] : [],
          )
        : [],
    ),
  );
}

/** Every expression of a file, from the outside in. */
export function* expressionsOf(file: BicepFile): Generator<Expression> {
  for (const { preset } of file.parameters) if (preset) yield* within(preset);
  for (const { value } of [...file.variables, ...file.outputs]) yield* within(value);
  for (const { body } of [...file.resources, ...file.modules]) yield* within(body);
}
