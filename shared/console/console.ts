import * as z from 'zod';
import type { RefreshReport } from '../posture/posture-store.ts';
import type { Trend } from '../scorecard/history.ts';
import type { Scorecard } from '../scorecard/scorecard.ts';
import type { DeliveryStore } from '../tell/notify.ts';

export type ConsoleDeps = {
  cases: DeliveryStore;
  /** Counts for the health page. */
  countDeadLetters(): Promise<number>;
  countWaiting(): Promise<number>;
  /** How the directory of each tenant was last read. */
  directories(): Promise<DirectoryStatus[]>;
  /** How each tenant stands by the guidance. */
  scorecards(): Promise<PostureCard[]>;
  /** Whether the caller may read; see `mayRead`. */
  isTrusted: boolean;
};

/** Times are UTC ISO 8601. */
export type DirectoryStatus = {
  tenant: string;
  /** When the snapshot in use was taken; null before the first. */
  takenAt: string | null;
  /** How many accounts it watches, groups and workloads included. */
  accounts: number;
  /** What could not be read, and why. */
  gaps: readonly { part: string; why: string; detail: string }[];
  /** The last attempt to read it anew. */
  refresh: RefreshReport | null;
};

export type PostureCard = { scorecard: Scorecard; trend: Trend | null };

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
      error: 'Sign in first, with the app role Reader, Responder or Admin.',
    });
  }
  if (page === 'status') return json(200, await status(deps));
  if (page === 'posture') return json(200, { tenants: await deps.scorecards() });
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

async function status({ countDeadLetters, countWaiting, directories }: ConsoleDeps) {
  const [deadLetters, waiting, directory] = await Promise.all([
    countDeadLetters(),
    countWaiting(),
    directories(),
  ]);
  return { deadLetters, incidentsWithWaitingDeliveries: waiting, directory };
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

/** App roles of the console's registration; each of them may read. */
const readers = new Set(['Reader', 'Responder', 'Admin']);

/**
 * Whether a caller may read findings: signed in through the platform with a role of this app, or at
 * the embedded stack. Without the platform's sign-in its header could be anybody's and counts for nothing.
 *
 * @param principal - the platform's `x-ms-client-principal`: JSON in base64.
 */
export function mayRead(
  principal: string | null,
  { hasPlatformSignIn, allowLoopback }: { hasPlatformSignIn: boolean; allowLoopback: boolean },
): boolean {
  return hasPlatformSignIn ? rolesOf(principal).some((role) => readers.has(role)) : allowLoopback;
}

const principalSchema = z.object({
  claims: z.array(z.object({ typ: z.string(), val: z.string() })),
});

function rolesOf(principal: string | null): string[] {
  try {
    const text = Buffer.from(principal ?? '', 'base64').toString('utf8');
    const { claims } = principalSchema.parse(JSON.parse(text));
    return claims
      .filter(({ typ }) => typ === 'roles' || typ.endsWith('/role'))
      .map(({ val }) => val);
  } catch {
    return [];
  }
}
