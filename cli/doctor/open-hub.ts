import { EventHubConsumerClient } from '@azure/event-hubs';
import { credentialOf } from '../../shared/azure/credential.ts';
import { hubAddressOf } from '../../shared/azure/hub-address.ts';
import { type DoctorDeps, Lacking, seeGroup } from './check.ts';

export type OpenHub = {
  client: EventHubConsumerClient;
  /** Of the group that every hub has, and that the app does not read with. It is closed by whoever asks. */
  readAside(): EventHubConsumerClient;
  host: string;
  hub: string;
  consumerGroup: string;
};

const aside = '$Default';
const options = { retryOptions: { maxRetries: 0, timeoutInMs: 8_000 } };

/**
 * A client of the hub that Entra writes to, as the app would read it. Nothing is read by it here.
 *
 * @throws {Lacking} if the settings do not name one. @throws {WatchError} DELIVERY_MISCONFIGURED
 */
export function openHub({ env, config }: Pick<DoctorDeps, 'env' | 'config'>): OpenHub {
  const consumerGroup = env.ENTRA_LOGS_CONSUMER_GROUP || '$Default';
  const named = env.ENTRA_LOGS_HUB ?? '';
  const namespace = env.ENTRA_LOGS__fullyQualifiedNamespace;
  const text = env.ENTRA_LOGS;
  if (namespace && named) {
    const { host, hub } = hubAddressOf({ namespace, hub: named, ...unsent }, false);
    const open = (group: string) =>
      new EventHubConsumerClient(group, host, hub, credentialOf({}), options);
    return {
      ...{ client: open(consumerGroup), readAside: () => open(aside) },
      ...{ host, hub, consumerGroup },
    };
  }
  if (text) {
    const target = { connectionString: text, hub: named, ...unsent };
    const address = hubAddressOf(target, config?.allowLoopback ?? false);
    const open = (group: string) =>
      new EventHubConsumerClient(group, address.connectionString ?? '', options);
    const client = open(consumerGroup);
    return {
      ...{ client, readAside: () => open(aside) },
      ...{ host: client.fullyQualifiedNamespace, hub: address.hub, consumerGroup },
    };
  }
  throw new Lacking('no event hub is known here', seeGroup('settings'));
}

/** Of events that are sent: here none is. */
const unsent = { contentType: '', properties: {} };
