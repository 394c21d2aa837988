#!/usr/bin/env node
// Runs the command line on a Node that reads TypeScript: the one at hand, or the one that `npm ci` brought.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { broughtNode } from '../tools/brought-node.js';

const wanted = 24;
const main = fileURLToPath(new URL('./main.ts', import.meta.url));

if (Number(process.versions.node.split('.')[0]) >= wanted) {
  const { run } = await import('./main.ts');
  process.exitCode = await run(process.argv.slice(2));
} else if (broughtNode) {
  const { status, signal } = spawnSync(broughtNode, [main, ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  process.exitCode = signal ? 1 : (status ?? 1);
} else {
  console.error(
    `glasswatch: needs Node ${wanted}; this is ${process.version}. Run \`npm ci\` first: it brings the right one.`,
  );
  process.exitCode = 1;
}
