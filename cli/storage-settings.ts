import { existsSync } from 'node:fs';
import type { StorageSettings } from '../shared/azure/storage.ts';
import { readConfig } from '../shared/config.ts';
import { WatchError } from '../shared/errors.ts';
import { ownForms } from '../shared/settings/own-settings.ts';
import { ProblemError, UsageError } from './command.ts';
import { readText } from './policy-file.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** For the help of commands that read or write the stored state. */
export const storageHelp = `The storage account is that of the service: GLASSWATCH_STORAGE (a connection string) or
GLASSWATCH_STORAGE__accountName (then you are whoever signed in here by \`az login\`), from the
environment, or from the file named by --settings FILE: a local.settings.json of the functions, or
what \`az functionapp config appsettings list\` prints. With neither, it is that of \`npm start\`, if
that has run here.`;

/** What `npm start` leaves for the command line. */
const ownStack = '.glasswatch/local.settings.json';

/** The settings to read: those that are named, or those of the embedded stack where nothing else is. */
export const settingsFileOr = (named: string | undefined, env: Environment): string | undefined =>
  named ??
  (!env.GLASSWATCH_STORAGE && !env.GLASSWATCH_STORAGE__accountName && existsSync(ownStack)
    ? ownStack
    : undefined);

/**
 * The storage account of the service, as whoever calls.
 *
 * @param named - a `local.settings.json` of the functions; without it the environment tells, or `npm start`.
 * @throws {UsageError} if nothing names an account. @throws {ProblemError} if the file is none.
 */
export async function storageSettings(
  named: string | undefined,
  env: Environment,
): Promise<StorageSettings> {
  const settingsFile = settingsFileOr(named, env);
  const values = settingsFile === undefined ? env : await valuesOf(settingsFile);
  const given = aboutStorage(values);
  try {
    const { storage } = readConfig(given);
    return 'accountName' in storage
      ? {
          account: storage.accountName,
          evidenceAccount: storage.evidenceAccountName,
          clientId: storage.clientId,
        }
      : storage;
  } catch (error) {
    if (!(error instanceof WatchError)) throw error;
    if (settingsFile !== undefined) throw new ProblemError([`${settingsFile}: ${error.message}`]);
    const isNamed = given.GLASSWATCH_STORAGE || given.GLASSWATCH_STORAGE__accountName;
    throw new UsageError(
      isNamed
        ? `the storage account can’t be told: ${error.message}`
        : `no storage account: set GLASSWATCH_STORAGE or GLASSWATCH_STORAGE__accountName, or name a file with --settings (${error.message})`,
    );
  }
}

/** What else the app reads is nothing to a command, so it is no reason to refuse it. */
const aboutStorage = (values: Environment): Environment =>
  Object.fromEntries(
    Object.entries(values).filter(
      ([name]) => !Object.hasOwn(ownForms, name) || /^GLASSWATCH_(?:STORAGE|EVIDENCE)/.test(name),
    ),
  );

/**
 * All settings of the service, as its process sees them: those of the environment, and over them those of
 * the file, if there is one.
 *
 * @throws {ProblemError} if the file is none.
 */
export async function serviceSettings(
  named: string | undefined,
  env: Environment,
): Promise<Environment> {
  const settingsFile = settingsFileOr(named, env);
  return settingsFile === undefined ? env : { ...env, ...(await valuesOf(settingsFile)) };
}

/** The policy of the service, where its settings name one. */
export async function policyFileIn(
  named: string | undefined,
  env: Environment,
): Promise<string | undefined> {
  const settingsFile = settingsFileOr(named, env);
  return settingsFile === undefined ? undefined : (await valuesOf(settingsFile)).GLASSWATCH_POLICY;
}

/** @throws {ProblemError} if the file can't be read. */
export const isListOfAzure = async (file: string): Promise<boolean> =>
  Array.isArray(await jsonIn(file));

async function valuesOf(file: string): Promise<Environment> {
  const read = await jsonIn(file);
  return Array.isArray(read) ? listed(read, file) : mapped(read, file);
}

async function jsonIn(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readText(file));
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    throw new ProblemError([`${file}: is no JSON; ${allowed}`]);
  }
}

const allowed =
  'allowed: a local.settings.json of the functions, or what `az functionapp config appsettings list` prints';

function mapped(read: unknown, file: string): Environment {
  const { Values: values, IsEncrypted: isEncrypted } = (read ?? {}) as Record<string, unknown>;
  if (isEncrypted === true) {
    throw new ProblemError([`${file}: is encrypted; \`func settings decrypt\` makes it readable`]);
  }
  if (typeof values !== 'object' || values === null) {
    throw new ProblemError([`${file}: has no Values; ${allowed}`]);
  }
  return textsAmong(Object.entries(values));
}

/** As Azure lists them: `{ "name": …, "value": … }` each. */
function listed(read: readonly unknown[], file: string): Environment {
  const entries = read.map((one): [unknown, unknown] => {
    const { name, value } = (one ?? {}) as Record<string, unknown>;
    return [name, value];
  });
  if (entries.some(([name]) => typeof name !== 'string')) {
    throw new ProblemError([`${file}: is no list of settings; ${allowed}`]);
  }
  return textsAmong(entries);
}

const textsAmong = (entries: readonly (readonly [unknown, unknown])[]): Environment =>
  Object.fromEntries(
    entries.filter(
      (entry): entry is [string, string] =>
        typeof entry[0] === 'string' && typeof entry[1] === 'string',
    ),
  );

/** Runs what speaks to the storage account; what it answers is a problem of the caller, and no crash. */
export async function withStorage<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof WatchError) throw new ProblemError([error.message]);
    throw error;
  }
}
