import { describe, expect, test } from 'vitest';
import { WatchError } from '../../shared/errors.ts';
import { memoryCases } from '../../shared/record/memory-cases.ts';
import { newDelivery, nextAttemptAt } from '../../shared/record/outbox.ts';
import type { Entry, KeptEntry } from '../../shared/respond/journal.ts';
import { service } from '../../shared/respond/response.ts';
import type { Alert } from '../../shared/tell/alert.ts';
import { type NotifyDeps, notify } from '../../shared/tell/notify.ts';
import { isoOf } from '../../shared/time.ts';
import { newCase, newIncidentId, now, sampleIncident } from '../stores/sample-findings.ts';

const minute = 60_000;
const hour = 60 * minute;
const sample = newDelivery({ id: 'i', revision: 1, severity: 'high' }, 'secops', 'new', now);
const down = new WatchError('DELIVERY_UNAVAILABLE', 'answered 503');

/** An incident with deliveries, and what is needed to send them. */
async function pending(...tellings: [revision: number, channel: string][]) {
  const cases = memoryCases();
  const id = newIncidentId();
  // Of a kind that is never made part of another message.
  const deliveries = tellings.map(([revision, channel]) =>
    newDelivery({ id, revision, severity: 'high' }, channel, 'correction', now),
  );
  await cases.save({ ...newCase(id), deliveries });
  const sent: string[] = [];
  const deps: NotifyDeps = {
    cases,
    compose: ({ channel, revision }) => ({ title: `${channel} ${revision}` }) as Alert,
    send: async (_, { title }) => void sent.push(title),
    now: () => now,
  };
  const kept = async () => (await cases.load(id))?.deliveries.map(({ value }) => value) ?? [];
  return { id, deps, sent, kept };
}

test('a channel that is down is tried ever less often for three days, then given up with its reason', async () => {
  const { id, deps, kept } = await pending([1, 'secops']);
  let time = now;
  const pauses: number[] = [];
  deps.now = () => time;
  deps.send = async () => {
    throw down;
  };
  const again = async () => (await notify(id, deps)).next;
  for (let next = await again(); next !== null; next = await again()) {
    pauses.push(next - time);
    time = next;
  }

  expect(pauses.slice(0, 6)).toEqual([10_000, 20_000, 40_000, 80_000, 160_000, 5 * minute]);
  expect(new Set(pauses.slice(6))).toEqual(new Set([5 * minute]));
  expect(time - now).toBeGreaterThan(72 * hour);
  expect(time - now).toBeLessThan(72 * hour + 6 * minute);
  expect(await kept()).toMatchObject([
    { state: 'dead', attempts: pauses.length + 1, lastError: down.message, sentAt: null },
  ]);
});

test.each([
  [undefined, 20_000],
  [1_000, 20_000],
  [90_000, 90_000],
])('with a Retry-After of %s ms the next try is after %s ms', (retryAfterMs, expected) => {
  const delivery = { ...sample, attempts: 2 };
  expect(nextAttemptAt(delivery, now, retryAfterMs)).toBe(now + expected);
});

test('a delivery is tried for the last time once 72 hours are over', () => {
  const tried = { ...sample, attempts: 20 };
  expect(nextAttemptAt(tried, now + 72 * hour, undefined)).toBeGreaterThan(now + 72 * hour);
  expect(nextAttemptAt(tried, now + 72 * hour + 1, undefined)).toBeUndefined();
});

test('a delivery that nobody tried for days, since the service stood still, is not given up at once', () => {
  const late = now + 100 * hour;
  expect(nextAttemptAt({ ...sample, attempts: 1 }, late, undefined)).toBe(late + 10_000);
  expect(nextAttemptAt({ ...sample, attempts: 19 }, late, undefined)).toBe(late + 5 * minute);
  expect(nextAttemptAt({ ...sample, attempts: 20 }, late, undefined)).toBeUndefined();
});

test('a slow channel holds up no other, and its own revisions stay in order', async () => {
  const { id, deps, sent, kept } = await pending(
    [2, 'slow'],
    [2, 'mail'],
    [1, 'slow'],
    [1, 'mail'],
  );
  const { send } = deps;
  let answer = () => {};
  const slow = new Promise<void>((resolve) => {
    answer = resolve;
  });
  let hasSentMail = () => {};
  const mailed = new Promise<void>((resolve) => {
    hasSentMail = resolve;
  });
  deps.send = async (channel, alert) => {
    if (channel === 'slow') await slow;
    await send(channel, alert);
    if (alert.title === 'mail 2') hasSentMail();
  };

  const notified = notify(id, deps);
  await mailed;
  expect(sent).toEqual(['mail 1', 'mail 2']);
  answer();
  expect((await notified).next).toBeNull();
  expect(sent.slice(2)).toEqual(['slow 1', 'slow 2']);
  expect((await kept()).map(({ state }) => state)).toEqual(Array(4).fill('sent'));
});

