import { app } from '@azure/functions';
import { getApp } from '../shared/app.ts';

app.storageQueue('notify', {
  connection: 'GLASSWATCH_STORAGE',
  queueName: 'notify',
  async handler(message) {
    const glasswatch = await getApp();
    await glasswatch.notify(message);
  },
});
