import { unlessTaken } from '../conflicts.ts';
import type { SettingsOf } from '../detect/detect.ts';
import type { Found } from '../detect/found.ts';
import { foundByService } from '../detect/found-by-service.ts';
import channelFailing from '../detect/service-checks/channel-failing.ts';
import { messageOf } from '../errors.ts';
import type { CaseStore, Outbox } from '../record/case-store.ts';
import type { Delivery } from '../record/outbox.ts';
import { isoOf } from '../time.ts';
import { nobodysWatchlist } from '../watch/nobodys-watchlist.ts';
import { type ChannelHealth, type HealthBook, withAccepted } from './channel-health.ts';
import type { KnownChannel } from './known-channels.ts';
import type { KeptCase } from './notify.ts';
import { takeOvers } from './take-over.ts';

/** What `notify` reports of channels, and asks when one fails. */
export type Trouble = {
  /** The channel took it. Never throws: an alert that was sent is sent. */
  worked(delivery: Delivery): Promise<void>;
  /** The channel did not. Never throws. @param error - without secrets. */
  failed(delivery: Delivery, tenantId: string, error: string): Promise<void>;
  /**
   * Saves deliveries on other channels for those that did not get through in time.
   *
   * @param failedNow - ids of deliveries that failed just now.
   * @returns how many, and when the next may be due.
   * @throws {WatchError} STORE_UNAVAILABLE: doing it again is safe.
   */
  takeOver(
    kept: KeptCase,
    failedNow: ReadonlySet<string>,
  ): Promise<{ added: number; next: number | null }>;
};

export type TroubleDeps = {
  channels: readonly KnownChannel[];
  health: HealthBook;
  cases: Pick<CaseStore, 'save'>;
  outbox: Outbox;
  settingsOf: SettingsOf;
  /** Records what is found about a channel, so that people hear of it on the others: see `routingWithout`. */
  record(found: readonly Found[], failing: string): Promise<unknown>;
  /** Epoch milliseconds. */
  now(): number;
  /** Told of bookkeeping that failed; it is made up for later. */
  warn?(message: string): void;
};

export function channelTrouble(deps: TroubleDeps): Trouble {
  const { channels, health, now } = deps;

  async function untroubled(channel: string, write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      deps.warn?.(`health of ${channel}: ${messageOf(error)}`);
    }
  }

  /** Tells the people of a tenant that a channel fails, once for each time that it does. */
  async function tell(
    channel: string,
    tenantId: string,
    known: ChannelHealth,
    isTakenOver: boolean,
  ): Promise<void> {
    if (known.toldTenants.includes(tenantId)) return;
    const found = foundIn(channel, tenantId, known, isTakenOver, 'open');
    if (found.length === 0) return;
    await deps.record(found, channel);
    await health.change(channel, now(), (current) =>
      current.failingSince !== known.failingSince || current.toldTenants.includes(tenantId)
        ? current
        : { ...current, toldTenants: [...current.toldTenants, tenantId] },
    );
  }

  function foundIn(
    channel: string,
    tenantId: string,
    { failingSince, lastError }: ChannelHealth,
    isTakenOver: boolean,
    state: 'open' | 'resolved',
  ): Found[] {
    const since = failingSince === null ? null : Date.parse(failingSince);
    const judged = { channel, failingSince: since, lastError, isTakenOver, now: now() };
    return foundByService(channelFailing, channelFailing.check(judged), {
      settingsOf: deps.settingsOf,
      watchlist: nobodysWatchlist(tenantId),
      category: 'every delivery',
      state,
      precedence: state === 'open' ? (failingSince ?? '') : isoOf(now()),
      now: now(),
    });
  }

  return {
    worked: ({ channel, kind, incident, attempts, createdAt }) =>
      untroubled(channel, async () => {
        const before = await health.of(channel, now(), { isFresh: attempts > 1 });
        // Told before it is noted: a crash in between tells it again, as the same.
        for (const tenantId of before.toldTenants) {
          await deps.record(foundIn(channel, tenantId, before, true, 'resolved'), channel);
        }
        await health.worked(channel, now());
        if (kind !== 'canary') return;
        await health.change(channel, now(), (current) =>
          withAccepted(current, { id: incident, sentAt: createdAt }, isoOf(now())),
        );
      }),

    failed: ({ channel }, tenantId, error) =>
      untroubled(channel, async () => {
        await tell(channel, tenantId, await health.failed(channel, now(), error), false);
      }),

    async takeOver(kept, failedNow) {
      const { incident, deliveries } = kept;
      const named = new Set([
        ...channels.map(({ name }) => name),
        ...deliveries.map(({ value }) => value.channel),
      ]);
      const known = new Map<string, ChannelHealth>();
      for (const name of named) {
        // What wakes people up is stood in for all the same, as soon as it has failed twice.
        await untroubled(name, async () => void known.set(name, await health.of(name, now())));
      }
      const failing = new Map(
        [...known].flatMap(([name, { failingSince }]) =>
          failingSince === null ? [] : [[name, Date.parse(failingSince)] as const],
        ),
      );
      const scene = { channels, failing, failedNow, now: now() };
      const { deliveries: added, overdue, next } = takeOvers(kept, scene);
      let saved = 0;
      if (added.length > 0) {
        await deps.outbox.mark(incident.id);
        for (const one of added) {
          // Another instance was as quick: its delivery is the same.
          const change = {
            incidentId: incident.id,
            incident: null,
            findings: [],
            deliveries: [one],
          };
          await unlessTaken(async () => {
            await deps.cases.save(change);
            saved += 1;
          });
        }
      }
      for (const channel of new Set(overdue)) {
        const one = known.get(channel);
        if (one) await untroubled(channel, () => tell(channel, incident.tenantId, one, true));
      }
      return { added: saved, next };
    },
  };
}
