/** Bundles the functions into dist/, as `main` in package.json names them. */
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleApp, isPart, mainFile, root } from './bundle.ts';

const dayMs = 24 * 3_600_000;
const dist = join(root, 'dist');

const { files } = await bundleApp();
await mkdir(dist, { recursive: true });
// Last the one that names all others: whoever loads it at this moment finds them.
const parts = [...files.keys()].filter((name) => name !== mainFile);
for (const name of [...parts, mainFile]) {
  // Tests build side by side: each gets a whole file.
  const draft = join(root, `${name}.${process.pid}`);
  await writeFile(draft, files.get(name) ?? '');
  await rename(draft, join(root, name));
}

// An app that runs may load a part of an earlier build for the first time; after a day nobody does.
for (const file of (await readdir(dist)).filter(isPart)) {
  const path = join(dist, file);
  const age = Date.now() - (await stat(path).catch(() => ({ mtimeMs: Date.now() }))).mtimeMs;
  if (age > dayMs) await rm(path, { force: true });
}
