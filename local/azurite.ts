import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A running storage account: blobs, queues and tables. */
export interface LocalStorage {
  pid: number;
  /** Of Azurite's well-known development account, with all three endpoints. */
  connectionString: string;
  blobEndpoint: string;
  queueEndpoint: string;
  tableEndpoint: string;
  /** Ends it, after it has written its data to disk. */
  stop(): Promise<void>;
}

const account = 'devstoreaccount1';
// Published with the emulator; it protects nothing.
// https://learn.microsoft.com/azure/storage/common/storage-connect-azurite
const accountKey =
  'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';
const services = ['Blob', 'Queue', 'Table'] as const;
const startTimeoutMs = 30_000;
const stopTimeoutMs = 15_000;

/**
 * Starts Azurite in a process of its own, on free ports of this machine.
 *
 * It ends with the process that started it, even when that is killed.
 *
 * @param options.folder - Where the data is kept. Without it, it lives in memory.
 * @throws When Azurite does not come up; the message holds what it wrote to stderr.
 */
export async function startAzurite({ folder }: { folder?: string } = {}): Promise<LocalStorage> {
  const flags = ['--silent', '--disableTelemetry', '--skipApiVersionCheck'];
  for (const service of services) {
    const name = service.toLowerCase();
    flags.push(`--${name}Host`, '127.0.0.1', `--${name}Port`, '0');
  }
  flags.push(...(folder === undefined ? ['--inMemoryPersistence'] : ['--location', folder]));

  const script = fileURLToPath(new URL('azurite-process.ts', import.meta.url));
  const child = spawn(process.execPath, [script, ...flags], {
    stdio: 'pipe',
    // Out of the terminal's process group: Ctrl-C must not end the storage before its users.
    detached: true,
    windowsHide: true,
  });
  try {
    const origins = await readOrigins(child);
    const [blobEndpoint, queueEndpoint, tableEndpoint] = origins.map((url) => `${url}/${account}`);
    if (!blobEndpoint || !queueEndpoint || !tableEndpoint)
      throw new Error('Azurite: no endpoints.');
    return {
      pid: child.pid as number,
      connectionString: `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${accountKey};BlobEndpoint=${blobEndpoint};QueueEndpoint=${queueEndpoint};TableEndpoint=${tableEndpoint};`,
      blobEndpoint,
      queueEndpoint,
      tableEndpoint,
      stop: () => stop(child),
    };
  } catch (error) {
    await stop(child);
    throw error;
  }
}

/** Reads the ports really taken from what Azurite prints; it does so even when silent. */
function readOrigins(child: ChildProcess): Promise<string[]> {
  let output = '';
  let errors = '';
  return new Promise((resolve, reject) => {
    const fail = (reason: string) => {
      clearTimeout(timer);
      reject(new Error(`Azurite did not start: ${reason}\n${errors.trim()}`));
    };
    const timer = setTimeout(() => fail(`no answer in ${startTimeoutMs} ms.`), startTimeoutMs);
    child.once('error', (error) => fail(error.message));
    child.once('close', (code, signal) => fail(`it ended with ${signal ?? `code ${code}`}.`));
    child.stderr?.on('data', (chunk) => {
      errors += chunk;
    });
    child.stdout?.on('data', (chunk) => {
      output += chunk;
      const origins = services.map(
        (service) =>
          new RegExp(`${service} service is successfully listening at (\\S+)`).exec(output)?.[1],
      );
      if (!origins.every((origin) => origin !== undefined)) return;
      clearTimeout(timer);
      child.stdout?.removeAllListeners('data').resume();
      resolve(origins);
    });
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.stdin?.end();
  const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
  await exited;
  clearTimeout(timer);
}
