import { beforeEach, describe, expect, test } from 'vitest';
import type { Verdict } from '../../shared/detect/check-posture.ts';
import type { Found } from '../../shared/detect/found.ts';
import type { Unknown } from '../../shared/detect/posture-check.ts';
import type { DigestTime } from '../../shared/policy/digest.ts';
import { memoryPosture } from '../../shared/posture/memory-posture.ts';
import { watchPosture } from '../../shared/posture/watch-posture.ts';
import { type MemoryCases, memoryCases } from '../../shared/record/memory-cases.ts';
import type { Delivery } from '../../shared/record/outbox.ts';
import { unheard } from '../../shared/record/unheard.ts';
import { simpleRouting } from '../../shared/route/simple-routing.ts';
import { posture } from './open-state.ts';

const tenantId = '00000000-0000-4000-8000-000000000001';
const start = Date.parse('2026-11-20T12:00:00Z');
const hour = 3_600_000;

let cases: MemoryCases;
let store: ReturnType<typeof memoryPosture>;

beforeEach(() => {
  cases = memoryCases();
  store = memoryPosture();
});

const verdict = (found: Found[], unknown: Unknown[] = []): Verdict[] => [
  { check: 'posture-admin-synced', found, unknown },
];

const daily: DigestTime = { at: '08:00', timezone: 'UTC', weekday: 'mon' };

const look = (verdicts: Verdict[], hoursLater = 0, digest = daily) =>
  watchPosture(tenantId, verdicts, {
    ...unheard,
    cases,
    routing: simpleRouting([{ minSeverity: 'low', channels: ['mail'] }]),
    tenantName: () => 'contoso',
    now: start + hoursLater * hour,
    posture: store,
    digest,
  });

/** What is to be told, oldest first. */
async function deliveries(): Promise<Delivery[]> {
  const incidents = await cases.incidents({ limit: 100 });
  const kept = await Promise.all(incidents.map(({ id }) => cases.load(id)));
  return kept
    .flatMap((one) => one?.deliveries.map(({ value }) => value) ?? [])
    .sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1));
}

const kinds = async () => (await deliveries()).map(({ kind }) => kind);

const stateOf = (found: Found) =>
  cases
    .findings()
    .find(
      ({ finding }) => finding.id === found.kept.finding.id && finding.incident === found.incident,
    );

describe('a state that lasts', () => {
  test('opens once, however often it is seen', async () => {
    expect(await look(verdict([posture('ada', 'high')]))).toBe(1);
    expect(await look(verdict([posture('ada', 'high')]), 1)).toBe(0);
    expect(await kinds()).toEqual(['new']);
  });

  test('is updated when it says something else, and keeps its beginning', async () => {
    const first = posture('ada', 'high');
    await look(verdict([first]));
    const later = posture('ada', 'high', 'ada is worse');
    later.kept.finding.time = '2026-11-21T00:00:00.000Z';
    await look(verdict([later]), 1);

    expect(stateOf(first)?.finding).toMatchObject({
      title: 'ada is worse',
      revision: 2,
      time: first.kept.finding.time,
    });
    expect(await kinds()).toEqual(['new', 'update']);
  });

  test('is over when the state is right again, and people who were told hear that', async () => {
    const found = posture('ada', 'high');
    await look(verdict([found]));
    expect(await look(verdict([]), 1)).toBe(1);

    expect(stateOf(found)?.state).toBe('resolved');
    expect(await kinds()).toEqual(['new', 'resolved']);
    expect((await cases.load(found.incident))?.incident.status).toBe('resolved');
  });

  test('opens again when it comes back, as the same finding', async () => {
    const found = posture('ada', 'high');
    await look(verdict([found]));
    await look(verdict([]), 1);
    await look(verdict([posture('ada', 'high')]), 2);

    expect(stateOf(found)).toMatchObject({ state: 'open', finding: { revision: 3 } });
    expect(await kinds()).toEqual(['new', 'resolved', 'reopened']);
  });

  test('stays open while nobody can tell', async () => {
    const found = posture('ada', 'high');
    await look(verdict([found]));
    await look(verdict([], [{ unknown: 'The directory could not be read.' }]), 1);
    await look(verdict([], [{ unknown: 'No date.', about: found.subject }]), 2);
    expect(stateOf(found)?.state).toBe('open');

    const somebodyElse = { type: 'user' as const, id: 'another', name: 'another' };
    await look(verdict([], [{ unknown: 'No date.', about: somebodyElse }]), 3);
    expect(stateOf(found)?.state).toBe('resolved');
  });

  test('is over although somebody else can not be seen', async () => {
    const found = posture('ada', 'high');
    await look(verdict([found]));
    await look(verdict([], [{ unknown: 'PIM was not read.', isOfOthers: true }]), 1);
    expect(stateOf(found)?.state).toBe('resolved');
  });

  test('is over when its check is switched off', async () => {
    const found = posture('ada', 'high');
    await look(verdict([found]));
    await look([], 1);
    expect(stateOf(found)?.state).toBe('resolved');
  });

  test('is found again after a look that died before it was remembered, and told once', async () => {
    const save = store.save;
    store.save = () => Promise.reject(new Error('killed'));
    await expect(look(verdict([posture('ada', 'high')]))).rejects.toThrow('killed');
    store.save = save;
    await look(verdict([posture('ada', 'high')]), 1);
    expect(await kinds()).toEqual(['new']);
  });
});

