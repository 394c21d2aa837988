import { describe, expect, test } from 'vitest';
import { WatchError } from '../../shared/errors.ts';
import type { CaseStore } from '../../shared/record/case-store.ts';
import { type Delivery, newDelivery } from '../../shared/record/outbox.ts';
import type { Alert } from '../../shared/tell/alert.ts';
import { type DeliveryStore, type NotifyDeps, notify } from '../../shared/tell/notify.ts';
import { at, newCase, newIncidentId, now } from './sample-findings.ts';

type Cases = CaseStore & DeliveryStore;

/** How deliveries are claimed, sent, kept for later and given up, on any store. */
export function notifyContract(name: string, cases: () => Cases): void {
  /** An incident with deliveries of the given revisions and channels. */
  async function pending(...tellings: [revision: number, channel: string][]): Promise<string> {
    const id = newIncidentId();
    const deliveries = tellings.map(([revision, channel]) =>
      newDelivery(
        { id, revision, severity: 'high' },
        channel,
        revision === 1 ? 'new' : 'acknowledged',
        Date.parse(at),
      ),
    );
    await cases().save({ ...newCase(id), deliveries });
    return id;
  }

  function sender(answer: (delivery: string) => Promise<void> | void = () => {}) {
    const sent: string[] = [];
    const deps: NotifyDeps = {
      cases: cases(),
      // The store is what is tested: the alert only has to say which delivery it is.
      compose: ({ channel, revision }) => ({ title: `${channel} ${revision}` }) as Alert,
      async send(_channel, { title }) {
        sent.push(title);
        await answer(title);
      },
      now: () => now,
    };
    return { sent, deps };
  }

  async function deliveriesOf(id: string): Promise<Delivery[]> {
    const kept = await cases().load(id);
    const values = kept?.deliveries.map(({ value }) => value) ?? [];
    return values.sort((a, b) => a.revision - b.revision);
  }

  describe(`notify on ${name}`, () => {
    test('sends what is pending, once', async () => {
      const id = await pending([1, 'secops'], [1, 'mail']);
      const { sent, deps } = sender();

      expect((await notify(id, deps)).next).toBeNull();
      expect((await notify(id, deps)).next).toBeNull();
      expect(sent.sort()).toEqual(['mail 1', 'secops 1']);
      expect(await deliveriesOf(id)).toMatchObject([
        { state: 'sent', attempts: 1, sentAt: at, lastError: null },
        { state: 'sent' },
      ]);
    });

    test('of two senders at once one sends', async () => {
      const id = await pending([1, 'secops']);
      const { sent, deps } = sender();

      await Promise.all([notify(id, deps), notify(id, deps)]);
      expect(sent).toEqual(['secops 1']);
      expect(await deliveriesOf(id)).toMatchObject([{ state: 'sent', attempts: 1 }]);
    });

    test('a channel that is down is tried again later, with its reason kept', async () => {
      const id = await pending([1, 'secops'], [2, 'secops'], [1, 'mail']);
      const down = new WatchError('DELIVERY_UNAVAILABLE', 'answered 503', {
        retryAfterMs: 90_000,
      });
      const first = sender((which) => {
        if (which === 'secops 1') throw down;
      });

      expect((await notify(id, first.deps)).next).toBe(now + 90_000);
      // The second revision waits for the first; the other channel does not.
      expect(first.sent.sort()).toEqual(['mail 1', 'secops 1']);
      expect((await deliveriesOf(id)).filter(({ channel }) => channel === 'secops')).toMatchObject([
        { revision: 1, state: 'pending', attempts: 1, lastError: down.message },
        { revision: 2, state: 'pending', attempts: 0 },
      ]);

      const later = sender();
      later.deps.now = () => now + 90_000;
      expect((await notify(id, later.deps)).next).toBeNull();
      expect(later.sent).toEqual(['secops 1', 'secops 2']);
    });

    test('a refused delivery is given up, and the next one sent', async () => {
      const id = await pending([1, 'secops'], [2, 'secops']);
      const { sent, deps } = sender((which) => {
        if (which === 'secops 1') throw new WatchError('DELIVERY_REJECTED', 'answered 404');
      });

      expect((await notify(id, deps)).next).toBeNull();
      expect(sent).toEqual(['secops 1', 'secops 2']);
      expect(await deliveriesOf(id)).toMatchObject([
        { state: 'dead', lastError: 'DELIVERY_REJECTED: answered 404' },
        { state: 'sent' },
      ]);
    });

    test('a claim that nobody finished is free again after a while', async () => {
      const id = await pending([1, 'secops']);
      const [row] = (await cases().load(id))?.deliveries ?? [];
      const dueAt = new Date(now + 60_000).toISOString();
      if (row) await cases().saveDelivery({ ...row.value, attempts: 1, dueAt }, row.version);
      const { sent, deps } = sender();

      expect((await notify(id, deps)).next).toBe(now + 60_000);
      deps.now = () => now + 60_000;
      expect((await notify(id, deps)).next).toBeNull();
      expect(sent).toEqual(['secops 1']);
    });

    test('a saved delivery has a new version, which the next save needs', async () => {
      const id = await pending([1, 'secops']);
      const [row] = (await cases().load(id))?.deliveries ?? [];
      if (!row) throw new Error('no delivery');

      const version = await cases().saveDelivery({ ...row.value, attempts: 1 }, row.version);
      await expect(cases().saveDelivery(row.value, row.version)).rejects.toMatchObject({
        code: 'STORE_CONFLICT',
      });
      await cases().saveDelivery({ ...row.value, attempts: 2 }, version);
      expect(await deliveriesOf(id)).toMatchObject([{ attempts: 2 }]);
    });
  });
}
