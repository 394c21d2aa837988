import { describe, expect, test } from 'vitest';
import { ana, ben, minute, night, start } from './night.ts';

const isoAt = (minutes: number) => new Date(start + minutes * minute).toISOString();

describe('an answer', () => {
  test('a use is told at once, and whoever is on call is asked with it', async () => {
    const { use, heard, incident, journal } = night();
    await use('used');
    expect(await heard()).toEqual([
      'new > teams (ana)',
      'new > mail (ana)',
      'new > ana by mail (ana)',
    ]);
    expect(await journal()).toEqual(['opened']);
    expect((await incident()).response).toMatchObject({
      askedAt: isoAt(0),
      tiersTold: 1,
      dueAt: isoAt(5),
    });
  });

  test('one who takes it is told to everybody, and nobody is asked any more', async () => {
    const { use, heard, at, acknowledge, incident, look } = night();
    await use('used');
    await heard();
    at(2);
    expect(await acknowledge()).toMatchObject({ done: true });
    expect(await heard()).toEqual(['acknowledged > teams', 'acknowledged > mail']);
    expect(await incident()).toMatchObject({
      status: 'acknowledged',
      response: { askedAt: null, dueAt: isoAt(32), acknowledgement: { by: ana, at: isoAt(2) } },
    });
    at(20);
    expect(await look()).toBe(0);
    expect(await heard()).toEqual([]);
  });

  test('of two at once the first has it, and the second is told who', async () => {
    const { use, responding, seen, id, incident, journal } = night();
    await use('used');
    const given = { claim: 'emergency', reason: 'locked out', seen: await seen() } as const;
    const both = await Promise.all([
      responding.acknowledge(id, { ...given, by: ana }),
      responding.acknowledge(id, { ...given, by: ben }),
    ]);
    expect(both.map(({ done }) => done)).toEqual([true, false]);
    expect(both[1]).toMatchObject({ why: 'taken', says: 'Ana Ruiz has it since 02:03:00 UTC.' });
    expect((await incident()).response.acknowledgement?.by).toEqual(ana);
    expect(await journal()).toEqual(['opened', 'acknowledged']);
  });

  test('it counts for what was seen, and for nothing that came since', async () => {
    const { use, responding, seen, id } = night();
    await use('used');
    const before = await seen();
    await use('changed something');
    const given = { by: ana, claim: 'unknown', reason: 'looking', seen: before } as const;
    expect(await responding.acknowledge(id, given)).toMatchObject({ done: false, why: 'news' });
  });

  test('a page from before a tier was told is still good enough', async () => {
    const { use, at, look, responding, seen, id } = night();
    await use('used');
    const before = await seen();
    at(6);
    expect(await look()).toBe(1);
    const given = { by: ana, claim: 'unknown', reason: 'looking', seen: before } as const;
    expect(await responding.acknowledge(id, given)).toMatchObject({ done: true });
  });

  test('without a reason it is none', async () => {
    const { use, responding, seen, id, incident } = night();
    await use('used');
    const given = { by: ana, claim: 'drill', reason: ' \u202e ', seen: await seen() } as const;
    expect(await responding.acknowledge(id, given)).toMatchObject({
      done: false,
      why: 'no-reason',
    });
    expect((await incident()).status).toBe('open');
  });
});

describe('an acknowledgement runs out', () => {
  test('when something new of the account is found', async () => {
    const { use, at, acknowledge, heard, incident, journal } = night();
    await use('used');
    await acknowledge();
    await heard();
    at(3);
    await use('gave a role', 'high');
    expect(await heard()).toEqual([
      'lapsed > teams (ana)',
      'lapsed > mail (ana)',
      'lapsed > ana by mail (ana)',
    ]);
    expect(await incident()).toMatchObject({ status: 'open', response: { askedAt: isoAt(3) } });
    expect(await journal()).toEqual(['opened', 'acknowledged', 'lapsed']);
  });

  test.each([
    ['acts in a way that no detection tells of', { isRenewal: false }, 3, true],
    ['is acted upon by others', { isOwn: false }, 3, false],
    ['did it before, and the log is late', {}, 1, false],
    ['renews a token in the first minutes', { isRenewal: true }, 10, false],
    ['still renews tokens after a quarter of an hour', { isRenewal: true }, 18, true],
  ])('when the account %s', async (_, act, minutes, isOver) => {
    const { use, at, acknowledge, acts, incident } = night();
    await use('used');
    at(2);
    await acknowledge();
    at(minutes);
    await acts(minutes, act);
    expect((await incident()).status).toBe(isOver ? 'open' : 'acknowledged');
  });

  test('after the time that the policy sets, once, however many look', async () => {
    const { use, at, acknowledge, heard, look, journal } = night();
    await use('used');
    await acknowledge();
    await heard();
    at(29);
    expect(await look()).toBe(0);
    at(31);
    await Promise.all([look(), look()]);
    expect((await heard()).filter((one) => !one.includes(' by '))).toEqual([
      'lapsed > teams (ana)',
      'lapsed > mail (ana)',
    ]);
    expect(await journal()).toEqual(['opened', 'acknowledged', 'lapsed']);
  });

  test('an ordinary incident stays with whoever has it, until it grows worse', async () => {
    const { ordinary, acknowledge, incident, heard } = night();
    await ordinary('a role', 'medium');
    await acknowledge();
    await ordinary('another role', 'medium');
    expect((await incident()).status).toBe('acknowledged');
    await heard();
    await ordinary('Global Administrator', 'critical');
    expect((await incident()).status).toBe('open');
    expect((await heard())[0]).toBe('lapsed > teams (ana)');
  });
});

