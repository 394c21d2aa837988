import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The Node that `npm ci` brought, whatever the system has; undefined: it was not run yet. */
export const broughtNode = ['node', 'node.exe']
  .map((name) => fileURLToPath(new URL(`../node_modules/node/bin/${name}`, import.meta.url)))
  .find((path) => existsSync(path));
