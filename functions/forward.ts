import { app } from '@azure/functions';
import { getApp } from '../shared/app.ts';

app.storageQueue('forward', {
  connection: 'GLASSWATCH_STORAGE',
  queueName: 'forward',
  async handler(message, context) {
    const glasswatch = await getApp();
    const report = await glasswatch.forward(message);
    if (report) context.info('forwarded', JSON.stringify(report));
  },
});
