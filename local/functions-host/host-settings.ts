import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the host reads from host.json, with the platform's defaults. */
export interface HostSettings {
  eventHubs: { maxEventBatchSize: number; prefetchCount: number };
  queues: {
    batchSize: number;
    newBatchThreshold: number;
    maxDequeueCount: number;
    visibilityTimeoutSeconds: number;
    messageEncoding: 'base64' | 'none';
  };
  http: { routePrefix: string };
}

type Settings = Readonly<Record<string, string>>;
type Section = Record<string, unknown>;

const overridePrefix = 'AzureFunctionsJobHost__extensions__';

/**
 * Reads host.json of an app; a setting `AzureFunctionsJobHost__extensions__SECTION__KEY` goes before.
 *
 * @see https://learn.microsoft.com/azure/azure-functions/functions-host-json
 */
export function readHostSettings(appRoot: string, settings: Settings): HostSettings {
  const file = join(appRoot, 'host.json');
  const { extensions = {} } = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  const section = (name: string): Section => ({
    ...extensions[name],
    ...readOverrides(`${overridePrefix}${name}__`, settings),
  });
  const eventHubs = section('eventHubs');
  const queues = section('queues');
  const batchSize = Number(queues.batchSize ?? 16);
  return {
    eventHubs: {
      maxEventBatchSize: Number(eventHubs.maxEventBatchSize ?? 100),
      prefetchCount: Number(eventHubs.prefetchCount ?? 300),
    },
    queues: {
      batchSize,
      newBatchThreshold: Number(queues.newBatchThreshold ?? Math.floor(batchSize / 2)),
      maxDequeueCount: Number(queues.maxDequeueCount ?? 5),
      visibilityTimeoutSeconds: parseSeconds(String(queues.visibilityTimeout ?? '00:00:00')),
      messageEncoding: queues.messageEncoding === 'none' ? 'none' : 'base64',
    },
    http: { routePrefix: String(section('http').routePrefix ?? 'api') },
  };
}

function readOverrides(prefix: string, settings: Settings): Section {
  const found = Object.entries(settings).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(found.map(([name, value]) => [name.slice(prefix.length), value]));
}

function parseSeconds(timeSpan: string): number {
  const [hours, minutes, seconds] = timeSpan.split(':').map(Number);
  const total = (hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0);
  if (Number.isNaN(total)) throw new Error(`host.json: "${timeSpan}" is not hh:mm:ss.`);
  return total;
}

/**
 * Replaces every `%NAME%` in a binding option by the setting of that name.
 *
 * @throws When there is no such setting. The platform would leave the function out and only log it.
 */
export function resolveSettings(text: string, settings: Settings): string {
  return text.replace(/%([^%]+)%/g, (_, name: string) => {
    const value = settings[name];
    if (value === undefined) throw new Error(`The app setting "${name}" in "${text}" is missing.`);
    return value;
  });
}

/**
 * Finds the connection string a binding names.
 *
 * @throws When it is missing, or given by identity: there is nobody to sign in to on this machine.
 */
export function resolveConnection(name: string, settings: Settings): string {
  const value = settings[name];
  if (value) return value;
  const byIdentity = Object.keys(settings).find((key) => key.startsWith(`${name}__`));
  throw new Error(
    byIdentity === undefined
      ? `The app setting "${name}" with a connection string is missing.`
      : `"${byIdentity}" is a connection by identity, which the local host does not support: set "${name}" to a connection string.`,
  );
}
