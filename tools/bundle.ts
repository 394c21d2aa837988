import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile, type Plugin } from 'esbuild';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** What package.json names as `main`. */
export const mainFile = 'dist/main.js';

/** Beside `main`: what it loads at once or on first use. Each name says what is in it. */
export const isPart = (file: string): boolean => /^part-[A-Z0-9]{8}\.js(\.map)?$/.test(file);

export type Bundle = {
  /** By their names from the root of the repository, sorted. */
  files: Map<string, Uint8Array>;
  metafile: Metafile;
};

type Change = { entry?: string; plugins?: Plugin[] };

/**
 * The functions with everything they need, as files in `dist/`. The same tree gives the same bytes.
 *
 * What is imported with `await import` gets a part of its own, which costs nothing before its first use.
 *
 * @param change - to measure what something costs.
 */
export async function bundleApp(change: Change = {}): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: { main: change.entry ?? 'functions/index.ts' },
    plugins: change.plugins ?? [],
    outdir: 'dist',
    // Beside `main`, for code that asks where it lies gets the same answer in each.
    chunkNames: 'part-[hash]',
    write: false,
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node22',
    format: 'esm',
    sourcemap: true,
    // Lines and names are enough; the sources are in the repository.
    sourcesContent: false,
    minifySyntax: true,
    metafile: true,
    logLevel: 'warning',
    // The Functions worker provides it; it is on no registry.
    external: ['@azure/functions-core'],
    // CommonJS packages in the bundle call `require`, which ES modules do not have.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
  const files = outputFiles.map(
    ({ path, contents }) => [relative(root, path).split(sep).join('/'), contents] as const,
  );
  return { files: new Map(files.sort(([a], [b]) => (a < b ? -1 : 1))), metafile };
}
