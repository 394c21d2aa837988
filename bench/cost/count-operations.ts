import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import type { LocalStorage } from '../../local/azurite.ts';
import { kindOf, mapped, noOperations, type Operations, type Service } from './operations.ts';

export type Spent = { operations: Operations; cpuSeconds: number };

/** Counts what this process asks of that storage, whatever part of it asks. */
export function countOperations(storage: LocalStorage) {
  const counts = { ...noOperations };
  const services = new Map<string, Service>([
    [new URL(storage.tableEndpoint).host, 'table'],
    [new URL(storage.queueEndpoint).host, 'queue'],
    [new URL(storage.blobEndpoint).host, 'blob'],
  ]);
  const channel = 'http.client.request.start';
  const add = (message: unknown) => {
    const { request } = message as { request: ClientRequest };
    const service = services.get(String(request.getHeader('host')));
    if (service) counts[kindOf(service, request.method, request.path)] += 1;
  };
  subscribe(channel, add);
  return {
    /** What was spent until it had ended: operations, and work of this process. */
    async during(run: () => Promise<unknown>): Promise<Spent> {
      const before = { ...counts };
      const cpu = process.cpuUsage();
      await run();
      const { user, system } = process.cpuUsage(cpu);
      return {
        operations: mapped((kind) => counts[kind] - before[kind]),
        cpuSeconds: (user + system) / 1e6,
      };
    },
    stop: () => unsubscribe(channel, add),
  };
}
