#!/usr/bin/env node
// Runs the command line on a Node that reads TypeScript: the one at hand, or the one that `npm ci` brought.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const wanted = 24;
const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const brought = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));

if (Number(process.versions.node.split('.')[0]) >= wanted) {
  const { run } = await import('./main.ts');
  process.exitCode = await run(process.argv.slice(2));
} else if (existsSync(brought)) {
  const { status, signal } = spawnSync(brought, [main, ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  process.exitCode = signal ? 1 : (status ?? 1);
} else {
  console.error(
    `glasswatch: needs Node ${wanted}; this is ${process.version}. Run \`npm ci\` first: it brings the right one.`,
  );
  process.exitCode = 1;
}
