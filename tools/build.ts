/** Bundles the functions into dist/, as `main` in package.json names them. */
import { build } from 'esbuild';

await build({
  entryPoints: { main: 'functions/index.ts' },
  outdir: 'dist',
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
