import { describe, expect, test } from 'vitest';
import { memoryCases } from '../../shared/record/memory-cases.ts';
import { type Delivery, type DeliveryOptions, newDelivery } from '../../shared/record/outbox.ts';
import type { Severity } from '../../shared/severity.ts';
import { memoryShelf } from '../../shared/shelf.ts';
import type { Alert, AlertKind } from '../../shared/tell/alert.ts';
import type { FoldedLine } from '../../shared/tell/folded.ts';
import { type NotifyDeps, notify } from '../../shared/tell/notify.ts';
import { newIncidentId, now, sampleFinding, sampleIncident } from '../stores/sample-findings.ts';

const minute = 60_000;

type Telling = DeliveryOptions & {
  revision: number;
  kind: AlertKind;
  severity?: Severity;
  change?: Partial<Delivery>;
};

/** An incident with findings a to d, and what of it is to be told on one channel. */
async function pending(...tellings: Telling[]) {
  const cases = memoryCases();
  const id = newIncidentId();
  const findings = ['a', 'b', 'c', 'd'].map((name) =>
    sampleFinding(id, name, {
      finding: { id: name },
      ...(name === 'd' && { settleMs: 10 * minute }),
    }),
  );
  const deliveries = tellings.map(({ revision, kind, severity = 'high', change, ...options }) => ({
    ...newDelivery({ id, revision, severity }, 'secops', kind, now, options),
    ...change,
  }));
  await cases.save({
    incidentId: id,
    incident: { value: sampleIncident(id), version: null },
    findings: findings.map((value) => ({ value, version: null })),
    deliveries,
  });
  const sent: string[] = [];
  let time = now;
  const deps: NotifyDeps = {
    cases,
    compose: ({ kind, revision, findings, person }) =>
      ({ title: [kind, revision, findings.join('+'), person].filter(Boolean).join(' ') }) as Alert,
    send: async (_, { title }) => void sent.push(title),
    now: () => time,
  };
  return {
    id,
    deps,
    sent,
    at: (ms: number) => {
      time = now + ms;
    },
    notify: () => notify(id, deps),
    states: async () =>
      ((await cases.load(id))?.deliveries ?? [])
        .toSorted((a, b) => a.value.revision - b.value.revision)
        .map(({ value }) => `${value.revision} ${value.state}`),
  };
}

