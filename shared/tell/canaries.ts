import { unlessTaken } from '../conflicts.ts';
import { derivedId } from '../finding.ts';
import type { LedgerItem } from '../ledger/ledger.ts';
import type { CanaryTime } from '../policy/canary.ts';
import type { CaseStore, Outbox } from '../record/case-store.ts';
import { newDelivery } from '../record/outbox.ts';
import { incidentForNoAnswer } from '../respond/incident-for-no-answer.ts';
import type { Person } from '../respond/response.ts';
import { isoOf } from '../time.ts';
import type { Canary, HealthBook } from './channel-health.ts';
import { type ChannelState, stateOf } from './channel-states.ts';
import type { KnownChannel } from './known-channels.ts';
import { roundOf } from './recurrence.ts';

/** What kind of matter a test message is. */
export const canaryMatter = 'canary';

export type CanariesDeps = {
  channels: readonly KnownChannel[];
  /** Of the policy. */
  canary: CanaryTime;
  health: HealthBook;
  cases: Pick<CaseStore, 'save'>;
  outbox: Outbox;
  /** A test message is about none; it is kept with this one. */
  tenantId: string;
  /** Writes down for good that somebody confirmed one; before it counts. */
  written?(item: LedgerItem): Promise<void>;
  /** Epoch milliseconds. */
  now(): number;
};

/** All throw WatchError STORE_UNAVAILABLE; doing it again is safe. */
export type Canaries = {
  /** Sends a test message on each channel whose time has come. Call it now and then. @returns how many. */
  send(now: number): Promise<number>;
  /** The test message with this id; undefined: there is none, or a newer one took its place. */
  canary(channel: string, id: string): Promise<Canary | undefined>;
  /** Somebody says that it arrived. `says` is a sentence for them. */
  confirm(
    channel: string,
    id: string,
    by: Person,
  ): Promise<{ done: true } | { done: false; says: string }>;
  /** How each channel of the policy stands. */
  states(now: number): Promise<ChannelState[]>;
};

export function canaries(deps: CanariesDeps): Canaries {
  const { channels, canary: time, health, tenantId } = deps;
  /** The round in which each channel is known to have had its own. */
  const sentIn = new Map<string, string>();

  async function sendOne(channel: string, round: string, now: number): Promise<boolean> {
    const id = derivedId('incident', tenantId, canaryMatter, channel, round);
    const { canary } = await health.of(channel, now);
    if (canary?.id === id) return false;
    const incident = incidentForNoAnswer({
      ...{ id, tenantId, matter: canaryMatter, at: isoOf(now) },
      severity: 'informational',
      title: `Test of the channel ${channel}`,
      subject: { type: 'other', id: null, name: channel },
      findings: 0,
    });
    await deps.outbox.mark(id);
    const isNew = await unlessTaken(async () => {
      await deps.cases.save({
        incidentId: id,
        incident: { value: incident, version: null },
        findings: [],
        deliveries: [newDelivery(incident, channel, 'canary', now)],
      });
      return true;
    });
    await deps.outbox.wake(id);
    await health.change(channel, now, (current) =>
      current.canary?.id === id
        ? current
        : {
            ...current,
            canary: {
              id,
              sentAt: isoOf(now),
              acceptedAt: null,
              confirmedAt: null,
              confirmedBy: null,
            },
          },
    );
    return isNew ?? false;
  }

  return {
    async send(now) {
      if (time.every === 'never') return 0;
      const { at, timezone, on } = time;
      const round = roundOf(now, { at, timezone, ...(time.every === 'week' && { weekday: on }) });
      let sent = 0;
      for (const { name } of channels) {
        if (sentIn.get(name) === round) continue;
        if (await sendOne(name, round, now)) sent += 1;
        sentIn.set(name, round);
      }
      return sent;
    },

    async canary(channel, id) {
      const { canary } = await health.of(channel, deps.now(), { isFresh: true });
      return canary?.id === id ? canary : undefined;
    },

    async confirm(channel, id, by) {
      const now = deps.now();
      const { canary } = await health.of(channel, now, { isFresh: true });
      if (canary?.id !== id) {
        const says = 'There is no such test message, or a newer one took its place: confirm that.';
        return { done: false, says };
      }
      if (canary.confirmedAt !== null) return { done: true };
      const at = isoOf(now);
      await deps.written?.({
        id: derivedId('canary', channel, id, 'confirmed'),
        at,
        kind: 'channel',
        subject: channel,
        payload: { what: 'confirmed', canary: id, sentAt: canary.sentAt, by },
      });
      await health.change(channel, now, (current) =>
        current.canary?.id !== id || current.canary.confirmedAt !== null
          ? current
          : {
              ...current,
              provenAt: at,
              canary: { ...current.canary, confirmedAt: at, confirmedBy: by.name },
            },
      );
      return { done: true };
    },

    async states(now) {
      const known = await health.all();
      return channels.map((channel) => stateOf(channel, known.get(channel.name), time, now));
    },
  };
}
