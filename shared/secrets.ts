import { WatchError } from './errors.ts';
import { vaultReference } from './settings/found.ts';

/** The settings with every `{ env: NAME }` replaced by what that environment variable holds. */
export type Resolved<T> = {
  [K in keyof T]:
    | Exclude<T[K], { env: string }>
    | (Extract<T[K], { env: string }> extends never ? never : string);
};

/**
 * @param what - whose settings they are, for the error: `channel soc-teams`.
 * @throws {WatchError} DELIVERY_MISCONFIGURED that names the missing variable.
 */
export function resolveSecrets<T extends object>(
  what: string,
  settings: T,
  env: Readonly<Record<string, string | undefined>>,
): Resolved<T> {
  const resolved = Object.entries(settings).map(([key, value]) => {
    const name = (value as { env?: unknown } | null)?.env;
    if (typeof name !== 'string') return [key, value];
    return [key, secretIn(env[name], `${what}: the setting ${name}`)];
  });
  return Object.fromEntries(resolved) as Resolved<T>;
}

function secretIn(value: string | undefined, what: string): string {
  if (!value) throw new WatchError('DELIVERY_MISCONFIGURED', `${what} is empty`);
  // The platform hands on the reference itself; a receiver would get it as a key, and say only 401.
  if (!vaultReference.test(value)) return value;
  throw new WatchError(
    'DELIVERY_MISCONFIGURED',
    `${what} is a reference to a Key Vault that was not resolved`,
  );
}
