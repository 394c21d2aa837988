import { EventHubConsumerClient } from '@azure/event-hubs';
import { credentialOf } from '../../shared/azure/credential.ts';
import { hubAddressOf } from '../../shared/azure/hub-address.ts';
import { type DoctorDeps, Lacking, seeGroup } from './check.ts';

export type OpenHub = {
  client: EventHubConsumerClient;
  host: string;
  hub: string;
  consumerGroup: string;
};

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
    const client = new EventHubConsumerClient(consumerGroup, host, hub, credentialOf({}), options);
    return { client, host, hub, consumerGroup };
  }
  if (text) {
    const target = { connectionString: text, hub: named, ...unsent };
    const address = hubAddressOf(target, config?.allowLoopback ?? false);
    const client = new EventHubConsumerClient(
      consumerGroup,
      address.connectionString ?? '',
      options,
    );
    return { client, host: client.fullyQualifiedNamespace, hub: address.hub, consumerGroup };
  }
  throw new Lacking('no event hub is known here', seeGroup('settings'));
}

/** Of events that are sent: here none is. */
const unsent = { contentType: '', properties: {} };
