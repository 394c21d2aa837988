import type { Found } from '../shared/detect/found.ts';
import { WatchError } from '../shared/errors.ts';
import type { CanaryTime } from '../shared/policy/canary.ts';
import type { DigestTime } from '../shared/policy/digest.ts';
import { memoryCases } from '../shared/record/memory-cases.ts';
import type { Delivery } from '../shared/record/outbox.ts';
import { recordFindings } from '../shared/record/record-findings.ts';
import { unheard } from '../shared/record/unheard.ts';
import type { Routing } from '../shared/route/routing.ts';
import { memoryShelf, type Shelf } from '../shared/shelf.ts';
import type { Alert } from '../shared/tell/alert.ts';
import { canaries } from '../shared/tell/canaries.ts';
import { type ChannelHealth, healthBook } from '../shared/tell/channel-health.ts';
import { channelTrouble } from '../shared/tell/channel-trouble.ts';
import { digests } from '../shared/tell/digests.ts';
import type { Cut, FoldedLine } from '../shared/tell/folded.ts';
import type { KnownChannel } from '../shared/tell/known-channels.ts';
import { type KeptCase, type NotifyDeps, notify } from '../shared/tell/notify.ts';
import { pacing } from '../shared/tell/pace.ts';
import { routingWithout } from '../shared/tell/routing-without.ts';
import type { Window } from '../shared/tell/window.ts';
import { noSettings } from './run-records.ts';

const second = 1_000;
const minute = 60 * second;

/** A message that a channel was asked to take. */
export type Taken = {
  at: number;
  channel: string;
  kind: Delivery['kind'];
  incident: string;
  delivery: string;
  findings: readonly string[];
};

type Given = {
  channels: readonly KnownChannel[];
  routing: Routing;
  start: number;
  instances?: number;
  digest?: DigestTime;
  canary?: CanaryTime;
  /** How often the timers run; left out, every 15 seconds. */
  tickMs?: number;
  /** What a channel does with a message; left out, it takes it. */
  answer?: (taken: Taken, alert: Alert) => Promise<void> | void;
  compose?: NotifyDeps['compose'];
};

export const channelNamed = (name: string, given: Partial<KnownChannel> = {}): KnownChannel => ({
  name,
  type: 'teams',
  pace: { mostPerMinute: 60, foldAbove: 20 },
  provenBy: 'reader',
  isPersonal: false,
  minSeverity: undefined,
  fallback: undefined,
  ...given,
});

/**
 * All that tells people, on stores in memory and a clock of its own: the queue, the sweep every 15
 * seconds and the lists, as app.ts has them run, with any number of instances side by side.
 */
