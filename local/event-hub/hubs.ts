import type { link } from 'rhea';
import type { PartitionLog } from './partition-log.ts';

/** The hubs served, by name, each with its partitions in order. */
export type Hubs = ReadonlyMap<string, readonly PartitionLog[]>;

/** What a link is attached to. */
export interface Address {
  partitions: readonly PartitionLog[];
  partition: PartitionLog | undefined;
  consumerGroup: string | undefined;
}

/**
 * Reads `hub`, `hub/Partitions/0` and `hub/ConsumerGroups/group/Partitions/0`.
 *
 * @returns Undefined when there is no such hub or partition.
 */
export function findAddress(hubs: Hubs, address: string): Address | undefined {
  const [hub = '', ...rest] = address.split('/');
  const partitions = hubs.get(hub);
  const named = new Map<string | undefined, string | undefined>();
  for (let i = 0; i < rest.length; i += 2) named.set(rest[i], rest[i + 1]);
  const id = named.get('Partitions');
  const partition = partitions?.find((log) => log.id === id);
  if (partitions === undefined || (id !== undefined && partition === undefined)) return undefined;
  return { partitions, partition, consumerGroup: named.get('ConsumerGroups') };
}

/** Closes a link the way the service does for an entity that does not exist. */
export function refuseUnknown(link: link, address: string): void {
  link.close({
    condition: 'amqp:not-found',
    description: `The messaging entity '${address}' could not be found.`,
  });
}
