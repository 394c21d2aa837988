import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { unzipSync } from 'fflate';
import { bundleApp } from '../bundle.ts';
import { packageFiles } from '../package-files.ts';
import { zipOf } from '../zip.ts';

/**
 * Unpacks a package into an empty folder.
 *
 * @param packageFile - left out: it is made of the tree as it is now.
 */
export async function unpack(folder: string, packageFile: string | undefined): Promise<void> {
  const zip = packageFile
    ? await readFile(resolve(packageFile))
    : zipOf(await packageFiles(await bundleApp()));
  for (const [name, bytes] of Object.entries(unzipSync(zip))) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), bytes);
  }
  const { dependencies } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const wanted = Object.keys(dependencies ?? {});
  if (wanted.length > 0) {
    throw new Error(`The package wants ${wanted.join(', ')} to be installed; all was to be in it.`);
  }
}
