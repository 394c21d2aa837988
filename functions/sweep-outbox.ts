import { app } from '@azure/functions';
import { getApp } from '../shared/app.ts';

app.timer('sweepOutbox', {
  schedule: '*/15 * * * * *',
  async handler(_timer, context) {
    const glasswatch = await getApp();
    const swept = await glasswatch.sweepOutbox();
    if (swept > 0) context.info(`looked at ${swept} incidents with deliveries that wait`);
  },
});
