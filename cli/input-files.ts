import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { ProblemError } from './command.ts';
import { whyUnreadable } from './policy-file.ts';

export type InputFile = { name: string; open(): Readable };

const isLogFile = /\.(json|jsonl|ndjson|log|txt)(\.gz)?$/i;

/**
 * The files that the arguments name, in their order; folders give the log files in them, by name.
 * `-` is standard input.
 *
 * @throws {ProblemError} for every path that does not exist.
 */
export async function inputFiles(paths: readonly string[]): Promise<InputFile[]> {
  const files: InputFile[] = [];
  const problems: string[] = [];
  for (const path of paths) {
    if (path === '-') files.push({ name: 'standard input', open: () => process.stdin });
    else {
      try {
        files.push(...(await filesAt(path)));
      } catch (error) {
        problems.push(`${path}: ${whyUnreadable(error)}`);
      }
    }
  }
  if (problems.length > 0) throw new ProblemError(problems);
  return files;
}

async function filesAt(path: string): Promise<InputFile[]> {
  if (!(await stat(path)).isDirectory())
    return [{ name: path, open: () => createReadStream(path) }];
  const entries = await readdir(path, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() && isLogFile.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((name) => ({ name, open: () => createReadStream(name, { highWaterMark: 1024 * 1024 }) }));
}

/** The bytes of a file; what is gzip, by its first bytes and not by its name, comes out unpacked. */
export async function* bytesOf(file: InputFile): AsyncGenerator<Buffer> {
  const stream = file.open();
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const first = await chunks.next();
  if (first.done) return;
  const isGzip = first.value[0] === 0x1f && first.value[1] === 0x8b;
  const all = (async function* () {
    yield first.value;
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
  })();
  if (!isGzip) return yield* all;
  const gunzip = createGunzip();
  const pump = (async () => {
    for await (const chunk of all) {
      if (!gunzip.write(chunk)) await new Promise((resolve) => gunzip.once('drain', resolve));
    }
    gunzip.end();
  })();
  // A fault while reading must end the reader below too.
  pump.catch((error: Error) => gunzip.destroy(error));
  yield* gunzip as AsyncIterable<Buffer>;
  await pump;
}
