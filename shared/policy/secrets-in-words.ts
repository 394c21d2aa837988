import { listOf } from './problem.ts';

type Settings = Readonly<Record<string, unknown>>;
type Environment = Readonly<Record<string, string | undefined>>;

/** The environment variables that hold what the settings must not. */
export const secretNames = (settings: Settings): string[] =>
  Object.values(settings).flatMap((value) => {
    const name = (value as { env?: unknown } | null | undefined)?.env;
    return typeof name === 'string' ? [name] : [];
  });

/**
 * The environment variables that settings need, in words: whether each is set, never what it holds.
 *
 * @param env - left out: nothing is said of that.
 */
export function secretsInWords(settings: Settings, env: Environment | undefined): string {
  const names = secretNames(settings);
  if (names.length === 0) return 'needs no app setting';
  const state = (name: string) => (env ? (env[name] ? ' (set)' : ' (NOT SET)') : '');
  return `needs ${listOf(names.map((name) => `${name}${state(name)}`))}`;
}