describe('a fault', () => {
  test('of ours in one delivery gives up that one, and the next is sent', async () => {
    const { id, deps, sent, kept } = await pending([1, 'secops'], [2, 'secops']);
    deps.compose = ({ revision }) => {
      if (revision === 1) throw new TypeError('no such field');
      return { title: `revision ${revision}` } as Alert;
    };
    expect((await notify(id, deps)).next).toBeNull();
    expect(sent).toEqual(['revision 2']);
    expect(await kept()).toMatchObject([
      { state: 'dead', lastError: 'no such field' },
      { state: 'sent' },
    ]);
  });

  test('of the store fails the call, and nothing was sent unclaimed', async () => {
    const { id, deps, sent, kept } = await pending([1, 'secops']);
    const broken = { ...deps.cases, saveDelivery: () => Promise.reject(new Error('gone')) };
    await expect(notify(id, { ...deps, cases: broken })).rejects.toThrow('gone');
    expect([sent, await kept()]).toMatchObject([[], [{ state: 'pending', attempts: 0 }]]);
  });

  test('between sending and saving sends once more, under the same id', async () => {
    const { id, deps, kept } = await pending([1, 'secops']);
    const ids: string[] = [];
    deps.compose = (delivery) => ({ title: delivery.id }) as Alert;
    deps.send = async (_, { title }) => void ids.push(title);
    let saves = 0;
    const dying: NotifyDeps['cases'] = {
      ...deps.cases,
      saveDelivery: (delivery, version) => {
        saves += 1;
        if (saves === 2) throw new Error('killed');
        return deps.cases.saveDelivery(delivery, version);
      },
    };
    await expect(notify(id, { ...deps, cases: dying })).rejects.toThrow('killed');

    const next = (await notify(id, deps)).next ?? 0;
    // For as long as its sender may still be at work, nobody else sends it.
    expect([ids.length, next - now]).toEqual([1, 15_000]);
    expect((await notify(id, { ...deps, now: () => next })).next).toBeNull();
    expect(ids).toEqual([ids[0], ids[0]]);
    expect(await kept()).toMatchObject([{ state: 'sent', attempts: 2 }]);
  });
});

test('an incident that nobody knows, and one that was told, need no other look', async () => {
  const { id, deps } = await pending([1, 'secops']);
  expect((await notify('nobody knows', deps)).next).toBeNull();
  expect((await notify(id, deps)).next).toBeNull();
  expect(await notify(id, deps)).toEqual({ next: null, attempted: 0 });
});

describe('the journal', () => {
  const entry: Entry = {
    id: 'opened 1',
    incident: '',
    tenantId: 'tenant-1',
    kind: 'opened',
    revision: 1,
    at: isoOf(now),
    by: service,
    text: 'Opened',
    data: {},
  };

  async function withEntry() {
    const { id, deps, sent } = await pending([1, 'secops']);
    const incident = { value: sampleIncident(id, { revision: 2 }), version: null };
    const cases = memoryCases();
    const deliveries = [newDelivery({ id, revision: 2, severity: 'high' }, 'mail', 'new', now)];
    const entries = [{ ...entry, incident: id }];
    await cases.save({ incidentId: id, incident, findings: [], deliveries, entries });
    return { id, sent, deps: { ...deps, cases }, cases };
  }

  test('is copied into the ledger once', async () => {
    const { id, deps, cases } = await withEntry();
    const chained: string[] = [];
    const chain = async (entries: readonly KeptEntry[]) => {
      for (const one of entries) {
        chained.push(one.id);
        await cases.saveEntry({ ...one, seq: 7 });
      }
    };
    expect((await notify(id, { ...deps, chain })).next).toBeNull();
    await notify(id, { ...deps, chain });
    expect(chained).toEqual(['opened 1']);
  });

  test('that can not be copied holds up no alert, and is tried again', async () => {
    const { id, deps, sent } = await withEntry();
    const warnings: string[] = [];
    const chain = () => Promise.reject(new WatchError('STORE_UNAVAILABLE', 'ledger'));
    const warn = (text: string) => void warnings.push(text);
    expect((await notify(id, { ...deps, chain, warn })).next).toBe(now + 30_000);
    expect([sent, warnings]).toEqual([['mail 2'], ['ledger: STORE_UNAVAILABLE: ledger']]);
  });
});
