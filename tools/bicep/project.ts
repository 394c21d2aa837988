import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type BicepFile, readBicep } from './bicep-file.ts';
import { bicepParser } from './grammar.ts';

/** All that is checked together. Paths are from the root of the repository. */
export type Project = {
  files: ReadonlyMap<string, BicepFile>;
  /** A file of the repository as it is now; undefined if there is none. */
  text(path: string): string | undefined;
};

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The templates as they lie there, each parsed once. */
export async function readProject(): Promise<Project> {
  const parser = await bicepParser();
  const texts = new Map<string, string | undefined>();
  const text = (path: string): string | undefined => {
    if (!texts.has(path)) texts.set(path, readText(path));
    return texts.get(path);
  };
  const paths = globSync('infra/**/*.bicep', { cwd: root }).sort();
  const files = paths.map((path) => [path, readBicep(path, text(path) ?? '', parser)] as const);
  return { files: new Map(files), text };
}

/** The same project, with one file that says something else: only that one is parsed. */
export async function withText(project: Project, path: string, said: string): Promise<Project> {
  const files = new Map(project.files);
  if (path.endsWith('.bicep')) files.set(path, readBicep(path, said, await bicepParser()));
  return { files, text: (other) => (other === path ? said : project.text(other)) };
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(`${root}${path}`, 'utf8');
  } catch {
    return undefined;
  }
}

/** The path that one file means by `../roles.json`. */
export function beside(path: string, other: string): string {
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  return new URL(other, `file:///${folder}`).pathname.slice(1);
}

/** What a JSON file says; undefined if there is none, or it is none. */
export function jsonAt(project: Project, path: string): unknown {
  try {
    return JSON.parse(project.text(path) ?? '');
  } catch {
    return undefined;
  }
}
