import { existsSync, readdirSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { noticesFile } from './package-files.ts';
import { zipOf } from './zip.ts';

/**
 * @param to - a file whose name ends in `.zip`, or a folder, which holds nothing else afterwards.
 * @throws if the folder holds anything but an earlier package.
 */
export async function writePackage(
  files: ReadonlyMap<string, Uint8Array>,
  to: string,
): Promise<void> {
  // Whoever looks at this moment finds a whole one.
  const draft = `${to}.${process.pid}`;
  if (to.endsWith('.zip')) {
    await mkdir(dirname(to), { recursive: true });
    await writeFile(draft, zipOf(files));
  } else {
    if (existsSync(to) && readdirSync(to).length > 0 && !existsSync(join(to, noticesFile))) {
      throw new Error(
        `${to} holds something else than a package. Remove it, or name another folder.`,
      );
    }
    for (const [name, bytes] of files) {
      await mkdir(dirname(join(draft, name)), { recursive: true });
      await writeFile(join(draft, name), bytes);
    }
    await rm(to, { recursive: true, force: true });
  }
  await rename(draft, to);
}
