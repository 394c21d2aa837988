import { resolve } from 'node:path';
import { appRoot } from './app-root.ts';
import { cleanLine } from './clean-text.ts';
import { messageOf } from './errors.ts';
import type { Policy } from './policy.ts';
import { readPolicyFile } from './policy-file.ts';
import { type Environment, type Fault, faultInWords, type Harm } from './settings/fault.ts';
import { hostFaults } from './settings/host-faults.ts';
import { nameFaults } from './settings/name-faults.ts';
import { readOwn } from './settings/own-faults.ts';
import { ownForms } from './settings/own-settings.ts';
import { namesIn } from './settings/policy-variables.ts';
import { telemetryFaults } from './settings/telemetry-faults.ts';
import { variableFaults } from './settings/variable-faults.ts';

/** Everything that is wrong with the settings, all at once; it asks nobody but the files of the app. */
export async function startFaults(env: Environment): Promise<Fault[]> {
  const { wrong, together } = readOwn(env);
  const { policy, unread } = await policyOf(env);
  return [
    ...wrong,
    ...together,
    ...nameFaults(env, policy && namesIn(policy)),
    ...unread,
    ...hostFaults(env),
    ...telemetryFaults(env),
    ...(policy ? variableFaults(policy, env) : []),
  ];
}

async function policyOf(env: Environment): Promise<{ policy?: Policy; unread: Fault[] }> {
  const name = 'GLASSWATCH_POLICY';
  const named = ownForms[name].safeParse(env[name] || undefined).data;
  // It is named as wrong already.
  if (named === undefined) return { unread: [] };
  try {
    return { policy: (await readPolicyFile(resolve(appRoot, named), named)).policy, unread: [] };
  } catch (error) {
    const says = cleanLine(messageOf(error, longestProblem), longestProblem);
    return { unread: [{ name, says, harm: 'stops' }] };
  }
}

/** A line of a log, with the first mistakes of a policy; `npx glasswatch check` shows them all. */
const longestProblem = 1_000;

const harms: Readonly<Record<Harm, string>> = {
  stops: '; nothing runs until this is mended',
  blinds: '; no log is read until this is mended',
  hurts: '',
  none: '',
};

/**
 * Each fault as a line for stderr. To the Functions host such a line is an error, unless "warn" stands
 * anywhere in it.
 */
export const faultLines = (faults: readonly Fault[]): string[] =>
  faults.map((fault) => {
    const level = fault.harm === 'none' ? 'warning' : 'error';
    return `${level}: setting ${faultInWords(fault)}${harms[fault.harm]}`;
  });

/** The settings for which the app as a whole is not well; a channel that is not has its own alarm. */
export const illFrom = (faults: readonly Fault[]): string[] => [
  ...new Set(
    faults.filter(({ harm }) => harm === 'stops' || harm === 'blinds').map(({ name }) => name),
  ),
];
