import { type Config, readConfig } from '../../shared/config.ts';
import { WatchError } from '../../shared/errors.ts';
import { ProblemError, UsageError } from '../command.ts';
import { readPolicy } from '../policy-file.ts';
import {
  isListOfAzure,
  serviceSettings,
  settingsFileOr,
  storageSettings,
} from '../storage-settings.ts';
import type { DoctorDeps, Environment } from './check.ts';

export type DoctorOptions = {
  settings: string | undefined;
  policy: string | undefined;
  isLive: boolean;
};

/** One that does not answer is told of, not waited for. */
const patience = { tries: 1, timeoutMs: 8_000 };

/**
 * What there is to look at. Only a settings file that is none is an error: all else is for the checks to tell.
 *
 * @throws {ProblemError}
 */
export async function openDoctor({ settings, policy, isLive }: DoctorOptions): Promise<DoctorDeps> {
  const env = await serviceSettings(settings, process.env);
  const settingsFile = settingsFileOr(settings, process.env);
  const policyFile = policy ?? (env.GLASSWATCH_POLICY || 'policy.yaml');
  return {
    ...{ policyFile, env, isLive },
    policy: await policyIn(policyFile),
    settingsFile,
    isListed: settingsFile !== undefined && (await isListOfAzure(settingsFile)),
    config: configIn(env),
    storage: await storageIn(settings),
    now: Date.now,
  };
}

async function policyIn(file: string): Promise<DoctorDeps['policy']> {
  try {
    return await readPolicy(file);
  } catch (error) {
    if (error instanceof ProblemError) return { problems: error.problems };
    throw error;
  }
}

function configIn(env: Environment): Config | undefined {
  try {
    return readConfig(env);
  } catch (error) {
    if (error instanceof WatchError) return undefined;
    throw error;
  }
}

async function storageIn(named: string | undefined): Promise<DoctorDeps['storage']> {
  try {
    const settings = await storageSettings(named, process.env);
    // Only here: help and usage need none of Azure's libraries.
    const { openStorage } = await import('../../shared/azure/storage.ts');
    return { clients: openStorage(settings, patience), settings };
  } catch (error) {
    if (error instanceof UsageError || error instanceof ProblemError) return undefined;
    // The library's own words may repeat the connection string.
    return undefined;
  }
}