describe('several deliveries of one incident on one channel', () => {
  test('that tell of findings are one message, about the findings of all', async () => {
    const { notify, sent, states } = await pending(
      { revision: 1, kind: 'new', findings: ['a'] },
      { revision: 2, kind: 'update', findings: ['b'] },
      { revision: 3, kind: 'update', findings: ['a', 'c'] },
    );
    expect(await notify()).toEqual({ next: null, attempted: 1 });
    expect(sent).toEqual(['new 3 a+b+c']);
    expect(await states()).toEqual(['1 folded', '2 folded', '3 sent']);
  });

  test('are told in their order where people did something in between', async () => {
    const { notify, sent } = await pending(
      { revision: 1, kind: 'update', findings: ['a'] },
      { revision: 2, kind: 'acknowledged' },
      { revision: 3, kind: 'update', findings: ['a', 'b'] },
      { revision: 4, kind: 'update', findings: ['c'] },
      { revision: 5, kind: 'closed' },
    );
    await notify();
    expect(sent).toEqual(['update 1 a', 'acknowledged 2', 'update 4 a+b+c', 'closed 5']);
  });

  test.each(['correction', 'resolved', 'escalation', 'lapsed', 'reopened'] as const)(
    'of which one is of the kind %s are not made one',
    async (kind) => {
      const { notify, sent } = await pending(
        { revision: 1, kind: 'update', findings: ['a'] },
        { revision: 2, kind, findings: ['b'] },
        { revision: 3, kind: 'update', findings: ['c'] },
      );
      await notify();
      expect(sent).toEqual(['update 1 a', `${kind} 2 b`, 'update 3 c']);
    },
  );

  test('of which one was tried are not made one: it may have arrived', async () => {
    const { notify, sent } = await pending(
      { revision: 1, kind: 'new', findings: ['a'], change: { attempts: 1 } },
      { revision: 2, kind: 'update', findings: ['b'] },
    );
    await notify();
    expect(sent).toEqual(['new 1 a', 'update 2 b']);
  });

  test('to different people stay apart', async () => {
    const { notify, sent } = await pending(
      { revision: 1, kind: 'new', findings: ['a'] },
      { revision: 1, kind: 'new', findings: ['a'], person: 'ana' },
      { revision: 2, kind: 'update', findings: ['b'], person: 'ana' },
    );
    await notify();
    expect(sent.sort()).toEqual(['new 1 a', 'new 2 a+b ana']);
  });

  test('wait for each other, and go with whatever comes first', async () => {
    const { notify, sent, at } = await pending(
      { revision: 1, kind: 'update', findings: ['a'], groupMs: 10 * minute },
      { revision: 2, kind: 'update', findings: ['b'], groupMs: 15 * minute },
    );
    expect((await notify()).next).toBe(now + 10 * minute);
    at(10 * minute);
    expect((await notify()).next).toBeNull();
    expect(sent).toEqual(['update 2 a+b']);
  });

  test('that wait for company are not overtaken by what people did', async () => {
    const { notify, sent } = await pending(
      { revision: 1, kind: 'update', findings: ['a'], groupMs: 10 * minute },
      { revision: 2, kind: 'acknowledged' },
    );
    await notify();
    expect(sent).toEqual(['update 1 a', 'acknowledged 2']);
  });

  test('that wait to be explained do not go along, and hold up nothing', async () => {
    const { notify, sent, at } = await pending(
      { revision: 1, kind: 'new', findings: ['d'], settleMs: 10 * minute },
      { revision: 2, kind: 'update', findings: ['b'] },
    );
    expect((await notify()).next).toBe(now + 10 * minute);
    expect(sent).toEqual(['update 2 b']);
    at(10 * minute);
    await notify();
    expect(sent).toEqual(['update 2 b', 'new 1 d']);
  });

  test('of which a sender died after it had made them one are not told again', async () => {
    const { notify, sent, at, deps, states } = await pending(
      { revision: 1, kind: 'new', findings: ['a'] },
      { revision: 2, kind: 'update', findings: ['b'] },
    );
    const { saveDelivery } = deps.cases;
    let saves = 0;
    deps.cases = {
      ...deps.cases,
      saveDelivery: (delivery, version) => {
        saves += 1;
        // The claim is saved; that the earlier one is folded is not.
        if (saves === 2) return Promise.reject(new Error('killed'));
        return saveDelivery(delivery, version);
      },
    };
    await expect(notify()).rejects.toThrow('killed');
    expect(await states()).toEqual(['1 pending', '2 pending']);
    await notify();
    expect([sent, await states()]).toEqual([[], ['1 folded', '2 pending']]);
    at(15_000);
    await notify();
    expect(sent).toEqual(['new 2 a+b']);
  });
});

describe('a line of a list', () => {
  async function folding() {
    const scene = await pending({ revision: 1, kind: 'update', findings: ['a'] });
    const storm = memoryShelf<FoldedLine>();
    const lists = { storm, daily: memoryShelf<FoldedLine>(), weekly: memoryShelf<FoldedLine>() };
    const pace = { place: async () => ({ may: 'fold' as const }), giveBack: async () => {} };
    return { ...scene, storm, deps: { ...scene.deps, lists, pace } };
  }

  test('is what a delivery becomes in a storm', async () => {
    const { id, deps, storm, sent, states } = await folding();
    expect((await notify(id, deps)).next).toBeNull();
    expect([sent, await states()]).toEqual([[], ['1 folded']]);
    expect([...(await storm.all()).values()].map(({ value }) => value.findings)).toEqual([
      [{ id: 'a', detection: 'privileged-role-assigned-active', severity: 'high', isOpen: true }],
    ]);
  });

  test('is none where another sender was faster and told it', async () => {
    const { id, deps, storm, sent, notify: sendSingly } = await folding();
    const put = async (key: string, line: FoldedLine) => {
      await sendSingly();
      return storm.put(key, line);
    };
    await notify(id, { ...deps, lists: { ...deps.lists, storm: { ...storm, put } } });
    expect(sent).toEqual(['update 1 a']);
    expect((await storm.all()).size).toBe(0);
  });

  test('stays where another sender made it one as well', async () => {
    const { id, deps, storm } = await folding();
    const put = async (key: string, line: FoldedLine) => {
      await notify(id, deps);
      return storm.put(key, line);
    };
    await notify(id, { ...deps, lists: { ...deps.lists, storm: { ...storm, put } } });
    expect((await storm.all()).size).toBe(1);
  });
});
