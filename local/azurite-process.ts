/**
 * Runs Azurite until its standard input closes, which also happens when the parent is killed.
 *
 * Azurite writes its data to disk only every five seconds and on SIGTERM, so it has to be asked, not
 * just ended.
 */
import { createRequire } from 'node:module';

const flushTimeoutMs = 10_000;

// The parent may be gone while Azurite still reports that it is closing.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

process.stdin.resume();
process.stdin.once('close', () => {
  setTimeout(() => process.exit(1), flushTimeoutMs).unref();
  // Before Azurite is up there is no data, and no listener that would keep the process from ending.
  process.kill(process.pid, 'SIGTERM');
});

createRequire(import.meta.url)('azurite/dist/src/azurite.js');