describe('a look that dies, at whatever call', () => {
  /** The look goes as far as so many calls of its stores; the last of them may be done already. */
  async function dies(verdicts: Verdict[], hoursLater: number, calls: number, isDone: boolean) {
    let left = calls;
    const mortal = <Store extends object>(real: Store): Store =>
      new Proxy(real, {
        get(target, name, receiver) {
          const value: unknown = Reflect.get(target, name, receiver);
          if (typeof value !== 'function') return value;
          return async (...args: unknown[]) => {
            left -= 1;
            const isLast = left < 0;
            const answer = isLast && !isDone ? undefined : await value.apply(target, args);
            if (isLast) throw new Error('killed');
            return answer;
          };
        },
      });
    const [realCases, realStore] = [cases, store];
    cases = mortal(cases);
    store = mortal(store);
    await look(verdicts, hoursLater).catch(() => {});
    cases = realCases;
    store = realStore;
  }

  const deaths = Array.from({ length: 10 }, (_, calls) => calls).flatMap((calls) =>
    [true, false].map((isDone) => [calls, isDone] as const),
  );
  const high = posture('ada', 'high');
  const isOpen = () => stateOf(high)?.state === 'open';

  test.each(deaths)('(%i, %s) leaves nothing open that is over', async (calls, isDone) => {
    await dies(verdict([posture('ada', 'high')]), 0, calls, isDone);
    await look(verdict([]), 1);
    expect(isOpen()).toBe(false);
  });

  test.each(deaths)('(%i, %s) leaves nothing over that is open', async (calls, isDone) => {
    await look(verdict([posture('ada', 'high')]));
    await dies(verdict([]), 1, calls, isDone);
    await look(verdict([posture('ada', 'high')]), 2);
    expect(isOpen()).toBe(true);
  });

  test.each(deaths)(
    '(%i, %s) leaves nothing over that nobody can tell of',
    async (calls, isDone) => {
      await look(verdict([posture('ada', 'high')]));
      await dies(verdict([]), 1, calls, isDone);
      const wasOver = (await store.read(tenantId)).open.size === 0;
      await look(verdict([], [{ unknown: 'It could not be read.' }]), 2);
      expect(isOpen()).toBe(!wasOver);
    },
  );

  test.each(deaths)('(%i, %s) leaves no severity that is wrong', async (calls, isDone) => {
    await look(verdict([posture('ada', 'high')]));
    await dies(verdict([posture('ada', 'medium')]), 1, calls, isDone);
    await look(verdict([posture('ada', 'high')]), 2);
    expect(stateOf(high)?.finding.severity).toBe('high');
  });
});

