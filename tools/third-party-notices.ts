import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

type Manifest = {
  name: string;
  version: string;
  license?: string;
  homepage?: string;
};

/** Those that ask for no more than to be passed on with the code. */
const allowed = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  'MIT-0',
]);

/** @returns the folders of all packages that have code in the bundle, from the root, sorted. */
export function bundledPackages(metafile: Metafile): string[] {
  const folders = Object.values(metafile.outputs)
    .flatMap(({ inputs }) => Object.keys(inputs))
    .map(packageFolder)
    .filter((folder) => folder !== undefined);
  return [...new Set(folders)].sort();
}

/** @returns undefined for a file of our own. */
export function packageFolder(file: string): string | undefined {
  return /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1];
}

/**
 * The licences of everything that is passed on, in full.
 *
 * @param root - where `folders` are.
 * @throws on a licence that was not looked at before.
 */
export function thirdPartyNotices(root: string, folders: readonly string[]): string {
  const head = 'This package holds code of others, each under its own licence.\n';
  return [head, ...folders.map((folder) => noticeOf(join(root, folder)))].join(
    `\n${'-'.repeat(80)}\n\n`,
  );
}

function noticeOf(folder: string): string {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  const { name, version, license, homepage } = manifest;
  if (license === undefined || !allowed.has(license)) {
    throw new Error(
      `${name} ${version} is under the licence ${license ?? 'that it does not name'}. Allowed: ${[...allowed].join(', ')}.`,
    );
  }
  const texts = readdirSync(folder)
    .filter((file) => /^(licen[cs]e|notice|copying)\b/i.test(file))
    .sort()
    .map((file) => readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim());
  if (texts.length === 0) texts.push(`The package holds no text of its licence: ${license}.`);
  return `${[`${name} ${version} (${license})`, homepage, '', texts.join('\n\n')]
    .filter((line) => line !== undefined)
    .join('\n')}\n`;
}
