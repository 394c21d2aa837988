import { app } from '@azure/functions';
import { getApp } from '../shared/app.ts';
import { enqueuedAt } from './triggers/enqueued-at.ts';

// Not in the library's types. Without it the host parses the events itself, and one that is no JSON
// costs its whole batch before this code sees any of it.
const bytes = { dataType: 'binary' };

app.eventHub('ingest', {
  ...bytes,
  connection: 'ENTRA_LOGS',
  eventHubName: '%ENTRA_LOGS_HUB%',
  consumerGroup: '%ENTRA_LOGS_CONSUMER_GROUP%',
  cardinality: 'many',
  // Only an outage fails a batch; bad records are dead letters. So wait, for ever if need be:
  // the host checkpoints past a batch once its retries run out.
  retry: {
    strategy: 'exponentialBackoff',
    maxRetryCount: -1,
    minimumInterval: { seconds: 2 },
    maximumInterval: { minutes: 5 },
  },
  async handler(bodies, context) {
    const glasswatch = await getApp();
    const report = await glasswatch.ingest(bodies as Buffer[], enqueuedAt(context.triggerMetadata));
    context.info('ingested', JSON.stringify(report));
  },
});
