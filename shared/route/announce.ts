import type { SettingsOf } from '../detect/detect.ts';
import type { Found } from '../detect/found.ts';
import { foundByService } from '../detect/found-by-service.ts';
import drillDeclared from '../detect/service-checks/drill-declared.ts';
import silenceDeclared from '../detect/service-checks/silence-declared.ts';
import type { Drill } from '../drill/drill.ts';
import type { DrillCases } from '../drill/drills.ts';
import { isPastOrJudged } from '../drill/overdue.ts';
import { messageOf } from '../errors.ts';
import type { Shelf } from '../shelf.ts';
import { dayMs } from '../time.ts';
import { nobodysWatchlist } from '../watch/nobodys-watchlist.ts';
import type { Watchlist } from '../watch/watchlist.ts';
import { isOver, type Silence } from './silence.ts';

export type AnnounceDeps = {
  silences: Pick<Shelf<Silence>, 'all'>;
  drills: Pick<Shelf<Drill>, 'all'>;
  cases: Pick<DrillCases, 'load'>;
  /** Those of the policy: what is silenced in all of them is told in each. */
  tenantIds: readonly string[];
  /** Undefined for a tenant that the policy does not name. */
  watchlistOf(tenantId: string, now: number): Promise<Watchlist | undefined>;
  settingsOf: SettingsOf;
  /** Saves findings as all others are: `recordFindings`. Doing it again with the same changes nothing. */
  record(found: readonly Found[]): Promise<number>;
  warn?(message: string): void;
};

/** What somebody declared, as the people of one tenant are told of it. */
type Notice = {
  /** Of what was declared and whose people are told. */
  key: string;
  isOver: boolean;
  /** As on the day it was declared, whatever became of it: the same every time. */
  found(state: State): Promise<Found[]>;
};

type State = 'open' | 'resolved';

/** A day longer than a delivery is tried: what is told to nobody by then has an end all the same. */
const lookedAtAfterEndMs = 4 * dayMs;

/**
 * Tells people what else somebody declared who has access to the console: silences, and drills. Doing it
 * again, late, or twice at once comes to the same.
 *
 * @returns what is to be called now and then, with the time in epoch milliseconds. It answers how many
 * findings are new or over; one that fails is warned of, and is tried the next time.
 */
export function announcer(deps: AnnounceDeps): (now: number) => Promise<number> {
  /** By key, what this process need not record again. */
  const recorded = new Map<string, State>();

  async function tell({ key, isOver, found }: Notice): Promise<number> {
    const known = recorded.get(key);
    if (known === 'resolved' || (known === 'open' && !isOver)) return 0;
    const open = await found('open');
    const [first] = open;
    if (!first) return 0;
    let news = 0;
    if (known === undefined) {
      // Also of what is over by now: else a silence that is ended soon enough would be told to nobody.
      news += await deps.record(open);
      recorded.set(key, 'open');
    }
    // A message that tells of nothing open any more is not sent.
    if (!isOver || (await isBeingTold(first.incident))) return news;
    news += await deps.record(await found('resolved'));
    recorded.set(key, 'resolved');
    return news;
  }

  async function isBeingTold(incident: string): Promise<boolean> {
    const kept = await deps.cases.load(incident);
    return kept?.deliveries.some(({ value }) => value.state === 'pending') ?? false;
  }

  return async (now) => {
    const all = [
      ...silenceNotices(await valuesOf(deps.silences), now, deps),
      ...drillNotices(await valuesOf(deps.drills), now, deps),
    ];
    const keys = new Set(all.map(({ key }) => key));
    for (const key of recorded.keys()) if (!keys.has(key)) recorded.delete(key);
    let news = 0;
    for (const notice of all) {
      try {
        news += await tell(notice);
      } catch (error) {
        deps.warn?.(`announcing ${notice.key}: ${messageOf(error)}`);
      }
    }
    return news;
  };
}

const valuesOf = async <T>(shelf: Pick<Shelf<T>, 'all'>): Promise<T[]> =>
  [...(await shelf.all()).values()].map(({ value }) => value);

const silenceNotices = (
  silences: readonly Silence[],
  now: number,
  { tenantIds, settingsOf }: AnnounceDeps,
): Notice[] =>
  silences
    .filter(({ ended, until }) => isLookedAt(ended?.at ?? until, now))
    .flatMap((silence) => {
      const asDeclared = {
        silence: { ...silence, ended: null },
        now: Date.parse(silence.createdAt),
      };
      return tenantIds
        .filter((id) => silence.tenants.length === 0 || silence.tenants.includes(id))
        .map((tenantId) => ({
          key: `silence ${silence.id} of ${tenantId}`,
          isOver: isOver(silence, now),
          // By name alone, which may be learnt to be an account's: then it would be another incident.
          found: async (state) =>
            foundByService(silenceDeclared, silenceDeclared.check(asDeclared), {
              ...lifeOf(state),
              settingsOf,
              watchlist: nobodysWatchlist(tenantId),
              now,
            }),
        }));
    });

const drillNotices = (
  drills: readonly Drill[],
  now: number,
  { watchlistOf, settingsOf }: AnnounceDeps,
): Notice[] =>
  drills
    .filter(({ until }) => isLookedAt(until, now))
    .map((drill) => ({
      key: `drill ${drill.id} of ${drill.tenantId}`,
      isOver: isPastOrJudged(drill, now),
      async found(state) {
        const watchlist = await watchlistOf(drill.tenantId, now);
        if (!watchlist) return [];
        const declared: Drill = { ...drill, state: 'declared' };
        const matches = drillDeclared.check({ drill: declared, now: Date.parse(drill.declaredAt) });
        const given = { settingsOf, watchlist, now, ...lifeOf(state) };
        return foundByService(drillDeclared, matches, given);
      },
    }));

const isLookedAt = (end: string, now: number) => now - Date.parse(end) <= lookedAtAfterEndMs;

const lifeOf = (state: State) => ({
  category: 'what people declare',
  state,
  precedence: state === 'resolved' ? '1' : '0',
});
