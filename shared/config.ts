import { WatchError } from './errors.ts';
import { type Environment, type Fault, faultInWords } from './settings/fault.ts';
import { nameFaults } from './settings/name-faults.ts';
import { readOwn } from './settings/own-faults.ts';
import type { OwnSettings } from './settings/own-settings.ts';

export { settingNames } from './settings/own-settings.ts';

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

/**
 * The settings of the app, from its environment.
 *
 * @throws {WatchError} CONFIG_INVALID that names each that is wrong, and what is allowed.
 */
export function readConfig(env: Environment): Config {
  const { settings, wrong, together } = readOwn(env);
  if (!settings) throw invalid([...wrong, ...together]);
  return {
    policyFile: settings.GLASSWATCH_POLICY,
    storage: storageOf(settings),
    allowLoopback: settings.GLASSWATCH_ALLOW_LOOPBACK === 'true',
    pagerDutyStandIn: settings.GLASSWATCH_PAGERDUTY_ORIGIN,
    directory: directoryOf(settings),
    hasPlatformSignIn: settings.WEBSITE_AUTH_ENABLED?.toLowerCase() === 'true',
  };
}

/**
 * That no setting stands there under a wrong name, so that another is not in force. It takes the policy:
 * what looks like a slip may be a variable that it names.
 *
 * @throws {WatchError} CONFIG_INVALID
 */
export function refuseMisspelt(env: Environment, named: ReadonlySet<string>): void {
  const faults = nameFaults(env, named);
  if (faults.some(stops)) throw invalid(faults);
}

const stops = ({ harm }: Fault) => harm === 'stops';

const invalid = (faults: readonly Fault[]) =>
  new WatchError('CONFIG_INVALID', faults.filter(stops).map(faultInWords).join('; '));

function directoryOf(settings: OwnSettings): Config['directory'] {
  if (settings.GLASSWATCH_DIRECTORY === 'file') return { from: 'file' };
  const origin = settings.GLASSWATCH_GRAPH_ORIGIN;
  if (origin) return { from: 'stand-in', origin, token: settings.GLASSWATCH_GRAPH_TOKEN ?? '' };
  return {
    from: 'graph',
    clientId: settings.GLASSWATCH_STORAGE__clientId,
    isManaged: settings.GLASSWATCH_STORAGE__accountName !== undefined,
  };
}

function storageOf(settings: OwnSettings): Config['storage'] {
  const accountName = settings.GLASSWATCH_STORAGE__accountName;
  if (accountName === undefined) return { connectionString: settings.GLASSWATCH_STORAGE ?? '' };
  const evidenceAccountName = settings.GLASSWATCH_EVIDENCE__accountName ?? accountName;
  return { accountName, evidenceAccountName, clientId: settings.GLASSWATCH_STORAGE__clientId };
}
