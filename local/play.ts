import { setTimeout as pause } from 'node:timers/promises';
import { EventHubProducerClient } from '@azure/event-hubs';

/** An envelope that was sent, and when the hub had taken it. */
export type SentEnvelope = { body: Buffer; sentAt: number };

/** Sends bodies to a hub with the official client, one after the other, as a diagnostic setting does. */
export async function play(
  connectionString: string,
  hubName: string,
  bodies: readonly Buffer[],
  {
    pauseMs = 0,
    onSent = () => {},
  }: { pauseMs?: number; onSent?: (sent: SentEnvelope) => void } = {},
): Promise<void> {
  const producer = new EventHubProducerClient(connectionString, hubName);
  try {
    for (const body of bodies) {
      // Noted before the hub has it: a delay measured from here is never too short.
      const sentAt = Date.now();
      // One partition keeps the order, as within one export of a tenant.
      await producer.sendBatch([{ body }], { partitionKey: 'export' });
      onSent({ body, sentAt });
      if (pauseMs > 0) await pause(pauseMs);
    }
  } finally {
    await producer.close();
  }
}
