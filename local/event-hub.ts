import type { AddressInfo, Server, Socket } from 'node:net';
import { join } from 'node:path';
import rhea, { type EventContext } from 'rhea';
import { serveConsumers } from './event-hub/consumers.ts';
import type { Hubs } from './event-hub/hubs.ts';
import { PartitionLog } from './event-hub/partition-log.ts';
import {
  type HubFault,
  hubFaults,
  maxMessageBytes,
  serveProducers,
} from './event-hub/producers.ts';
import { type Faults, faultsToCome } from './siem/faults.ts';

/** One Event Hub to serve. */
export interface HubOptions {
  name: string;
  partitions: number;
}

export interface EventHubOptions {
  /** 0, the default, takes any free port. */
  port?: number;
  hubs: readonly HubOptions[];
  /** Keeps the events across restarts, a file a partition. Without it they live in memory. */
  folder?: string;
}

/** A running Event Hubs namespace. */
export interface LocalEventHub extends Omit<Faults<HubFault>, 'next'> {
  port: number;
  /** @returns A connection string with `EntityPath` for the official clients. */
  connectionString(hub: string): string;
  /** Cuts all connections and closes the files. */
  close(): Promise<void>;
}

/**
 * Serves Event Hubs over plain AMQP to the official clients, on this machine only.
 *
 * Unlike the service: any consumer group exists, events never expire, credentials are not checked and
 * producers are not idempotent. What is sent to it fails as it is told to.
 *
 * @throws When the port is taken or the folder can not be written.
 * @see https://learn.microsoft.com/azure/event-hubs/event-hubs-amqp-protocol-guide
 */
export async function startEventHub(options: EventHubOptions): Promise<LocalEventHub> {
  const hubs: Hubs = new Map(options.hubs.map((hub) => [hub.name, openLogs(hub, options.folder)]));
  const container = rhea.create_container({ id: 'local-event-hub' });
  // In emulator mode the clients sign in as ANONYMOUS, whatever key the connection string holds.
  container.sasl_server_mechanisms.enable_anonymous();
  const { next, ...faults } = faultsToCome(hubFaults);
  serveProducers(container, hubs, next);
  serveConsumers(container, hubs);
  // Clients come and go, and some are killed: nothing that happens to a connection ends the hub.
  for (const event of ['error', 'connection_error', 'session_error', 'protocol_error']) {
    container.on(event, () => {});
  }

  container.on('connection_open', forgetOnceClosed);

  const server = container.listen({
    port: options.port ?? 0,
    host: '127.0.0.1',
    // Without the size, `tryAdd` of a client would take batches of any size.
    receiver_options: { autoaccept: false, max_message_size: maxMessageBytes },
  });
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await listening(server);
  const { port } = server.address() as AddressInfo;

  return {
    ...faults,
    port,
    connectionString(hub) {
      if (!hubs.has(hub)) throw new Error(`No such local Event Hub: ${hub}.`);
      return `Endpoint=sb://localhost:${port};SharedAccessKeyName=local;SharedAccessKey=local;UseDevelopmentEmulator=true;EntityPath=${hub}`;
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
      for (const log of [...hubs.values()].flat()) log.close();
    },
  };
}

/** rhea goes on writing to a connection whose socket is gone, and so keeps a timer of it for ever. */
function forgetOnceClosed({ connection }: EventContext): void {
  const inside = connection as unknown as {
    socket: Socket;
    socket_ready: boolean;
    heartbeat_out?: NodeJS.Timeout;
  };
  inside.socket.once('close', () => {
    inside.socket_ready = false;
    clearTimeout(inside.heartbeat_out);
  });
}

function openLogs({ name, partitions }: HubOptions, folder: string | undefined): PartitionLog[] {
  return Array.from({ length: partitions }, (_, id) => {
    const file = folder === undefined ? undefined : join(folder, name, `${id}.log`);
    return new PartitionLog(String(id), file);
  });
}

function listening(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', reject);
  });
}
