/**
 * Writes all that is deployed, as one file or a folder; the same tree gives the same bytes.
 *
 *     npm run package                            dist/glasswatch.zip, with policy.yaml if there is one
 *     npm run package -- --policy prod.yaml      with another one
 *     npm run package -- --to dist/package       as a folder, for azd; a name.zip is one file
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { bundleApp, root } from './bundle.ts';
import { packageFiles } from './package-files.ts';
import { writePackage } from './write-package.ts';

const { values } = parseArgs({
  options: { policy: { type: 'string' }, to: { type: 'string' } },
});
const usual = 'policy.yaml';
const policyFile = values.policy ?? (existsSync(join(root, usual)) ? usual : undefined);

const copyOne = 'Copy policy.example.yaml, and say whom to watch.';

try {
  if (policyFile !== undefined && !existsSync(join(root, policyFile))) {
    throw new Error(`There is no ${policyFile}. ${copyOne}`);
  }
  const files = await packageFiles(await bundleApp(), policyFile);
  const to = values.to === undefined ? join(root, 'dist/glasswatch.zip') : resolve(values.to);
  await writePackage(files, to);

  const size = (bytes: number) => `${(bytes / 1_000).toFixed(0)} kB`.padStart(9);
  for (const [name, { length }] of files) console.log(`${size(length)}  ${name}`);
  if (to.endsWith('.zip')) {
    const zip = await readFile(to);
    const digest = createHash('sha256').update(zip).digest('hex');
    console.log(`${size(zip.length)}  ${to}\n           sha256 ${digest}`);
  } else {
    const bytes = [...files.values()].reduce((sum, { length }) => sum + length, 0);
    console.log(`${size(bytes)}  ${to}`);
  }
  if (policyFile === undefined) {
    console.warn(
      `There is no ${usual}, so none is in the package, and an app without one does not start. ${copyOne}`,
    );
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
