import type { StorageSettings } from '../../shared/azure/storage.ts';
import type { DoctorDeps } from './check.ts';

/** Of a storage account; undefined where the settings do not say it. */
export function accountNameIn(settings: StorageSettings): string | undefined {
  if ('account' in settings) return settings.account;
  if ('endpoints' in settings) return undefined;
  return /(?:^|;)AccountName=([a-z0-9]+)/i.exec(settings.connectionString)?.[1];
}

/** What `az storage` must be told to speak to that account. */
export function accessBy(
  settings: StorageSettings,
  { settingsFile }: Pick<DoctorDeps, 'settingsFile'>,
): string {
  if (!('connectionString' in settings)) {
    return `--auth-mode login --account-name ${accountNameIn(settings) ?? '<account>'}`;
  }
  // The key itself is not shown.
  return settingsFile === undefined
    ? '--connection-string "$GLASSWATCH_STORAGE"'
    : `--connection-string "$(node -p "JSON.parse(fs.readFileSync('${settingsFile}')).Values.GLASSWATCH_STORAGE")"`;
}

/** The same of the account of the state. */
export const accessTo = (deps: Pick<DoctorDeps, 'storage' | 'settingsFile'>): string =>
  accessBy(deps.storage?.settings ?? { connectionString: '' }, deps);