export function deliveryWorld(given: Given) {
  const { channels, routing, tickMs = 15 * second } = given;
  let time = given.start;
  const now = () => time;
  const taken: Taken[] = [];
  const warnings: string[] = [];
  const calls: string[] = [];
  let fails: { at: number; isAfter: boolean } | undefined;

  /** Each call is counted, and one of them may fail: before it has done anything, or after it. */
  const noted = <T extends object>(name: string, store: T): T =>
    new Proxy(store, {
      get: (target, key) => {
        const value = Reflect.get(target, key) as unknown;
        if (typeof value !== 'function') return value;
        return async (...args: unknown[]) => {
          const isNow = calls.push(`${name}.${String(key)}`) === fails?.at;
          const gone = () => new WatchError('STORE_UNAVAILABLE', `${name}.${String(key)}`);
          if (isNow && !fails?.isAfter) throw gone();
          const result = await value.apply(target, args);
          if (isNow) throw gone();
          return result;
        };
      },
    });

  const plainCases = memoryCases();
  const cases = noted('cases', plainCases);
  const marks = new Map<string, number>();
  const queue: { incident: string; at: number }[] = [];
  const outbox = {
    ...noted('outbox', { mark: async (id: string) => void marks.set(id, time) }),
    wake: async (id: string) => void queue.push({ incident: id, at: time }),
  };
  const shelf = <T>(name: string): Shelf<T> => noted(name, memoryShelf<T>());
  const shelves = {
    windows: shelf<Window>('windows'),
    health: shelf<ChannelHealth>('health'),
    cuts: shelf<Cut>('cuts'),
    lines: {
      storm: shelf<FoldedLine>('storm'),
      daily: shelf<FoldedLine>('daily'),
      weekly: shelf<FoldedLine>('weekly'),
    },
  };
  const record = (found: readonly Found[], over: Routing = routing) =>
    recordFindings(found, { ...unheard, cases, outbox, routing: over, now: time });

  /** What one process of the service has in memory. */
  function start() {
    const health = healthBook(shelves.health);
    const paceOf = (name: string) => channels.find((one) => one.name === name)?.pace;
    const warn = (text: string) => void warnings.push(text);
    const deps: NotifyDeps = {
      cases,
      compose:
        given.compose ??
        (({ id, incident, kind }: Delivery) => ({ id, incident, kind }) as unknown as Alert),
      async send(channel, alert) {
        const kept = await plainCases.load(alert.incident);
        const delivery = kept?.deliveries.find(({ value }) => value.id === alert.id)?.value;
        if (!delivery) throw new Error(`sent without a delivery: ${alert.id}`);
        const { kind, incident, id, findings } = delivery;
        const one = { at: time, channel, kind, incident, delivery: id, findings };
        await given.answer?.(one, alert);
        taken.push(one);
      },
      pace: pacing({ windows: shelves.windows, paceOf, now, warn }),
      lists: shelves.lines,
      trouble: channelTrouble({
        channels,
        health,
        cases,
        outbox,
        settingsOf: noSettings,
        record: (found, failing) => record(found, routingWithout(routing, failing, channels)),
        now,
        warn,
      }),
      now,
      warn,
    };
    return {
      health,
      deps,
      digests: digests({
        lists: shelves,
        cases,
        outbox,
        digest: given.digest ?? { at: '08:00', timezone: 'UTC', weekday: 'mon' },
        tenantName: () => 'Example',
      }),
      canaries: canaries({
        channels,
        canary: given.canary ?? { every: 'never', on: 'mon', at: '10:00', timezone: 'UTC' },
        health,
        cases,
        outbox,
        tenantId: 'tenant-1',
        now,
      }),
    };
  }

  let instances = Array.from({ length: given.instances ?? 1 }, start);
  const first = () => {
    const [one] = instances;
    if (!one) throw new Error('no instance');
    return one;
  };

  /** A message of the queue, as app.ts takes it. One that fails comes again. */
  async function work(incident: string, { deps }: { deps: NotifyDeps }): Promise<void> {
    try {
      const { next, attempted } = await notify(incident, deps);
      if (next !== null && attempted > 0) queue.push({ incident, at: next });
    } catch (error) {
      warnings.push(String(error));
      queue.push({ incident, at: time + 30 * second });
    }
  }

  /** Whatever the queue has for now; some messages at the same time, on any instance. */
  async function drain(): Promise<void> {
    for (;;) {
      const due = queue.filter(({ at }) => at <= time);
      if (due.length === 0) return;
      for (const one of due) queue.splice(queue.indexOf(one), 1);
      for (let from = 0; from < due.length; from += 16) {
        const some = due.slice(from, from + 16);
        // A queue may give a message to two at once.
        const jobs = some.flatMap(({ incident }, n) =>
          instances
            .filter((_, at) => n % instances.length === at || n % 3 === 0)
            .map((instance) => work(incident, instance)),
        );
        await Promise.all(jobs);
      }
    }
  }

  async function sweep(): Promise<void> {
    for (const [incident, markedAt] of [...marks]) {
      if (time - markedAt < 20 * second) continue;
      try {
        const { next } = await notify(incident, first().deps);
        if (next === null && time - markedAt > 10 * minute) marks.delete(incident);
      } catch (error) {
        warnings.push(String(error));
      }
    }
  }

  async function timers(): Promise<void> {
    await sweep();
    for (const job of instances) {
      try {
        await job.canaries.send(time);
        await job.digests.flush(time);
      } catch (error) {
        warnings.push(String(error));
      }
    }
  }

  return {
    now,
    taken,
    warnings,
    calls,
    cases: plainCases,
    shelves,
    record,
    instance: first,
    start,
    /** Queue and timers, until that time; from one thing that is due to the next. */
    async runUntil(until: number): Promise<void> {
      for (;;) {
        await drain();
        const tick = (Math.floor(time / tickMs) + 1) * tickMs;
        const next = Math.min(tick, ...queue.map(({ at }) => at));
        if (next > until) break;
        time = next;
        if (time === tick) await timers();
      }
      time = until;
    },
    /** The process is gone, and what it had in memory; messages that it had taken come again. */
    restart() {
      instances = instances.map(start);
    },
    failAt(at: number | undefined, isAfter = false) {
      calls.length = 0;
      fails = at === undefined ? undefined : { at, isAfter };
    },
    async kept(): Promise<KeptCase[]> {
      const all = await plainCases.incidents({ limit: 100_000 });
      const kept = await Promise.all(all.map(({ id }) => plainCases.load(id)));
      return kept.filter((one) => one !== undefined);
    },
  };
}
