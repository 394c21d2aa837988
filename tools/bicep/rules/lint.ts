import type { BicepFile, Module, Resource } from '../bicep-file.ts';
import { namesOf } from '../context.ts';
import { type Expression, itemsOf, within } from '../expression.ts';
import { expressionsOf, objectOf } from '../resources.ts';
import type { Rule } from '../rule.ts';

/** What the linter of Bicep warns of, where the rest of the rules does not already forbid it. */
export const lintRules: readonly Rule[] = [
  {
    name: 'interpolation',
    says: 'texts are put together by interpolation, and a name alone needs none',
    check: (project) =>
      [...project.files.values()].flatMap((file) => [
        ...valuesIn(file)
          .filter((value) => isOneText(file, value))
          .map(({ line }) => ({
            file: file.path,
            line,
            what: 'a text that is one value and nothing else',
            allowed: 'the value',
          })),
        ...[...expressionsOf(file)]
          .filter((one) => one.is === 'call' && one.name === 'concat')
          .filter((one) => one.is === 'call' && one.values.some(({ is }) => is === 'text'))
          .map(({ line }) => ({
            file: file.path,
            line,
            what: 'concat() of texts',
            allowed: 'interpolation',
          })),
      ]),
  },
  {
    name: 'plain-names',
    says: 'names of properties are quoted only where they have to be',
    check: (project) =>
      [...project.files.values()].flatMap((file) =>
        [...expressionsOf(file)].flatMap((one) =>
          one.is !== 'object'
            ? []
            : one.properties
                .filter(({ name, isQuoted }) => isQuoted && isPlain(name))
                .map(({ name, line }) => ({
                  file: file.path,
                  line,
                  what: `'${String(name)}' is in quotes`,
                  allowed: String(name),
                })),
        ),
      ),
  },
  {
    name: 'depends-on',
    says: 'what is used anyway is not named again in dependsOn',
    check: (project) =>
      [...project.files.values()].flatMap((file) =>
        [...file.resources, ...file.modules].flatMap((one) => needlessIn(file, one)),
      ),
  },
];

/** Where a value stands by itself: as the name of a property, or within a call, it may be another thing. */
const valuesIn = (file: BicepFile): Expression[] => [
  ...[...file.variables, ...file.outputs].map(({ value }) => value),
  ...file.parameters.flatMap(({ preset }) => preset ?? []),
  ...[...expressionsOf(file)].flatMap((one) =>
    one.is === 'object' ? one.properties.map(({ value }) => value) : [],
  ),
];

function isOneText(file: BicepFile, value: Expression): boolean {
  const [only, more] = value.is === 'text' ? value.parts : [];
  if (!only || more !== undefined || typeof only === 'string') return false;
  const named = only.is === 'name' ? namesOf(file).get(only.name) : undefined;
  // A number becomes a text by it.
  return !(named?.of === 'parameter' && ['int', 'bool'].includes(named.declared.type));
}

const isPlain = (name: string | Expression) =>
  typeof name === 'string' && /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);

function needlessIn(file: BicepFile, declared: Resource | Module) {
  const object = objectOf(declared);
  if (object.is !== 'object') return [];
  const waits = object.properties.find(({ name }) => name === 'dependsOn');
  const others = object.properties.filter((one) => one !== waits);
  const used = new Set(
    others
      .flatMap(({ value }) => [...within(value)])
      .flatMap((one) => (one.is === 'name' ? one.name : [])),
  );
  return itemsOf(waits?.value)
    .filter((item) => item.is === 'name' && used.has(item.name))
    .map((item) => ({
      file: file.path,
      line: item.line,
      what: `${declared.name} uses it, and so waits for it anyway`,
      allowed: 'to leave it out',
    }));
}
