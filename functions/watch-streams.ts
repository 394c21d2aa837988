import { app } from '@azure/functions';
import { getApp } from '../shared/app.ts';

app.timer('watchStreams', {
  schedule: '30 */5 * * * *',
  async handler(_timer, context) {
    const glasswatch = await getApp();
    context.info(`streams: ${await glasswatch.watchStreams()} findings are new or changed`);
  },
});
