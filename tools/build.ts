/** Bundles the functions into dist/, as `main` in package.json names them. */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';

const { outputFiles } = await build({
  entryPoints: { main: 'functions/index.ts' },
  outdir: 'dist',
  write: false,
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'esm',
  sourcemap: true,
  minifySyntax: true,
  logLevel: 'warning',
  // The Functions worker provides it; it is on no registry.
  external: ['@azure/functions-core'],
  // CommonJS packages in the bundle call `require`, which ES modules do not have.
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
});

await mkdir('dist', { recursive: true });
for (const { path, contents } of outputFiles) {
  // Tests build side by side: whoever loads it at this moment gets a whole one.
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, contents);
  await rename(draft, path);
}
