import { eventHubOut } from '../../shared/azure/event-hub-out.ts';
import { logsIngestion } from '../../shared/azure/logs-ingestion.ts';
import { type Forwarder, type ForwarderDeps, forwarder } from '../../shared/forward/forwarder.ts';
import { openTransports } from '../../shared/forward/open-transports.ts';
import { siemFormats } from '../../shared/forward/siem-formats/index.ts';
import type { SinkTransports } from '../../shared/forward/sink-transports.ts';
import { sinks } from '../../shared/forward/sinks/index.ts';
import { policyWith } from './policy-with.ts';
import type { Receiver } from './receiver.ts';
import { watchedKind } from './watched-kind.ts';
import { watchedTransports } from './watched-transports.ts';
import type { Witness } from './witness.ts';

/** Where a forwarder keeps what must outlive it. */
export type Stores = Pick<
  ForwarderDeps,
  'feed' | 'events' | 'states' | 'claims' | 'deadLetter' | 'now'
>;

/** The sink of every storm. */
export const sinkName = 'storm';

type Way = Pick<Receiver, 'written' | 'env' | 'ca' | 'over'> & { timeoutMs: number };

const nobody = { getToken: async () => null };

/** The ways out as the service opens them, only more impatient. */
export function openWays({ timeoutMs, ca, over }: Omit<Way, 'written' | 'env'>): SinkTransports {
  const own = { credential: nobody, timeoutMs, allowLoopback: true };
  const hubs = eventHubOut(own);
  const transports = openTransports({
    ...{ allowLoopback: true, timeoutMs, root: '/' },
    azure: {
      uploadLogs: logsIngestion({ ...own, ...(ca !== undefined && { ca }) }),
      ...{ sendToHub: hubs.send, close: hubs.close },
    },
  });
  return over?.(transports) ?? transports;
}

/** A forwarder of the service with one sink, whose every request is watched. */
export function openForwarder(
  { written, env, ...way }: Way,
  stores: Stores,
  witness: Witness,
): Forwarder {
  return forwarder({
    ...stores,
    policy: policyWith(sinkName, written),
    kinds: sinks.map((kind) => watchedKind(kind, witness)),
    formats: siemFormats,
    env,
    transports: watchedTransports(String(written.type), openWays(way), witness),
    queue: { send: async () => {} },
    lastRecordAt: async () => null,
    warn: (message) => witness.problem(message),
  });
}
