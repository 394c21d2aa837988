import { expect, test } from 'vitest';
import type { KeptFinding } from '../../shared/finding.ts';
import { memoryCases } from '../../shared/record/memory-cases.ts';
import { recordFindings } from '../../shared/record/record-findings.ts';
import { unheard } from '../../shared/record/unheard.ts';
import { simpleRouting } from '../../shared/route/simple-routing.ts';
import { composeAlert } from '../../shared/tell/alert.ts';
import { type NotifyDeps, notify } from '../../shared/tell/notify.ts';
import { newIncidentId, now, sampleFound } from '../stores/sample-findings.ts';

const minute = 60_000;

/** Records findings of one incident at some minute, and says what people have heard by another. */
function watch() {
  const cases = memoryCases();
  const id = newIncidentId();
  const heard: string[] = [];
  let time = now;
  const deps: NotifyDeps = {
    cases,
    compose: (delivery, { incident, findings }) =>
      composeAlert({
        deliveryId: delivery.id,
        kind: delivery.kind,
        incident,
        findings,
        news: delivery.findings,
        about: () => undefined,
        tenant: { id: 'tenant', name: 'Example' },
        consoleUrl: null,
      }),
    send: async (_, alert) => void heard.push(`${alert.kind} ${alert.title}`),
    now: () => time,
  };
  return {
    heard,
    at: (minutes: number) => {
      time = now + minutes * minute;
    },
    found: async (name: string, more: Partial<Omit<KeptFinding, 'finding'>> = {}) => {
      const routing = simpleRouting([{ minSeverity: 'low', channels: ['secops'] }]);
      const record = { ...unheard, cases, routing, now: time };
      await recordFindings([sampleFound(id, name, { ...more, finding: { title: name } })], record);
    },
    notify: () => notify(id, deps),
    states: async () =>
      ((await cases.load(id))?.deliveries ?? []).map(({ value }) => value.state).sort(),
  };
}

test('what a later record may explain is told once its time is over', async () => {
  const { heard, at, found, notify } = watch();
  await found('a', { settleMs: 10 * minute });

  expect((await notify()).next).toBe(now + 10 * minute);
  expect(heard).toEqual([]);
  at(10);
  expect(await notify()).toEqual({ next: null, attempted: 1 });
  expect(heard).toEqual(['new a']);
});

test('what was explained meanwhile is never told, nor that it was', async () => {
  const { heard, at, found, notify, states } = watch();
  await found('a', { settleMs: 10 * minute, precedence: '1' });
  at(2);
  await found('a', { state: 'withdrawn', precedence: '2' });
  await notify();
  at(20);

  expect(await notify()).toEqual({ next: null, attempted: 0 });
  expect([heard, await states()]).toEqual([[], ['moot', 'moot']]);
});

test('whoever has heard of it hears that it was withdrawn', async () => {
  const { heard, at, found, notify } = watch();
  await found('a', { settleMs: 10 * minute, precedence: '1' });
  at(10);
  await notify();
  await found('a', { state: 'withdrawn', precedence: '2' });
  await notify();

  expect(heard).toEqual(['new a', 'correction Withdrawn: a']);
});

test('what waits holds up nothing else of its incident', async () => {
  const { heard, at, found, notify } = watch();
  await found('a', { settleMs: 10 * minute });
  await found('b');
  await notify();
  expect(heard).toEqual(['update b']);

  at(10);
  await notify();
  expect(heard).toEqual(['update b', 'new a']);
});
