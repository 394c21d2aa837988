import * as z from 'zod';
import { WatchError } from './errors.ts';

const loopbackOrigin = /^http:\/\/127\.0\.0\.1:\d{1,5}$/;
const loopbackRule = 'is no http://127.0.0.1:<port>; nothing else is allowed';

const accountName = z
  .string()
  .regex(/^[a-z0-9]{3,24}$/, 'is no name of a storage account; allowed: 3 to 24 of a-z and 0-9');

/**
 * The app settings, read once. This file alone reads `process.env`, except for the secrets that the
 * policy names. `local.settings.example.json` lists every setting with its meaning; a test compares the two.
 */
const settingsSchema = z.object({
  /** The policy file, from the app's root. */
  GLASSWATCH_POLICY: z.string().min(1).default('policy.yaml'),
  /** Where state lies: a connection string (local only), or an account reached by managed identity. */
  GLASSWATCH_STORAGE: z.string().min(1).optional(),
  GLASSWATCH_STORAGE__accountName: accountName.optional(),
  /** Where evidence and the heads of the ledger lie, if that is another account; the same identity. */
  GLASSWATCH_EVIDENCE__accountName: accountName.optional(),
  /** Which user-assigned identity to use; without it the system-assigned one. */
  GLASSWATCH_STORAGE__clientId: z.string().min(1).optional(),
  /** `true` lets alerts go to this very machine: for the embedded stack alone. */
  GLASSWATCH_ALLOW_LOOPBACK: z.enum(['true', 'false']).default('false'),
  /** Where the directory is known from: read from Microsoft Graph, or a snapshot that others put into storage. */
  GLASSWATCH_DIRECTORY: z.enum(['graph', 'file']).default('graph'),
  /** A stand-in for Microsoft Graph and the token it takes: for the embedded stack alone. */
  GLASSWATCH_GRAPH_ORIGIN: z.string().regex(loopbackOrigin, loopbackRule).optional(),
  GLASSWATCH_GRAPH_TOKEN: z.string().min(1).optional(),
  /** A stand-in for PagerDuty: for the embedded stack alone. */
  GLASSWATCH_PAGERDUTY_ORIGIN: z.string().regex(loopbackOrigin, loopbackRule).optional(),
  /** Set by the platform when App Service authentication stands in front of the app. */
  WEBSITE_AUTH_ENABLED: z.string().optional(),
  /** Set by the platform wherever the app runs in Azure. */
  WEBSITE_SITE_NAME: z.string().optional(),
});

export type Config = {
  policyFile: string;
  storage:
    | { connectionString: string }
    | { accountName: string; evidenceAccountName: string; clientId: string | undefined };
  allowLoopback: boolean;
  /** Where alerts for PagerDuty go instead, on this machine. */
  pagerDutyStandIn: string | undefined;
  /** `stand-in`: of Graph, on this machine. */
  directory:
    | { from: 'file' }
    | { from: 'graph'; clientId: string | undefined; isManaged: boolean }
    | { from: 'stand-in'; origin: string; token: string };
  /** Whether the platform checks who calls; without it, its headers could be anybody's. */
  hasPlatformSignIn: boolean;
};

/** Those that an operator sets; the platform sets its own. */
export const settingNames = Object.keys(settingsSchema.shape).filter(
  (name) => !name.startsWith('WEBSITE_'),
);

/** @throws {WatchError} CONFIG_INVALID that names each setting that is wrong, never its value. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  // An empty setting is one that is not set.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const result = settingsSchema.safeParse(given);
  if (!result.success) {
    const problems = result.error.issues.map(
      ({ path, message }) => `${path.join('.')}: ${message}`,
    );
    throw new WatchError('CONFIG_INVALID', problems.join('; '));
  }
  const settings = result.data;
  if (settings.GLASSWATCH_ALLOW_LOOPBACK === 'true' && settings.WEBSITE_SITE_NAME) {
    throw new WatchError(
      'CONFIG_INVALID',
      'GLASSWATCH_ALLOW_LOOPBACK: is for the embedded stack alone; allowed in Azure: false',
    );
  }
  for (const name of ['GLASSWATCH_GRAPH_ORIGIN', 'GLASSWATCH_PAGERDUTY_ORIGIN'] as const) {
    if (!settings[name] || settings.GLASSWATCH_ALLOW_LOOPBACK === 'true') continue;
    throw new WatchError(
      'CONFIG_INVALID',
      `${name}: is for the embedded stack alone, with GLASSWATCH_ALLOW_LOOPBACK; leave it out`,
    );
  }
  return {
    policyFile: settings.GLASSWATCH_POLICY,
    storage: storageOf(settings),
    allowLoopback: settings.GLASSWATCH_ALLOW_LOOPBACK === 'true',
    pagerDutyStandIn: settings.GLASSWATCH_PAGERDUTY_ORIGIN,
    directory: directoryOf(settings),
    hasPlatformSignIn: settings.WEBSITE_AUTH_ENABLED?.toLowerCase() === 'true',
  };
}

function directoryOf(settings: z.output<typeof settingsSchema>): Config['directory'] {
  if (settings.GLASSWATCH_DIRECTORY === 'file') return { from: 'file' };
  const origin = settings.GLASSWATCH_GRAPH_ORIGIN;
  if (origin) return { from: 'stand-in', origin, token: settings.GLASSWATCH_GRAPH_TOKEN ?? '' };
  return {
    from: 'graph',
    clientId: settings.GLASSWATCH_STORAGE__clientId,
    isManaged: settings.GLASSWATCH_STORAGE__accountName !== undefined,
  };
}

function storageOf(settings: z.output<typeof settingsSchema>): Config['storage'] {
  const accountName = settings.GLASSWATCH_STORAGE__accountName;
  if (accountName) {
    const evidenceAccountName = settings.GLASSWATCH_EVIDENCE__accountName ?? accountName;
    return { accountName, evidenceAccountName, clientId: settings.GLASSWATCH_STORAGE__clientId };
  }
  if (settings.GLASSWATCH_STORAGE) return { connectionString: settings.GLASSWATCH_STORAGE };
  throw new WatchError(
    'CONFIG_INVALID',
    'GLASSWATCH_STORAGE__accountName: missing; allowed: the name of the storage account that holds the state',
  );
}
