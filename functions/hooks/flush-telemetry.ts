import { app } from '@azure/functions';
import { flushApp } from '../../shared/app.ts';

// No function: what was measured in the last minute would go with the instance. The host waits five seconds.
app.hook.appTerminate(flushApp);
