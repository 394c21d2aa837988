import { readdirSync } from 'node:fs';
import { expect } from 'vitest';
import type { Exemplified } from '../cli/reference.ts';

/** What a folder of shared/ holds, without its index: by the files, since the index may be older. */
export const membersOf = (folder: string) =>
  readdirSync(new URL(`../shared/${folder}/`, import.meta.url))
    .filter((file) => file.endsWith('.ts') && file !== 'index.ts')
    .map((file) => file.replace(/\.ts$/, ''))
    .sort();

/** Every detection and check that is built, by id. */
export async function builtInfos(): Promise<Exemplified[]> {
  const kinds = ['detections', 'posture-checks', 'stream-checks', 'service-checks'].map(
    (kind) => `detect/${kind}`,
  );
  const files = kinds.flatMap((folder) => membersOf(folder).map((id) => ({ folder, id })));
  const all = files.map(async ({ folder, id }) => {
    const url = new URL(`../shared/${folder}/${id}.ts`, import.meta.url);
    const { default: info } = (await import(url.href)) as { default: Exemplified };
    expect(info.id, 'a file is named as what it defines').toBe(id);
    return info;
  });
  return (await Promise.all(all)).sort((a, b) => (a.id < b.id ? -1 : 1));
}
