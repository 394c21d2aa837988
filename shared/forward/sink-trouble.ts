import { untilSaved } from '../conflicts.ts';
import type { SettingsOf } from '../detect/detect.ts';
import type { Found } from '../detect/found.ts';
import { foundByService } from '../detect/found-by-service.ts';
import sinkFailing, { sinkPatienceMs } from '../detect/service-checks/sink-failing.ts';
import { messageOf } from '../errors.ts';
import type { Shelf } from '../shelf.ts';
import { minuteMs } from '../time.ts';
import { nobodysWatchlist } from '../watch/nobodys-watchlist.ts';
import {
  isBegun,
  type Kind,
  kinds,
  type SinkSeen,
  type SinkTroubles,
  type Trouble,
  troublesAfter,
  untroubled,
} from './sink-troubles.ts';

export type SinkTroubleDeps = {
  /** The ids of the tenants that each sink of the policy serves, by the name of the sink. */
  tenantsOf: ReadonlyMap<string, readonly string[]>;
  /** By the name of the sink. */
  shelf: Shelf<SinkTroubles>;
  settingsOf: SettingsOf;
  /** Saves findings as all others are: `recordFindings`. Doing it again with the same changes nothing. */
  record(found: readonly Found[]): Promise<unknown>;
  /** Epoch milliseconds. */
  now(): number;
  warn?(message: string): void;
};

export type SinkTrouble = {
  /** After each pump. Never throws: the next look makes up for it. */
  look(seen: SinkSeen): Promise<void>;
  /** Once at the start: whatever was told of a sink that the policy has no more is over. Never throws. */
  forgetOthers(): Promise<void>;
};

/** A sink that is well is looked up so often at most: another instance may have told of a trouble. */
const readEveryMs = minuteMs;

/** Tells the people of its tenants that a SIEM does not get what is found, once, and when that is over. */
export function sinkTrouble(deps: SinkTroubleDeps): SinkTrouble {
  const { shelf, tenantsOf, now } = deps;
  const well = new Map<string, { readAt: number; refused: number }>();

  async function untroubling(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      deps.warn?.(`telling of ${what}: ${messageOf(error)}`);
    }
  }

  const change = (sink: string, next: (troubles: SinkTroubles) => SinkTroubles) =>
    untilSaved(async () => {
      const row = await shelf.get(sink);
      const before = row?.value ?? untroubled;
      const after = next(before);
      if (JSON.stringify(after) !== JSON.stringify(before)) {
        await shelf.put(sink, after, row?.version ?? null);
      }
      return after;
    });

  /** @returns the tenants whose people heard of it. */
  async function tell(
    { sink, kind, trouble, isOver }: Telling,
    tenants: readonly string[],
  ): Promise<string[]> {
    const told: string[] = [];
    const matches = sinkFailing.check(judgedOf(sink, kind, trouble, now()));
    for (const tenantId of tenants) {
      const found = foundByService(sinkFailing, matches, {
        settingsOf: deps.settingsOf,
        watchlist: nobodysWatchlist(tenantId),
        category: sinkFailing.categories[0] ?? sinkFailing.id,
        state: isOver ? 'resolved' : 'open',
        precedence: isOver ? '1' : `0 ${String(trouble.events).padStart(12, '0')}`,
        now: now(),
      });
      if (found.length === 0) continue;
      await deps.record(found);
      told.push(tenantId);
    }
    return told;
  }

  async function begin(sink: string, kind: Kind, trouble: Trouble): Promise<void> {
    const { since, events } = trouble;
    const untold = (tenantsOf.get(sink) ?? []).filter((id) => trouble.told[id] !== events);
    const told = await tell({ sink, kind, trouble, isOver: false }, untold);
    if (told.length === 0) return;
    await change(sink, (one) => {
      const current = one[kind];
      if (current?.since !== since || current.events !== events) return one;
      const now = Object.fromEntries(told.map((id) => [id, events]));
      return { ...one, [kind]: { ...current, told: { ...current.told, ...now } } };
    });
  }

  /** Told before it is forgotten: after a crash in between it is told again, as the same. */
  async function end(sink: string, kind: Kind, troubles: SinkTroubles): Promise<void> {
    const trouble = troubles[kind];
    if (!trouble) return;
    const events =
      kind === 'refusing' ? Math.max(trouble.events, troubles.refused - trouble.from) : 0;
    const last = { ...trouble, events };
    await tell({ sink, kind, trouble: last, isOver: true }, Object.keys(trouble.told));
    await change(sink, (one) =>
      one[kind]?.since === trouble.since ? { ...one, [kind]: null } : one,
    );
  }

  async function look(seen: SinkSeen): Promise<void> {
    const { sink, refused } = seen;
    const known = well.get(sink);
    const isFresh = known !== undefined && now() - known.readAt < readEveryMs;
    if (isFresh && known.refused === refused && !isBegun(seen, now())) return;

    let over: readonly Kind[] = [];
    // Noted before it is told: a crash in between tells it again as the same.
    const troubles = await change(sink, (before) => {
      const next = troublesAfter(before, seen, now());
      over = next.over;
      return next.troubles;
    });
    for (const kind of kinds) {
      const trouble = troubles[kind];
      if (trouble && !over.includes(kind)) await begin(sink, kind, trouble);
      else await end(sink, kind, troubles);
    }
    if (kinds.every((kind) => troubles[kind] === null || over.includes(kind))) {
      well.set(sink, { readAt: now(), refused });
    } else well.delete(sink);
  }

  return {
    look: (seen) => untroubling(`sink ${seen.sink}`, () => look(seen)),

    forgetOthers: () =>
      untroubling('sinks of before', async () => {
        for (const [sink, { value }] of await shelf.all()) {
          if (tenantsOf.has(sink)) continue;
          for (const kind of kinds) await end(sink, kind, value);
          await shelf.remove(sink);
        }
      }),
  };
}

type Telling = { sink: string; kind: Kind; trouble: Trouble; isOver: boolean };

function judgedOf(sink: string, kind: Kind, { since, says, events }: Trouble, now: number) {
  const at = Date.parse(since);
  const isStopped = kind === 'stopped';
  return {
    sink,
    stoppedSince: isStopped ? at : null,
    lastError: isStopped ? says : null,
    refusing: isStopped ? null : { since: at, events, says },
    // What was noted as a trouble is one, also by a clock that is a little behind.
    now: Math.max(now, at + sinkPatienceMs),
  };
}
