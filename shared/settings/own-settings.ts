import * as z from 'zod';
import { accountName, clientId, oneOf, standIn, storageConnection, text } from './forms.ts';

/**
 * What the app reads by itself. `reference.ts` tells what each is for; from both of them come
 * docs/settings.md and local.settings.example.json.
 */
export const ownForms = {
  GLASSWATCH_POLICY: text(
    /^[^\p{C}]{1,500}$/u,
    'the path of a policy file, from the root of the app',
  ).default('policy.yaml'),
  GLASSWATCH_STORAGE: storageConnection.optional(),
  GLASSWATCH_STORAGE__accountName: accountName(
    'the name of the storage account that holds the state',
  ).optional(),
  GLASSWATCH_EVIDENCE__accountName: accountName(
    'the name of the storage account that holds the evidence',
  ).optional(),
  GLASSWATCH_STORAGE__clientId: clientId.optional(),
  GLASSWATCH_ALLOW_LOOPBACK: oneOf(['true', 'false']).default('false'),
  GLASSWATCH_DIRECTORY: oneOf(['graph', 'file']).default('graph'),
  GLASSWATCH_GRAPH_ORIGIN: standIn.optional(),
  GLASSWATCH_GRAPH_TOKEN: text(/^\S+$/, 'a token, without blanks').optional(),
  GLASSWATCH_PAGERDUTY_ORIGIN: standIn.optional(),
  // Set by the platform, the first where App Service authentication stands in front of the app, the
  // second wherever the app runs in Azure.
  WEBSITE_AUTH_ENABLED: z.string().optional(),
  WEBSITE_SITE_NAME: z.string().optional(),
} as const;

export const ownSettings = z.object(ownForms);
export type OwnSettings = z.output<typeof ownSettings>;
export type OwnName = keyof typeof ownForms;

/** Those that an operator sets; the platform sets its own. */
export const settingNames: readonly string[] = Object.keys(ownForms).filter(
  (name) => !name.startsWith('WEBSITE_'),
);

const secretNames: readonly string[] = ['GLASSWATCH_STORAGE', 'GLASSWATCH_GRAPH_TOKEN'];

export const isSecretSetting = (name: string): boolean => secretNames.includes(name);
