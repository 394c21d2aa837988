import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { Bundle } from '../../shared/evidence/bundle.ts';
import { ProblemError } from '../command.ts';
import { whyUnreadable } from '../policy-file.ts';

/** Makes the folder, for nobody else to read. @throws {ProblemError} if something is in it. */
export async function claimFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    if ((await readdir(folder)).length === 0) return;
  } catch (error) {
    throw new ProblemError([`${folder}: ${whyUnreadable(error)}`]);
  }
  throw new ProblemError([`${folder}: is not empty; name a new folder by --out`]);
}

export async function writeBundle(folder: string, bundle: Bundle): Promise<void> {
  for (const [name, content] of bundle) {
    const file = join(folder, name);
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(file, content, { flag: 'wx', mode: 0o600 });
  }
}

/**
 * Every file of a folder, by its path in there.
 *
 * @returns besides, what is there and is no file: links are not followed.
 * @throws {ProblemError} if it can't be read.
 */
export async function readBundle(folder: string): Promise<{ bundle: Bundle; others: string[] }> {
  const bundle = new Map<string, Buffer>();
  const others: string[] = [];
  try {
    for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
      const path = join(entry.parentPath, entry.name);
      const name = relative(folder, path).split(sep).join('/');
      if (entry.isFile()) bundle.set(name, await readFile(path));
      else if (!entry.isDirectory()) others.push(name);
    }
  } catch (error) {
    throw new ProblemError([`${folder}: ${whyUnreadable(error)}`]);
  }
  return { bundle, others };
}
