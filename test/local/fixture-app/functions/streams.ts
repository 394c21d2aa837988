import { app, type InvocationContext } from '@azure/functions';
import { isHeld, note, untilReleased } from '../notes.ts';

// Not in the library's types.
const bytes = { dataType: 'binary' };

/** Notes each batch; a body can make it fail, or hold it back until the test releases it. */
app.eventHub('stream', {
  ...bytes,
  connection: 'Logs',
  eventHubName: '%Logs__hub%',
  cardinality: 'many',
  retry: { strategy: 'fixedDelay', maxRetryCount: 2, delayInterval: { milliseconds: 0 } },
  async handler(bodies: unknown, context: InvocationContext) {
    const { retryContext, triggerMetadata } = context;
    const hex = (bodies as Buffer[]).map((body) => body.toString('hex'));
    await note({ fn: 'stream', at: Date.now(), bodies: hex, retryContext, triggerMetadata });
    if (hex.includes(Buffer.from('hold').toString('hex'))) await untilReleased();
    const marker = (bodies as Buffer[]).find((body) => body.toString().startsWith('fail'));
    const failures = marker?.toString() === 'fail always' ? Number.POSITIVE_INFINITY : 1;
    if (marker && (retryContext?.retryCount ?? 0) < failures) throw new Error('not yet');
  },
});

app.eventHub('parsed', {
  connection: 'Logs',
  eventHubName: 'json',
  cardinality: 'many',
  async handler(values: unknown) {
    await note({ fn: 'parsed', values });
  },
});

app.eventHub('patient', {
  ...bytes,
  connection: 'Logs',
  eventHubName: 'json',
  consumerGroup: 'patient',
  cardinality: 'many',
  retry: { strategy: 'fixedDelay', maxRetryCount: -1, delayInterval: { minutes: 10 } },
  async handler(bodies: unknown, { retryContext }) {
    const texts = (bodies as Buffer[]).map(String);
    await note({ fn: 'patient', texts, tries: retryContext?.retryCount });
    if (isHeld()) throw new Error('storage is down');
  },
});
