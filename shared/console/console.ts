import type { DeliveryStore } from '../tell/notify.ts';

export type ConsoleDeps = {
  cases: DeliveryStore;
  /** Counts for the health page. */
  countDeadLetters(): Promise<number>;
  countWaiting(): Promise<number>;
  /** Whether the caller may read; see `mayRead`. */
  isTrusted: boolean;
};

export type ConsoleAnswer = { status: number; jsonBody: unknown; headers: Record<string, string> };

const mostIncidents = 200;

/**
 * The pages behind the `console` function. For now: `health`, and what is open as JSON.
 *
 * @param path - of the page, without the slash before it.
 */
export async function answer(path: string, deps: ConsoleDeps): Promise<ConsoleAnswer> {
  const page = path.replace(/\/+$/, '').toLowerCase();
  // Whoever watches the watcher needs no sign-in, and is told nothing but that it lives.
  if (page === '' || page === 'health') return json(200, { status: 'ok' });
  if (!deps.isTrusted) {
    return json(403, {
      error: 'Sign in first: App Service authentication has to stand in front of this page.',
    });
  }
  if (page === 'status') return json(200, await status(deps));
  if (page === 'incidents') return json(200, await incidents(deps));
  const [, id] = /^incidents\/([0-9a-z-]{1,64})$/.exec(page) ?? [];
  const kept = id ? await deps.cases.load(id) : undefined;
  if (!kept) return json(404, { error: 'There is no such page.' });
  return json(200, {
    incident: kept.incident,
    findings: kept.findings.filter(({ state }) => state === 'open').map(({ finding }) => finding),
    deliveries: kept.deliveries.map(({ value }) => value),
  });
}

async function status({ countDeadLetters, countWaiting }: ConsoleDeps) {
  const [deadLetters, waiting] = await Promise.all([countDeadLetters(), countWaiting()]);
  return { deadLetters, incidentsWithWaitingDeliveries: waiting };
}

const incidents = async ({ cases }: ConsoleDeps) => ({
  incidents: await cases.incidents({ limit: mostIncidents }),
});

const json = (status: number, jsonBody: unknown): ConsoleAnswer => ({
  status,
  jsonBody,
  // Findings are nobody's business but the reader's.
  headers: { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' },
});

/**
 * Whether a caller may read findings: signed in through the platform, or at the embedded stack.
 * Without the platform's sign-in its header could be anybody's, so it counts for nothing.
 */
export const mayRead = (
  principal: string | null,
  { hasPlatformSignIn, allowLoopback }: { hasPlatformSignIn: boolean; allowLoopback: boolean },
): boolean => (hasPlatformSignIn ? principal !== null : allowLoopback);