describe('who takes it again after it came back', () => {
  /** Taken, ended by a second act after three minutes, and taken again by Ben. */
  async function takenAgain() {
    const scene = night();
    await scene.use('used');
    await scene.acknowledge(ana);
    scene.at(3);
    await scene.use('gave a role', 'high');
    await scene.acknowledge(ben);
    await scene.heard();
    return scene;
  }

  test('has it for a quarter of an hour, and is asked once for all that came meanwhile', async () => {
    const { use, acts, at, look, heard, incident, journal, load } = await takenAgain();
    for (const minutes of [4, 6, 8]) {
      at(minutes);
      await use(`gave another role ${minutes}`, 'high');
      await acts(minutes);
    }
    expect(await incident()).toMatchObject({
      status: 'acknowledged',
      response: { dueAt: isoAt(18), acknowledgement: { by: ben, isOvertaken: true } },
    });
    expect((await heard()).every((one) => one.startsWith('update > '))).toBe(true);
    at(18);
    expect(await look()).toBe(1);
    expect((await heard())[0]).toBe('lapsed > teams (ana)');
    expect((await journal()).filter((kind) => kind === 'lapsed')).toHaveLength(2);
    expect((await load()).entries.at(-1)?.text).toContain('Ben Osei');
    expect((await load()).entries.at(-1)?.text).toContain('acted again since');
  });

  test('keeps it until its time is over where nothing came', async () => {
    const { at, look, incident } = await takenAgain();
    at(18);
    expect(await look()).toBe(0);
    expect((await incident()).response.dueAt).toBe(isoAt(33));
  });

  test('is asked at once about anything critical that is new', async () => {
    const { use, heard, incident } = await takenAgain();
    await use('used from elsewhere');
    expect((await incident()).status).toBe('open');
    expect((await heard())[0]).toBe('lapsed > teams (ana)');
  });

  test('hears of small things in one message, and of critical ones at once', async () => {
    const { ordinary, acknowledge, load } = night();
    await ordinary('a role', 'high');
    await acknowledge(ana);
    await ordinary('another role', 'high');
    const waits = async () => {
      const { deliveries } = await load();
      const { createdAt, dueAt } = deliveries.at(-1)?.value ?? {};
      return Date.parse(dueAt ?? '') - Date.parse(createdAt ?? '');
    };
    expect(await waits()).toBe(5 * minute);
  });
});

test('a password that somebody tries in vain ends no answer', async () => {
  const { use, acts, acknowledge, incident } = night();
  await use('used');
  await acknowledge(ana);
  const finding = { detection: 'breakglass-signin-attempt' };
  await use('wrong password', 'high', { finding });
  await acts(5, { isSuccess: false });
  expect((await incident()).status).toBe('acknowledged');
});

describe('nobody answers', () => {
  test('each tier in its time, then the last one again', async () => {
    const { use, at, look, heard, incident } = night();
    await use('used');
    await heard();
    at(5);
    await look();
    expect(await heard()).toEqual(['escalation > pager (ben)']);
    at(15);
    await look();
    expect(await heard()).toEqual([
      'escalation > teams',
      'escalation > mail',
      'escalation > pager',
    ]);
    expect((await incident()).response.dueAt).toBe(isoAt(75));
    at(75);
    await look();
    expect(await heard()).toHaveLength(3);
  });

  test('after an hour without anybody looking, what is due is told in one', async () => {
    const { use, at, look, heard, journal } = night();
    await use('used');
    await heard();
    at(65);
    expect(await look()).toBe(1);
    expect(await look()).toBe(0);
    expect(await heard()).toEqual([
      'escalation > teams (ben)',
      'escalation > mail (ben)',
      'escalation > pager (ben)',
    ]);
    expect(await journal()).toEqual(['opened', 'escalated']);
  });

  test('a clock that is seconds behind tells nothing twice', async () => {
    const { use, at, look, heard } = night();
    await use('used');
    at(5);
    await look();
    await heard();
    at(4.95);
    await look();
    expect(await heard()).toEqual([]);
  });

  test('it ends after a day', async () => {
    const { use, at, look, incident } = night();
    await use('used');
    at(3 * 24 * 60);
    await look();
    expect((await incident()).response.dueAt).toBeNull();
  });

  test('what is not grave asks nobody', async () => {
    const { ordinary, incident, heard, due } = night();
    await ordinary('a device', 'low');
    expect(await heard()).toEqual(['new > teams', 'new > mail']);
    expect((await incident()).response).toMatchObject({ askedAt: null, dueAt: null });
    expect(await due.due(start + 10 * 24 * 60 * minute)).toEqual([]);
  });
});

