import type { Policy } from '../policy.ts';
import type { Environment, Fault } from './fault.ts';
import { foundIn, vaultReference } from './found.ts';
import { type PolicyVariable, variablesIn } from './policy-variables.ts';
import { notAllowed } from './variable-forms.ts';

/**
 * What is wrong with the variables that the policy names. It never stops the app: what one of them breaks
 * is one channel or one sink, and the others are told.
 */
export const variableFaults = (
  policy: Pick<Policy, 'channels' | 'sinks'>,
  env: Environment,
): Fault[] =>
  variablesIn(policy).flatMap((variable) => {
    const says = variableProblem(variable, env);
    const { name, uses } = variable;
    const users = [...new Set(uses.map(({ what }) => what))].join(', ');
    return says === undefined ? [] : [{ name, says: `${says} (${users})`, harm: 'hurts' }];
  });

/** @returns what was found, in kind, and what is allowed; undefined: it may be right. */
export function variableProblem(
  { name, uses }: PolicyVariable,
  env: Environment,
): string | undefined {
  const value = env[name];
  if (!value) return 'missing; the policy names it';
  if (vaultReference.test(value)) return unresolved;
  for (const { key } of uses) {
    const allowed = notAllowed(key, value);
    if (allowed !== undefined) return `found ${foundIn(value, true)}; allowed: ${allowed}`;
  }
  return undefined;
}

const unresolved =
  'found a reference to a Key Vault that was not resolved; there has to be such a secret, and the identity of the app needs Key Vault Secrets User';