describe('the digest', () => {
  test('tells at the first look what is not urgent, and of nothing else', async () => {
    await look(verdict([posture('ada', 'high'), posture('ben'), posture('cleo', 'low')]));
    const told = await deliveries();
    expect(told.map(({ kind }) => kind).sort()).toEqual(['digest', 'new']);
    const digest = told.find(({ kind }) => kind === 'digest');
    expect(digest?.findings).toEqual(['finding-of-ben', 'finding-of-cleo']);
    const written = await cases.load(digest?.incident ?? '');
    expect(written?.incident).toMatchObject({
      title: 'Posture of contoso: 2 new, 3 open in all',
      severity: 'medium',
      status: 'resolved',
    });
  });

  test('comes once a day, at its hour, and only with news', async () => {
    await look(verdict([posture('ben')]));
    await look(verdict([posture('ben'), posture('cleo')]), 19.9);
    expect(await kinds()).toEqual(['digest']);
    await look(verdict([posture('ben'), posture('cleo')]), 20);
    expect(await kinds()).toEqual(['digest', 'digest']);
    await look(verdict([posture('ben'), posture('cleo')]), 44);
    await look(verdict([posture('ben'), posture('cleo')]), 68);
    expect(await kinds()).toEqual(['digest', 'digest']);
  });

  test('tells what is over, once', async () => {
    await look(verdict([posture('ben')]));
    await look(verdict([]), 1);
    await look(verdict([]), 20);
    await look(verdict([]), 44);
    const [, second, ...more] = await deliveries();
    expect(more).toEqual([]);
    const written = await cases.load(second?.incident ?? '');
    expect(written?.incident.title).toBe('Posture of contoso: 1 over, 0 open in all');
    expect(written?.findings.map(({ state }) => state)).toEqual(['resolved']);
  });

  test('does not come twice when the look after it died', async () => {
    const save = store.save;
    let saves = 0;
    store.save = (...args) => (++saves === 3 ? Promise.reject(new Error('killed')) : save(...args));
    await expect(look(verdict([posture('ben')]))).rejects.toThrow('killed');
    await look(verdict([posture('ben')]), 1);
    expect(await kinds()).toEqual(['digest']);
  });

  test('what came after a digest that is written already waits for the next', async () => {
    const save = store.save;
    let saves = 0;
    store.save = (...args) => (++saves === 3 ? Promise.reject(new Error('killed')) : save(...args));
    await expect(look(verdict([posture('ben')]))).rejects.toThrow('killed');
    await look(verdict([posture('ben'), posture('cleo')]), 1);
    await look(verdict([posture('ben'), posture('cleo')]), 20);
    expect((await deliveries()).map(({ findings }) => findings)).toEqual([
      ['finding-of-ben'],
      ['finding-of-cleo'],
    ]);
  });

  test('an hour that comes twice on one day makes no second digest, and loses nothing', async () => {
    const berlin = { ...daily, at: '02:30', timezone: 'Europe/Berlin' };
    // 2026-10-25: 02:30 in summer time is 00:30 UTC, and in winter time 01:30.
    const before = Date.parse('2026-10-24T12:00:00Z');
    const hoursTo = (utc: string) => (Date.parse(utc) - start) / hour;
    await look(verdict([posture('ben')]), (before - start) / hour, berlin);
    const two = verdict([posture('ben'), posture('cleo')]);
    await look(two, hoursTo('2026-10-25T00:30:00Z'), berlin);
    const three = verdict([posture('ben'), posture('cleo'), posture('dan')]);
    await look(three, hoursTo('2026-10-25T01:00:00Z'), berlin);
    await look(three, hoursTo('2026-10-25T01:30:00Z'), berlin);
    expect(await kinds()).toEqual(['digest', 'digest']);
    await look(three, hoursTo('2026-10-26T01:30:00Z'), berlin);
    expect((await deliveries()).at(-1)?.findings).toEqual(['finding-of-dan']);
  });

  test('a later hour in the policy loses nothing of a day that had its digest', async () => {
    const news = verdict([posture('ben'), posture('cleo')]);
    await look(verdict([posture('ben')]), 0);
    await look(news, 1, { ...daily, at: '18:00' });
    await look(news, 7, { ...daily, at: '18:00' });
    await look(news, 31, { ...daily, at: '18:00' });
    expect((await deliveries()).flatMap(({ findings }) => findings)).toEqual([
      'finding-of-ben',
      'finding-of-cleo',
    ]);
  });

  test('a clock that was a year ahead does not silence it', async () => {
    await look(verdict([posture('ben')]), 365 * 24);
    await look(verdict([posture('ben'), posture('cleo')]), 0);
    expect((await deliveries()).flatMap(({ findings }) => findings)).toContain('finding-of-cleo');
  });

  test('what became grave is told by itself', async () => {
    await look(verdict([posture('ben')]));
    await look(verdict([posture('ben', 'high')]), 1);
    expect(await kinds()).toEqual(['digest', 'update']);
  });

  test('of a thousand findings the gravest are listed, and all are counted', async () => {
    const many = Array.from({ length: 1000 }, (_, n) =>
      posture(`admin ${n}`, n === 999 ? 'medium' : 'low'),
    );
    await look(verdict(many));
    const [digest] = await deliveries();
    expect(digest?.findings.length).toBe(60);
    expect(digest?.findings[0]).toBe('finding-of-admin-999');
    const written = await cases.load(digest?.incident ?? '');
    expect(written?.incident.title).toContain('1000 new');
  });
});
