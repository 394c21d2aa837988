import type * as z from 'zod';
import { accountName, clientId, hubConnection, storageConnection, text } from './forms.ts';

const identity = text(/^managedidentity$/i, 'managedidentity');
const entity = (most: number, what: string) =>
  text(
    new RegExp(`^[A-Za-z0-9](?:[\\w.-]{0,${most - 2}}[A-Za-z0-9])?$`),
    `${what}: 1 to ${most} letters, digits and . _ -`,
  );

/** What the Functions host reads for the triggers of this app; its names are in any case. */
export const hostForms: Readonly<Record<string, z.ZodType>> = {
  AzureWebJobsStorage__accountName: accountName(
    'the name of the storage account of the Functions host',
  ),
  AzureWebJobsStorage: storageConnection,
  AzureWebJobsStorage__blobServiceUri: text(
    /^https:\/\/[^\s/]+\/?$/,
    'https://<host of the blobs>',
  ),
  AzureWebJobsStorage__credential: identity,
  AzureWebJobsStorage__clientId: clientId,
  ENTRA_LOGS__fullyQualifiedNamespace: text(
    /^[a-z0-9-]+\.servicebus\.(?:windows\.net|usgovcloudapi\.net|chinacloudapi\.cn)$/i,
    '<namespace>.servicebus.windows.net',
  ),
  ENTRA_LOGS: hubConnection,
  ENTRA_LOGS__credential: identity,
  ENTRA_LOGS__clientId: clientId,
  ENTRA_LOGS_HUB: entity(256, 'the name of the event hub that Entra writes to'),
  ENTRA_LOGS_CONSUMER_GROUP: entity(50, 'a consumer group that nothing else reads with'),
  GLASSWATCH_STORAGE__queueServiceUri: text(
    /^https:\/\/[^\s/]+\/?$/,
    'https://<account>.queue.core.windows.net',
  ),
  GLASSWATCH_STORAGE__credential: identity,
};

/** One of each has to be there: without it the host leaves out the function that reads the log. */
export const hostNeeds: readonly (readonly [string, ...string[]])[] = [
  [
    'AzureWebJobsStorage__accountName',
    'AzureWebJobsStorage',
    'AzureWebJobsStorage__blobServiceUri',
  ],
  ['ENTRA_LOGS__fullyQualifiedNamespace', 'ENTRA_LOGS'],
  ['ENTRA_LOGS_HUB'],
  ['ENTRA_LOGS_CONSUMER_GROUP'],
];

/** Each can be reached by a user-assigned identity, and then has to say so. */
export const connections = ['AzureWebJobsStorage', 'ENTRA_LOGS', 'GLASSWATCH_STORAGE'] as const;

const keyed: readonly string[] = ['AzureWebJobsStorage', 'ENTRA_LOGS'];

export const isSecretHostSetting = (name: string): boolean => keyed.includes(name);
