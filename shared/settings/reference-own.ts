import type { SettingGroup } from './setting-reference.ts';

const everywhere = ['Azure', '`func start`', '`npm start`'] as const;

export const ownReference: readonly SettingGroup[] = [
  {
    title: 'The app',
    says: 'Read by the app. One that is wrong stops it: every call fails with `CONFIG_INVALID`, and the log has all of them at the start.',
    settings: [
      {
        name: 'GLASSWATCH_POLICY',
        means: 'The policy file, from the root of the app.',
        without: '`policy.yaml`',
        counts: everywhere,
        example: 'policy.yaml',
      },
      {
        name: 'GLASSWATCH_STORAGE',
        means:
          'Storage of findings, incidents, outbox, watchlist and dead letters, as a connection string.',
        without: 'in Azure the account that `GLASSWATCH_STORAGE__accountName` names',
        counts: ['`func start`', '`npm start`', 'the command line'],
        isSecret: true,
        example: 'UseDevelopmentStorage=true',
      },
      {
        name: 'GLASSWATCH_STORAGE__accountName',
        means: 'The same as the name of a storage account, reached by managed identity.',
        without: 'the connection string above has to be there',
        counts: ['Azure', 'the command line'],
        example: '',
      },
      {
        name: 'GLASSWATCH_EVIDENCE__accountName',
        means:
          'The storage account of evidence and of the heads of the ledger, for the same identity. It counts only beside the one above.',
        without: 'the same account',
        counts: ['Azure', 'the command line'],
        example: '',
      },
      {
        name: 'GLASSWATCH_STORAGE__clientId',
        means:
          'Client id of the user-assigned identity that the app is: for storage, Microsoft Graph and what it sends to in Azure.',
        without: 'the system-assigned identity',
        counts: ['Azure'],
        example: '',
      },
      {
        name: 'GLASSWATCH_DIRECTORY',
        means:
          'Where the directory is known from: `graph` reads it from Microsoft Graph, with the identity of the app; `file` takes the snapshot that others put into storage.',
        without: '`graph`',
        counts: everywhere,
        example: 'graph',
      },
    ],
  },
  {
    title: 'The embedded stack',
    says: 'Read by the app, and refused in Azure: with these, alerts and questions go to this very machine.',
    settings: [
      {
        name: 'GLASSWATCH_ALLOW_LOOPBACK',
        means:
          '`true` lets alerts go to this very machine, and incidents be read without signing in.',
        without: '`false`',
        counts: ['`npm start`'],
        example: 'false',
      },
      {
        name: 'GLASSWATCH_GRAPH_ORIGIN',
        means: 'A stand-in for Microsoft Graph on this machine.',
        without: 'Microsoft Graph',
        counts: ['`npm start`'],
        example: '',
      },
      {
        name: 'GLASSWATCH_GRAPH_TOKEN',
        means: 'The token that this stand-in takes.',
        without: 'needed beside `GLASSWATCH_GRAPH_ORIGIN`',
        counts: ['`npm start`'],
        isSecret: true,
        example: '',
      },
      {
        name: 'GLASSWATCH_PAGERDUTY_ORIGIN',
        means: 'A stand-in for PagerDuty on this machine.',
        without: 'PagerDuty',
        counts: ['`npm start`'],
        example: '',
      },
    ],
  },
];
