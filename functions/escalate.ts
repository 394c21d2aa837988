import { app } from '@azure/functions';
import { getApp } from '../shared/app.ts';

app.timer('escalate', {
  schedule: '*/20 * * * * *',
  async handler(_timer, context) {
    const glasswatch = await getApp();
    const told = await glasswatch.escalate();
    if (told > 0) context.info(`${told} incidents, drills and messages whose time had come`);
  },
});
