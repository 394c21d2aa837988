import type { Check } from '../check.ts';
import { fine, toFix } from '../line.ts';

/** The type stripping and the libraries want it; the bundle in Azure is held to what that offers. */
const wanted = 24;

export const nodeCheck: Check = {
  name: 'node',
  async run() {
    const { version, versions } = process;
    if (Number(versions.node.split('.')[0]) >= wanted) return [fine('version', version)];
    return [
      toFix(
        'version',
        `${version}; the commands are made for Node ${wanted}`,
        'npm ci   (it brings the right one, which `npx glasswatch` then takes)',
      ),
    ];
  },
};
