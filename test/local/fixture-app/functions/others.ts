import { app, type HttpRequest, type HttpResponseInit, type Timer } from '@azure/functions';
import { note } from '../notes.ts';

app.storageQueue('work', {
  connection: 'AzureWebJobsStorage',
  queueName: 'work',
  async handler(message: unknown, { triggerMetadata }) {
    await note({ fn: 'work', message, dequeueCount: triggerMetadata?.dequeueCount });
    if (message === 'poison') throw new Error('never works');
    if (message === 'die') process.kill(process.pid, 'SIGKILL');
  },
});

app.timer('yearly', {
  schedule: '0 0 0 1 1 *',
  async handler(timer: Timer) {
    await note({ fn: 'yearly', isPastDue: timer.isPastDue });
  },
});

app.timer('broken', {
  schedule: '0 0 0 1 1 *',
  handler() {
    throw new Error('out of order');
  },
});

app.http('echo', {
  route: 'echo/{id}/{*path}',
  methods: ['GET', 'POST'],
  async handler(request: HttpRequest) {
    return {
      status: 201,
      headers: { 'x-path': request.params.path ?? '' },
      cookies: [{ name: 'seen', value: 'yes', httpOnly: true, sameSite: 'Lax' }],
      jsonBody: { ...request.params, q: request.query.get('q'), body: await request.text() },
    };
  },
});

app.http('broken-page', {
  handler() {
    throw new Error('secret detail');
  },
});

// The types ask for an answer; the platform makes do without.
app.http('nothing', { handler: () => undefined as unknown as HttpResponseInit });

app.http('escape', {
  async handler() {
    // A floating promise, which ends the process as on the platform.
    void Promise.reject(new Error('floating'));
    return { status: 200 };
  },
});
