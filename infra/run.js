// Runs a script on a Node that reads TypeScript: the one at hand, or the one that `npm ci` brought.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { broughtNode } from '../tools/brought-node.js';

const modules = new URL('../node_modules/', import.meta.url);
const able = process.features.typescript ? process.execPath : broughtNode;

if (able && existsSync(modules)) {
  const { status, error } = spawnSync(able, process.argv.slice(2), { stdio: 'inherit' });
  if (error) console.error(error.message);
  process.exitCode = status ?? 1;
} else {
  console.error(
    able
      ? 'What the scripts of Glasswatch need is not installed: run `npm ci` first.'
      : `The scripts of Glasswatch need Node 22.18 or newer, and this is ${process.version}. Run \`npm ci\` first: it brings one. Or install one from https://nodejs.org.`,
  );
  process.exitCode = 1;
}
