import { WatchError } from './errors.ts';

// biome-ignore lint/suspicious/noExplicitAny: whatever a verb takes is handed on.
type Verbs = Readonly<Record<string, (...args: any[]) => Promise<unknown>>>;

/**
 * The same verbs. Where storage of ours has gone, the caller hears of it: whatever starts anew creates what
 * is missing, and a process that went on would fail until somebody restarts it.
 */
export function startingAnew<Given extends Verbs>(verbs: Given, hasGone: () => void): Given {
  const watched = Object.entries(verbs).map(([name, verb]) => [
    name,
    (...args: unknown[]) =>
      verb(...args).catch((error) => {
        if (error instanceof WatchError && error.isStoreGone) hasGone();
        throw error;
      }),
  ]);
  return Object.fromEntries(watched);
}
