import type { EventStore } from '../../shared/forward/feed.ts';
import { type Forwarder, forwarder } from '../../shared/forward/forwarder.ts';
import { memoryFeed } from '../../shared/forward/memory-feed.ts';
import { openTransports } from '../../shared/forward/open-transports.ts';
import { siemFormats } from '../../shared/forward/siem-formats/index.ts';
import { sinks } from '../../shared/forward/sinks/index.ts';
import type { Policy } from '../../shared/policy.ts';
import { memoryShelf } from '../../shared/shelf.ts';
import { lastRecordIn } from '../../shared/streams/stream-history.ts';
import { serviceSettings, storageSettings } from '../storage-settings.ts';

/** As the service sends. */
const timeoutMs = 15_000;

/** The stored events, and the way from this machine to the sinks of the policy. */
export async function openForwarding(
  settingsFile: string | undefined,
  policy: Policy,
): Promise<{ events: EventStore; forwarding: Forwarder }> {
  const [settings, env] = await Promise.all([
    storageSettings(settingsFile, process.env),
    serviceSettings(settingsFile, process.env),
  ]);
  const allowLoopback = env.GLASSWATCH_ALLOW_LOOPBACK === 'true';
  // Only here: whoever works on files alone needs none of Azure's libraries.
  const [
    { openStorage },
    { tableCases },
    { tableStreams },
    { credentialOf },
    { logsIngestion },
    { eventHubOut },
  ] = await Promise.all([
    import('../../shared/azure/storage.ts'),
    import('../../shared/azure/table-cases.ts'),
    import('../../shared/azure/table-streams.ts'),
    import('../../shared/azure/credential.ts'),
    import('../../shared/azure/logs-ingestion.ts'),
    import('../../shared/azure/event-hub-out.ts'),
  ]);
  const storage = openStorage(settings);
  const events = tableCases(storage.cases);
  const streams = tableStreams(storage.streams);
  const azure = { credential: credentialOf({}), timeoutMs, allowLoopback };
  const hubs = eventHubOut(azure);
  const forwarding = forwarder({
    policy,
    kinds: sinks,
    formats: siemFormats,
    env,
    events,
    transports: openTransports({
      azure: { uploadLogs: logsIngestion(azure), sendToHub: hubs.send, close: hubs.close },
      allowLoopback,
      timeoutMs,
    }),
    lastRecordAt: async (tenantId) => lastRecordIn(await streams.read(tenantId)),
    // What waits for the sink is the service's: here it is neither read nor changed.
    feed: memoryFeed(),
    states: memoryShelf(),
    claims: memoryShelf(),
    deadLetter: async () => {},
    queue: { send: async () => {} },
    now: Date.now,
    warn: (message) => void process.stderr.write(`warning: ${message}\n`),
  });
  return { events, forwarding };
}
