/**
 * Cuts the types that infra/ uses out of Microsoft's data, so that checking needs no network.
 *
 *     node tools/bicep/cut-types.ts <a larger file of the same form>
 */
import { readFileSync, writeFileSync } from 'node:fs';
import type { AzureProperty, AzureType, AzureTypes } from './azure-types.ts';
import { readProject } from './project.ts';

const [source] = process.argv.slice(2);
if (!source) {
  console.error('Usage: node tools/bicep/cut-types.ts <file>');
  process.exit(2);
}
const all = JSON.parse(readFileSync(source, 'utf8')) as AzureTypes;
const project = await readProject();
const used = new Set(
  [...project.files.values()].flatMap(({ resources }) =>
    resources.map(({ type, version }) => `${type}@${version}`.toLowerCase()),
  ),
);

const places = new Map<number, number>();
const types: AzureType[] = [];

function keep(index: number): number {
  const known = places.get(index);
  if (known !== undefined) return known;
  const type = all.types[index];
  if (!type) throw new Error(`${source} has no type ${index}`);
  const place = types.length;
  places.set(index, place);
  types.push(type);
  types[place] = moved(type);
  return place;
}

function moved(type: AzureType): AzureType {
  switch (type.k) {
    case 'u':
      return { k: 'u', e: type.e.map(keep) };
    case 'a':
      return { k: 'a', i: keep(type.i) };
    case 'o':
      return { k: 'o', p: properties(type.p), ...(type.x !== undefined && { x: keep(type.x) }) };
    case 'd': {
      const kinds = Object.entries(type.e).map(([name, kind]) => [name, keep(kind)] as const);
      return { k: 'd', d: type.d, b: properties(type.b), e: Object.fromEntries(kinds) };
    }
    default:
      return type;
  }
}

const properties = (of: Readonly<Record<string, AzureProperty>>) =>
  Object.fromEntries(
    Object.entries(of).map(([name, [type, flags]]) => [name, [keep(type), flags] as const]),
  );

const resources = Object.entries(all.resources)
  .filter(([name]) => used.has(name.toLowerCase()))
  .map(([name, body]) => [name, keep(body)] as const);
const missing = [...used].filter((name) => !resources.some(([one]) => one.toLowerCase() === name));
for (const name of missing) console.error(`${source} has no ${name}`);

const cut: AzureTypes = { types, resources: Object.fromEntries(resources) };
const lines = types.map((type) => JSON.stringify(type)).join(',\n');
writeFileSync(
  new URL('./data/azure-types.json', import.meta.url),
  `{"resources":${JSON.stringify(cut.resources)},\n"types":[\n${lines}\n]}\n`,
);
console.log(`${resources.length} resource types, ${types.length} types`);
process.exitCode = missing.length > 0 ? 1 : 0;
