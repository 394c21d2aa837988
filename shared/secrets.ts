import { WatchError } from './errors.ts';

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
    const secret = env[name];
    if (secret) return [key, secret];
    throw new WatchError('DELIVERY_MISCONFIGURED', `${what}: the setting ${name} is empty`);
  });
  return Object.fromEntries(resolved) as Resolved<T>;
}
