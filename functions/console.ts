import { app } from '@azure/functions';
import { getApp } from '../shared/app.ts';

app.http('console', {
  route: '{*path}',
  methods: ['GET'],
  // Who may read is for App Service authentication to decide, in front of the app; see docs/operator.md.
  authLevel: 'anonymous',
  async handler(request) {
    const glasswatch = await getApp();
    const principal = request.headers.get('x-ms-client-principal');
    return glasswatch.console(request.params.path ?? '', principal);
  },
});
