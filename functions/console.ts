import { app } from '@azure/functions';
import { getApp } from '../shared/app.ts';
import { bridge } from '../shared/console/bridge.ts';

app.http('console', {
  route: '{*path}',
  methods: ['GET', 'HEAD', 'POST'],
  // Who calls is for App Service authentication to say, in front of the app, and what they may is for
  // the console: see docs/console.md. Personal links work without either.
  authLevel: 'anonymous',
  async handler(request) {
    const glasswatch = await getApp();
    return bridge(request, (standard) => glasswatch.console(standard));
  },
});
