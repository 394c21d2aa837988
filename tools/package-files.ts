import { readFile } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { readPolicyFile } from '../shared/policy-file.ts';
import { type Bundle, mainFile, root } from './bundle.ts';
import { bundledPackages, thirdPartyNotices } from './third-party-notices.ts';

export const noticesFile = 'THIRD-PARTY-NOTICES.txt';

type Manifest = { name: string; version: string; license: string; engines: object };

/**
 * All that is deployed, by names from the root of the app, sorted: nothing needs to be installed over there.
 *
 * @param bundle - of the tree as it is now.
 * @param policyFile - lies at the same place in the package; left out: there is none in it.
 * @throws {WatchError} POLICY_INVALID: an app with such a policy does not start.
 */
export async function packageFiles(
  bundle: Bundle,
  policyFile?: string,
): Promise<Map<string, Uint8Array>> {
  const files = new Map(bundle.files);
  for (const name of ['LICENSE', 'host.json']) files.set(name, await readFile(join(root, name)));
  files.set('package.json', Buffer.from(await manifestText()));
  const notices = thirdPartyNotices(root, bundledPackages(bundle.metafile));
  files.set(noticesFile, Buffer.from(notices));
  if (policyFile !== undefined) {
    const name = nameInPackage(policyFile);
    const { text } = await readPolicyFile(join(root, name), policyFile);
    files.set(name, Buffer.from(text));
  }
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Without dependencies, for all of them are in the bundle. */
async function manifestText(): Promise<string> {
  const all = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Manifest;
  const { name, version, license, engines } = all;
  const own = { name, version, license, private: true, type: 'module', main: mainFile, engines };
  return `${JSON.stringify({ ...own, dependencies: {} }, null, 2)}\n`;
}

function nameInPackage(policyFile: string): string {
  const name = relative(root, join(root, policyFile)).split(sep).join('/');
  if (isAbsolute(policyFile) || name.startsWith('../')) {
    throw new Error(
      `${policyFile} is not in the repository: the app looks for it from its own root.`,
    );
  }
  return name;
}
