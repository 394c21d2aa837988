import { app } from '@azure/functions';
import { getApp } from '../shared/app.ts';

app.timer('refreshDirectory', {
  // Hourly: what happens in between, the log stream tells.
  schedule: '0 7 * * * *',
  async handler(_timer, context) {
    const glasswatch = await getApp();
    for (const { requests, failure } of await glasswatch.refreshDirectory()) {
      context.info(failure ? `directory not read: ${failure}` : `directory: ${requests} requests`);
    }
  },
});