describe('the end', () => {
  test('takes an answer first, and then somebody else', async () => {
    const { use, close, acknowledge, incident, heard, journal } = night();
    await use('used');
    expect(await close(ben)).toMatchObject({ done: false, why: 'not-acknowledged' });
    await acknowledge(ana);
    expect(await close(ana)).toMatchObject({ done: false, why: 'same-person' });
    await heard();
    expect(await close(ben)).toMatchObject({ done: true });
    expect(await heard()).toEqual(['closed > teams', 'closed > mail']);
    expect(await incident()).toMatchObject({
      status: 'resolved',
      response: { dueAt: null, resolution: { by: ben, verdict: 'expected' } },
    });
    expect(await journal()).toEqual(['opened', 'acknowledged', 'resolved']);
  });

  test('by one person alone where the policy says why, and the journal repeats it', async () => {
    const closing = { secondPerson: false, reason: 'a team of one' };
    const { use, close, acknowledge, load } = night({ closing });
    await use('used');
    await acknowledge(ana);
    expect(await close(ana)).toMatchObject({ done: true });
    expect((await load()).entries.at(-1)?.text).toContain('a team of one');
  });

  test('nothing that was closed is told again, until there is news', async () => {
    const { use, at, acknowledge, close, look, heard, incident } = night();
    await use('used');
    await acknowledge(ana);
    await close(ben);
    await heard();
    at(300);
    await look();
    await use('used');
    expect(await heard()).toEqual([]);

    await use('used again');
    expect((await heard())[0]).toBe('reopened > teams (ana)');
    expect(await incident()).toMatchObject({
      status: 'open',
      findings: 1,
      title: 'used again',
      response: { period: 2, acknowledgement: null, askedAt: isoAt(300) },
    });
  });

  test.each([
    ['use', 'open'],
    ['ordinary', 'resolved'],
  ] as const)('other words for what was closed: %s is %s', async (kind, status) => {
    const { acknowledge, close, incident, ...found } = night();
    await found[kind]('told', 'critical');
    await acknowledge(ana);
    await close(ben);
    await found[kind]('told', 'critical', {
      precedence: '1',
      finding: { title: 'in other words' },
    });
    expect((await incident()).status).toBe(status);
    // Something new wakes either.
    await found[kind]('more', 'low');
    expect((await incident()).status).toBe('open');
  });

  test('what is taken back ends it without anybody', async () => {
    const { use, incident, journal, heard } = night();
    await use('used');
    await heard();
    await use('used', 'critical', { state: 'withdrawn', precedence: '9' });
    expect(await incident()).toMatchObject({ status: 'resolved', response: { askedAt: null } });
    expect(await journal()).toEqual(['opened', 'over']);
    expect(await heard()).toEqual(['correction > teams', 'correction > mail']);
  });
});

describe('a drill', () => {
  const drill = { id: 'd-1', declaredBy: 'Ana Ruiz', until: isoAt(60) };
  const within = {
    drillAt: async (_: string, at: number) =>
      at <= Date.parse('2026-11-02T09:00:00Z') ? drill : null,
  };

  test('marks what happens within it', async () => {
    const { use, incident } = night(within);
    await use('used');
    expect((await incident()).response.drill).toEqual(drill);
  });

  test('one act outside of it, and nothing of it is a drill any more', async () => {
    const { use, incident } = night(within);
    await use('used');
    await use('gave a role', 'high', { finding: { time: '2026-11-02T10:00:00.000Z' } });
    expect((await incident()).response.drill).toBeNull();
  });

  test('what began in earnest does not become one', async () => {
    const { use, incident } = night(within);
    await use('used', 'critical', { finding: { time: '2026-11-02T10:00:00.000Z' } });
    await use('again');
    expect((await incident()).response.drill).toBeNull();
  });
});

test('what was refused is kept, once an hour', async () => {
  const { use, responding, id, load, at } = night();
  await use('used');
  const glass = { id: 'glass', name: 'bg-01', identifiedBy: 'sign-in' } as const;
  const given = { by: glass, tried: 'acknowledge', why: 'it is a break-glass account' } as const;
  await responding.refuse(id, given);
  await responding.refuse(id, given);
  at(61);
  await responding.refuse(id, given);
  const refused = (await load()).entries.filter(({ kind }) => kind === 'refused');
  expect(refused.map(({ text }) => text)).toEqual([
    'bg-01 was refused to acknowledge it: it is a break-glass account',
    'bg-01 was refused to acknowledge it: it is a break-glass account',
  ]);
});
