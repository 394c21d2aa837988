import { app } from '@azure/functions';
import { getApp } from '../shared/app.ts';

app.timer('refreshDirectory', {
  // It is read once an hour; a reading that failed, or somebody new, does not wait for that.
  schedule: '0 */10 * * * *',
  async handler(_timer, context) {
    const glasswatch = await getApp();
    for (const { requests, failure } of await glasswatch.refreshDirectory()) {
      context.info(failure ? `directory not read: ${failure}` : `directory: ${requests} requests`);
    }
  },
});
