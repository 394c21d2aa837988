import type { SettingGroup } from './setting-reference.ts';

const identity =
  'Says that the connection is reached by a managed identity; needed beside a client id.';

export const hostReference: SettingGroup = {
  title: 'The Functions host',
  says: 'The host reads them for the triggers of the app, by convention; to it their names are the same in any case. Where one is missing it leaves the function `ingest` out and runs the rest, so the app looks at them too and says so in its log at the start.',
  settings: [
    {
      name: 'AzureWebJobsStorage',
      means: 'Storage of the Functions host itself: its checkpoints and locks.',
      without: 'in Azure the account that `AzureWebJobsStorage__accountName` names',
      counts: ['`func start`', '`npm start`'],
      isSecret: true,
      example: 'UseDevelopmentStorage=true',
    },
    {
      name: 'AzureWebJobsStorage__accountName',
      means: 'The same as the name of an account, reached by identity.',
      without: 'the connection string above has to be there',
      counts: ['Azure'],
    },
    {
      name: 'AzureWebJobsStorage__blobServiceUri',
      means:
        'The same as the address of its blobs, where the account has a name of its own in DNS.',
      without: 'the address follows from the name of the account',
      counts: ['Azure'],
    },
    {
      name: 'AzureWebJobsStorage__credential',
      means: identity,
      without: 'the system-assigned identity',
      counts: ['Azure'],
    },
    {
      name: 'AzureWebJobsStorage__clientId',
      means: 'Client id of the user-assigned identity that reaches the storage of the host.',
      without: 'the system-assigned identity',
      counts: ['Azure'],
    },
    {
      name: 'FUNCTIONS_WORKER_RUNTIME',
      means: 'Tells `func start` in which language the app is. Do not set it on Flex Consumption.',
      allowed: 'node',
      without: '`func start` does not start',
      counts: ['`func start`'],
      example: 'node',
    },
    {
      name: 'ENTRA_LOGS',
      means: 'The event hub that the logs of Entra come through, as a connection string.',
      without: 'in Azure the namespace that `ENTRA_LOGS__fullyQualifiedNamespace` names',
      counts: ['`func start`', '`npm start`'],
      isSecret: true,
      example: '',
    },
    {
      name: 'ENTRA_LOGS__fullyQualifiedNamespace',
      means: 'The host name of its namespace, reached by identity.',
      without: 'the connection string above has to be there',
      counts: ['Azure'],
    },
    {
      name: 'ENTRA_LOGS__credential',
      means: identity,
      without: 'the system-assigned identity',
      counts: ['Azure'],
    },
    {
      name: 'ENTRA_LOGS__clientId',
      means: 'Client id of the user-assigned identity that reads the event hub.',
      without: 'the system-assigned identity',
      counts: ['Azure'],
    },
    {
      name: 'ENTRA_LOGS_HUB',
      means: 'The event hub that the diagnostic settings of Entra write to.',
      without: 'no log is read',
      counts: ['Azure', '`func start`', '`npm start`'],
      example: 'entra-logs',
    },
    {
      name: 'ENTRA_LOGS_CONSUMER_GROUP',
      means:
        'A consumer group that nothing else reads with. `$Default` works, but whoever looks into the hub takes it too.',
      without: 'no log is read',
      counts: ['Azure', '`func start`', '`npm start`'],
      example: 'glasswatch',
    },
    {
      name: 'GLASSWATCH_STORAGE__queueServiceUri',
      means:
        'Where the triggers of the queues look, beside `GLASSWATCH_STORAGE__accountName`; the templates set both (not tried in Azure). Should the triggers not work, `sweepOutbox` sends alerts half a minute later.',
      without: 'the address follows from the name of the account',
      counts: ['Azure'],
    },
    {
      name: 'GLASSWATCH_STORAGE__credential',
      means: identity,
      without: 'the system-assigned identity',
      counts: ['Azure'],
    },
  ],
};
