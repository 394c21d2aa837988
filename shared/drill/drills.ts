import { untilSaved } from '../conflicts.ts';
import { messageOf } from '../errors.ts';
import type { LedgerItem } from '../ledger/ledger.ts';
import type { Act } from '../respond/journal.ts';
import type { DrillMark, Person } from '../respond/response.ts';
import type { Shelf } from '../shelf.ts';
import type { KeptCase } from '../tell/notify.ts';
import { isoOf } from '../time.ts';
import type { Watchlist } from '../watch/watchlist.ts';
import { type Declaration, drillFrom } from './declaration.ts';
import type { Drill } from './drill.ts';
import { drillAccounts } from './drill-account.ts';
import { drillItem } from './drill-ledger.ts';
import { observe } from './observe.ts';
import { provenDrills } from './proven-drills.ts';

/** The shelf that drills lie on. */
export const drillShelf = 'drills';

/** Where the incidents are. */
export type DrillCases = {
  load(incidentId: string): Promise<KeptCase | undefined>;
  acts(incidentId: string): Promise<Act[]>;
};

export type DrillDeps = {
  shelf: Shelf<Drill>;
  cases: DrillCases;
  /** Undefined for a tenant that the policy does not name. */
  watchlistOf(tenantId: string, now: number): Promise<Watchlist | undefined>;
  /** Writes to the ledger; called before each save. */
  written(item: LedgerItem): Promise<unknown>;
  /** Epoch milliseconds. */
  now(): number;
  warn?(message: string): void;
};

/** `says` is a sentence for whoever asked, to be shown as text. */
export type DrillOutcome = { done: true; drill: Drill } | { done: false; says: string };

export type ProvenAccount = {
  tenantId: string;
  id: string;
  name: string;
  /** UTC ISO 8601; null: never. */
  lastProvenAt: string | null;
};

/** How old the list may be by which a use is known as a drill: logs are slower than that. */
const staleAfterMs = 5_000;

/**
 * What people do with drills, and what others ask of them.
 *
 * @throws {WatchError} STORE_UNAVAILABLE; every verb but `markFor`.
 */
export function drills(deps: DrillDeps) {
  const { shelf } = deps;
  let known: { drills: readonly Drill[]; readAt: number } = { drills: [], readAt: -Infinity };

  const all = async () => [...(await shelf.all()).values()].map(({ value }) => value);

  /** What can't be read marks nothing: a mark that is missing costs no alert. */
  async function knownBy(now: number): Promise<readonly Drill[]> {
    if (Math.abs(now - known.readAt) < staleAfterMs) return known.drills;
    try {
      known = { drills: await all(), readAt: now };
    } catch (error) {
      deps.warn?.(`drills: ${messageOf(error)}`);
      known = { ...known, readAt: now };
    }
    return known.drills;
  }

  return {
    async declare(given: Declaration, by: Person): Promise<DrillOutcome> {
      const now = deps.now();
      const watchlist = await deps.watchlistOf(given.tenantId, now);
      const drill = drillFrom(given, { watchlist, others: await all(), by, now });
      if (typeof drill === 'string') return { done: false, says: drill };
      await deps.written(drillItem('declared', drill, now));
      await shelf.put(drill.id, drill, null);
      known = { ...known, readAt: -Infinity };
      return { done: true, drill };
    },

    /** Only before its sign-in: what was tried and failed stays on record. */
    async cancel(id: string, by: Person): Promise<DrillOutcome> {
      const outcome = await untilSaved(() => cancelOnce(id, by, deps));
      known = { ...known, readAt: -Infinity };
      return outcome;
    },

    /** The latest first. */
    list: async (): Promise<Drill[]> =>
      (await all()).sort((a, b) => (a.from === b.from ? 0 : a.from > b.from ? -1 : 1)),

    get: async (id: string): Promise<Drill | undefined> => (await shelf.get(id))?.value,

    /**
     * The drill that a use of a break-glass account belongs to.
     *
     * @param at - when the account was used, epoch milliseconds.
     */
    async markFor(incidentId: string, at: number): Promise<DrillMark | null> {
      const drill = (await knownBy(deps.now())).find(
        ({ incident, from, until, state }) =>
          incident === incidentId &&
          state !== 'cancelled' &&
          at >= Date.parse(from) &&
          at <= Date.parse(until),
      );
      return drill ? { id: drill.id, declaredBy: drill.declaredBy.name, until: drill.until } : null;
    },

    /** The break-glass accounts of tenants, and when each was last proven to work by a drill. */
    async accounts(tenantIds: readonly string[]): Promise<ProvenAccount[]> {
      const now = deps.now();
      const kept = await all();
      const found = tenantIds.map(async (tenantId) => {
        const watchlist = await deps.watchlistOf(tenantId, now);
        const provenAt = provenDrills(kept, tenantId);
        return (watchlist ? drillAccounts(watchlist, now) : []).map((account) => {
          const at = provenAt(account.id);
          return { tenantId, ...account, lastProvenAt: at === undefined ? null : isoOf(at) };
        });
      });
      return (await Promise.all(found)).flat();
    },

    /** When an account was last proven to work by a drill; for the checks of the directory. */
    provenDrills: async (tenantId: string) => provenDrills(await all(), tenantId),
  };
}

export type Drills = ReturnType<typeof drills>;

async function cancelOnce(id: string, by: Person, deps: DrillDeps): Promise<DrillOutcome> {
  const now = deps.now();
  const row = await deps.shelf.get(id);
  if (!row) return { done: false, says: `There is no drill ${id}.` };
  const refusal = await whyNotCancelled(row.value, deps, now);
  if (refusal !== undefined) {
    await deps.written(drillItem('cancel refused', row.value, now, { by, says: refusal }));
    return { done: false, says: refusal };
  }
  const drill: Drill = { ...row.value, state: 'cancelled' };
  await deps.written(drillItem('cancelled', drill, now, { by }));
  await deps.shelf.put(id, drill, row.version);
  return { done: true, drill };
}

async function whyNotCancelled(
  drill: Drill,
  { cases }: DrillDeps,
  now: number,
): Promise<string | undefined> {
  if (drill.state === 'cancelled') return 'It was cancelled before.';
  if (drill.state === 'failed') return 'It has failed, and that stays on record.';
  const kept = await cases.load(drill.incident);
  const seen = kept ? observe(drill, kept, await cases.acts(drill.incident)) : drill;
  if (seen.signedInAt !== null) return `The account signed in at ${seen.signedInAt}: it goes on.`;
  // Else whoever sees that no alert comes could make it unhappen.
  return now > Date.parse(drill.until) ? 'Its window is over: it will be judged.' : undefined;
}
