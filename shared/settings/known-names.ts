import { closest } from '../policy/suggestion.ts';
import type { Environment } from './fault.ts';
import { settingNames } from './own-settings.ts';

const family = /^glasswatch_/i;

/** Of the connection of the queues, for the Functions host, to which case is nothing. */
const partOfConnection =
  /^GLASSWATCH_STORAGE__(?:(?:blob|queue|table)ServiceUri|credential|tenantId|managedIdentityResourceId)$/i;

/** Names of the same family that others read: `npm start`, and the environment of azd. */
export const namesOfOthers: readonly string[] = [
  'GLASSWATCH_VERBOSE',
  'GLASSWATCH_ALARM_EMAIL',
  'GLASSWATCH_APP_HOST',
  'GLASSWATCH_APP_NAME',
  'GLASSWATCH_BUDGET_START',
  'GLASSWATCH_CONSOLE_CLIENT_ID',
  'GLASSWATCH_EVIDENCE_ACCOUNT',
  'GLASSWATCH_EXPORT_RULE_ID',
  'GLASSWATCH_HUB',
  'GLASSWATCH_IDENTITY_CLIENT_ID',
  'GLASSWATCH_IDENTITY_PRINCIPAL_ID',
  'GLASSWATCH_MAIL_DATA_LOCATION',
  'GLASSWATCH_MAIL_SENDER',
  'GLASSWATCH_SENTINEL_ENDPOINT',
  'GLASSWATCH_SENTINEL_RULE_ID',
  'GLASSWATCH_SENTINEL_STREAM',
  'GLASSWATCH_SENTINEL_WORKSPACE_ID',
  'GLASSWATCH_SIEM_CONSUMER_GROUP',
  'GLASSWATCH_SIEM_HOST',
  'GLASSWATCH_SIEM_HUB',
  'GLASSWATCH_STATE_ACCOUNT',
  'GLASSWATCH_VAULT_NAME',
  'GLASSWATCH_VAULT_SETTINGS',
];

const isKnown = (name: string) =>
  settingNames.includes(name) || namesOfOthers.includes(name) || partOfConnection.test(name);

/** The settings named like ours that nobody reads. @param named - by the policy, which reads them. */
export const strangers = (env: Environment, named: ReadonlySet<string>): string[] =>
  Object.keys(env).filter(
    (name) => family.test(name) && env[name] && !isKnown(name) && !named.has(name),
  );

/** What all of them begin with would make any two of them alike. */
const tail = (name: string) => name.replace(/^[a-z]+_/i, '');

/** @returns the one of `candidates` whose name is a slip of the pen away, or in other case. */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  const sameButCase = candidates.find((one) => one.toLowerCase() === name.toLowerCase());
  if (sameButCase !== undefined) return sameButCase;
  const found = closest(tail(name), candidates.map(tail));
  return candidates.find((one) => tail(one) === found);
}
