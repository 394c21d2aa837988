import { app } from '@azure/functions';

// The least that there is to load: what an app costs beside it is its own doing.
app.http('ok', { authLevel: 'anonymous', handler: () => ({ body: 'ok' }) });
