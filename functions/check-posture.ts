import { app } from '@azure/functions';
import { getApp } from '../shared/app.ts';

app.timer('checkPosture', {
  schedule: '0 */15 * * * *',
  async handler(_timer, context) {
    const glasswatch = await getApp();
    context.info(`posture: ${await glasswatch.checkPosture()} findings are new or changed`);
  },
});
