import { app } from '@azure/functions';
import { getApp } from '../shared/app.ts';
import { bridge } from '../shared/console/bridge.ts';
import { unwell } from '../shared/console/unwell.ts';
import { settingFaults } from './hooks/setting-faults.ts';

app.http('console', {
  route: '{*path}',
  methods: ['GET', 'HEAD', 'POST'],
  // Who calls is for App Service authentication to say, in front of the app, and what they may is for
  // the console: see docs/console.md. Personal links work without either.
  authLevel: 'anonymous',
  async handler(request) {
    return bridge(request, async (standard) => {
      const ill = await unwell(standard, settingFaults);
      return ill ?? (await getApp()).console(standard);
    });
  },
});
