import { describe, expect, test } from 'vitest';
import { WatchError } from '../../shared/errors.ts';
import { unknownState } from '../../shared/forward/pump/sink-state.ts';
import {
  day,
  firstArrivals,
  hour,
  isHeartbeat,
  later,
  minute,
  misconfigured,
  ofIncident,
  pumpWorld,
  refused,
  rejected,
  second,
  start,
  tenantId,
  unavailable,
} from './pump-world.ts';

const seqs = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const uids = (incident: string, ...of: readonly number[]) => of.map((seq) => `${incident}-${seq}`);
const oneByOne = { maxEvents: 1, maxBytes: 100_000, baseBytes: 0, bytesEach: 0 };
/** A receiver to which no heartbeat matters. */
const beatsAside =
  (world: ReturnType<typeof pumpWorld>, events: typeof world.receive): typeof world.receive =>
  (batch) =>
    batch.every(isHeartbeat) ? world.take(batch) : events(batch);

describe('what waits', () => {
  test('is sent once, in the order of each incident, and is settled', async () => {
    const world = pumpWorld();
    for (const [incident, count] of Object.entries({ a: 3, b: 1, c: 5 })) {
      await world.record(incident, seqs(count));
    }
    const report = await world.pump();
    expect(report).toMatchObject({ ended: 'drained', taken: 9, filtered: 0, refused: 0 });
    expect(report).toMatchObject({ next: null, waitingSince: null });
    expect(world.arrived).toHaveLength(9);
    for (const [incident, count] of Object.entries({ a: 3, b: 1, c: 5 })) {
      expect(ofIncident(world.arrived, incident)).toEqual(uids(incident, ...seqs(count)));
    }
    expect(await world.waiting()).toEqual([]);
  });

  test('goes in batches that hold one event of an incident, and no more than the sink takes', async () => {
    const world = pumpWorld();
    for (const incident of seqs(9)) await world.record(`i${incident}`, [1, 2]);
    await world.pump();
    for (const batch of world.batches) {
      expect(batch.length).toBeLessThanOrEqual(4);
      const incidents = batch.map((uid) => uid.split('-')[0]);
      expect(new Set(incidents).size).toBe(incidents.length);
    }
    // Nine at a time, by fours; a sink is asked no more often than that.
    expect(world.batches).toHaveLength(6);
  });

  test('is not sent if the policy does not want it there, and waits no more', async () => {
    const world = pumpWorld({
      wants: (event) => event.kind === 'finding' && event.finding.severity === 'high',
    });
    await world.record('a', [1], { severity: 'high' });
    await world.record('a', [2, 3], { severity: 'low' });
    await world.record('a', [4], { severity: 'high' });
    const report = await world.pump();
    expect(report).toMatchObject({ taken: 2, filtered: 2 });
    expect(world.arrived).toEqual(uids('a', 1, 4));
    expect(await world.waiting()).toEqual([]);
  });

  test('of one busy incident does not hold up the others for long', async () => {
    const world = pumpWorld();
    await world.record('a', seqs(2_300));
    await world.record('b', [1]);
    await world.pump();
    expect(world.arrived).toHaveLength(2_301);
    expect(ofIncident(world.arrived, 'a')).toEqual(uids('a', ...seqs(2_300)));
    expect(world.arrived.indexOf('b-1')).toBeLessThan(300);
  });

  test('and comes while it is sent is sent as well', async () => {
    const world = pumpWorld();
    await world.record('b', [1]);
    let isFirst = true;
    world.receive = async (batch) => {
      // In front of what is being read.
      if (isFirst) await world.record('a', [1]);
      isFirst = false;
      return world.take(batch);
    };
    expect(await world.pump()).toMatchObject({ ended: 'drained', taken: 2 });
    expect(world.arrived).toEqual(['b-1', 'a-1']);
  });

  test('is left to the next pump once the time is up', async () => {
    const world = pumpWorld({ width: 1 });
    for (const incident of seqs(40)) await world.record(`i${incident}`, [1]);
    world.receive = (batch) => {
      world.wait(minute);
      return world.take(batch);
    };
    const report = await world.pump();
    expect(report).toMatchObject({ ended: 'out of time', taken: 16, next: world.now() });
    expect(await world.waiting()).toHaveLength(24);
    expect((await world.drain()).at(-1)).toMatchObject({ ended: 'drained', waitingSince: null });
    expect(world.arrived).toHaveLength(40);
  });

  test('comes again if the storage fails after it was sent, and nobody blames the sink', async () => {
    const world = pumpWorld();
    await world.record('a', [1, 2]);
    const settle = world.feed.settle;
    world.feed.settle = async () => {
      throw new WatchError('STORE_UNAVAILABLE', 'away');
    };
    await expect(world.pump()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect((await world.state())?.failingSince ?? null).toBeNull();
    world.feed.settle = settle;
    // The claim is free at once.
    await world.pump();
    expect(world.arrived).toEqual(['a-1', 'a-1', 'a-2']);
  });
});

test('an event that can not be read holds up its incident alone', async () => {
  const world = pumpWorld();
  await world.record('a', [1, 2]);
  await world.record('b', [1]);
  const { event } = world.events;
  const warnings: string[] = [];
  const away = new WatchError('STORE_UNAVAILABLE', 'reading it: failed (SyntaxError)');
  world.events.event = async (place) => {
    if (place.incident === 'a') throw away;
    return event(place);
  };
  const warn = (message: string) => void warnings.push(message);
  // It is there all the same, however long that takes.
  world.wait(hour);
  expect(await world.pump({ warn })).toMatchObject({ taken: 1 });
  expect(warnings[0]).toContain('event 1 of incident a for sink soc: STORE_UNAVAILABLE');
  // Where none can be read, it is the storage.
  await expect(world.pump({ warn })).rejects.toBe(away);
  world.events.event = event;
  await world.pump();
  expect(world.arrived).toEqual(['b-1', 'a-1', 'a-2']);
});

test('events of which many can not be read wait for the storage', async () => {
  const world = pumpWorld();
  for (const incident of seqs(200)) await world.record(`i${incident}`, [1]);
  let reads = 0;
  const { event } = world.events;
  world.events.event = async (place) => {
    reads += 1;
    if (reads > 10) throw new WatchError('STORE_UNAVAILABLE', 'away');
    return event(place);
  };
  await expect(world.pump()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  expect(reads).toBeLessThan(110);
  expect(await world.waiting()).toHaveLength(200);
});

describe('an event that is not there', () => {
  test('holds up what is behind it until it was saved', async () => {
    const world = pumpWorld();
    await world.note([{ incident: 'a', seq: 1 }]);
    await world.record('a', [2]);
    await world.record('b', [1]);
    expect(await world.pump()).toMatchObject({ ended: 'drained', taken: 1 });
    expect(world.arrived).toEqual(['b-1']);
    world.put({ incident: 'a', seq: 1 });
    await world.pump();
    expect(world.arrived).toEqual(['b-1', 'a-1', 'a-2']);
  });

  test('is found within the same pump if it was saved meanwhile', async () => {
    const world = pumpWorld();
    await world.note([{ incident: 'a', seq: 1 }]);
    await world.record('b', [1]);
    world.receive = (batch) => {
      world.put({ incident: 'a', seq: 1 });
      return world.take(batch);
    };
    await world.pump();
    expect(world.arrived).toEqual(['b-1', 'a-1']);
  });

  test('is forgotten after ten minutes, and what is behind it goes on', async () => {
    const world = pumpWorld();
    await world.note([{ incident: 'a', seq: 1 }]);
    await world.record('a', [2]);
    world.wait(10 * minute - 1);
    expect(await world.pump()).toMatchObject({
      taken: 0,
      waitingSince: '2026-11-20T02:05:00.000Z',
    });
    world.wait(1);
    await world.pump();
    expect(world.arrived).toEqual(['a-2']);
    expect(await world.waiting()).toEqual([]);
  });

  test('is not forgotten in the moment in which it is noted anew and saved', async () => {
    const world = pumpWorld();
    const places = [1, 2].map((seq) => ({ incident: 'a', seq }));
    await world.note(places);
    world.wait(10 * minute);
    const { forget } = world.feed;
    world.feed.forget = async (...given) => {
      world.feed.forget = forget;
      // A second save of the same numbers, of a change that has both.
      await world.note(places);
      await forget(...given);
      for (const place of places) world.put(place);
    };
    await world.pump();
    await world.drain();
    expect(world.arrived).toEqual(uids('a', 1, 2));
  });
});

describe('a sink in trouble', () => {
  test('is left alone, and gets all of it in order when it is back', async () => {
    const world = pumpWorld();
    for (const incident of ['a', 'b']) await world.record(incident, [1, 2, 3]);
    world.receive = () => {
      throw unavailable('siem.contoso.example answered 503');
    };
    const report = await world.pump();
    expect(report).toMatchObject({ ended: 'in trouble', taken: 0 });
    // One request told enough; the other one may have been under way.
    expect(world.batches.length).toBeLessThanOrEqual(2);
    expect(await world.state()).toMatchObject({
      failures: 1,
      failingSince: '2026-11-20T02:05:00.000Z',
      lastError: 'siem.contoso.example answered 503',
      nextAt: '2026-11-20T02:05:05.000Z',
    });
    world.batches.length = 0;
    expect(await world.pump()).toMatchObject({ ended: 'resting', next: report.next });
    expect(world.batches).toEqual([]);

    world.receive = (batch) => world.take(batch);
    world.wait(5 * second);
    expect(await world.pump()).toMatchObject({ ended: 'drained', taken: 6, next: null });
    for (const incident of ['a', 'b']) {
      expect(ofIncident(world.arrived, incident)).toEqual(uids(incident, 1, 2, 3));
    }
    expect(await world.state()).toMatchObject({ failures: 0, failingSince: null, nextAt: null });
  });

  test('is not left alone for as long as a clock that was wrong has written down', async () => {
    const world = pumpWorld();
    await world.record('a', [1]);
    const nextAt = (ms: number) => new Date(start + ms).toISOString();
    await world.states.put('soc', { ...unknownState, nextAt: nextAt(hour) });
    expect(await world.pump()).toMatchObject({ ended: 'resting' });
    await world.states.put('soc', { ...unknownState, nextAt: nextAt(30 * day) });
    expect(await world.pump()).toMatchObject({ ended: 'drained', taken: 1 });
  });

  test('is asked ever less often, but every five minutes', async () => {
    const world = pumpWorld();
    await world.record('a', [1]);
    world.receive = () => {
      throw unavailable('away');
    };
    const pauses: number[] = [];
    for (let tries = 0; tries < 9; tries += 1) {
      const { next } = await world.pump();
      pauses.push(((next ?? 0) - world.now()) / second);
      world.wait((next ?? 0) - world.now());
    }
    expect(pauses).toEqual([5, 10, 20, 40, 80, 160, 300, 300, 300]);
    const { next } = await world.pump({ random: () => 0 });
    expect(((next ?? 0) - world.now()) / second).toBe(150);
  });

  test.each([
    [
      'thrown',
      () => {
        throw unavailable('busy', 90 * second);
      },
    ],
    ['said of each event', () => [later('busy', 90 * second)]],
  ])('is asked when it wants to be: %s', async (_, receive) => {
    const world = pumpWorld();
    await world.record('a', [1]);
    world.receive = receive;
    expect((await world.pump()).next).toBe(start + 90 * second);
  });

  test.each([
    [
      'DELIVERY_MISCONFIGURED',
      new WatchError('DELIVERY_MISCONFIGURED', 'answered 403'),
      'answered 403',
    ],
    [
      'an error of the network, whose words may hold a key',
      Object.assign(new Error('POST https://siem/?sig=SECRET'), { code: 'ECONNRESET' }),
      'failed (ECONNRESET)',
    ],
    [
      'fewer answers than events',
      undefined,
      'it was told of 0 events what became of them, not of 1',
    ],
  ])('loses nothing by %s', async (_, error, says) => {
    const world = pumpWorld();
    await world.record('a', [1]);
    world.receive = () => {
      if (error) throw error;
      return [];
    };
    expect(await world.pump()).toMatchObject({ ended: 'in trouble' });
    expect((await world.state())?.lastError).toBe(says);
    world.receive = (batch) => world.take(batch);
    await world.drain();
    expect(world.arrived).toEqual(['a-1']);
  });

  test('that can not be opened is in trouble too', async () => {
    const world = pumpWorld();
    await world.record('a', [1]);
    const open = () => {
      throw new WatchError('DELIVERY_MISCONFIGURED', 'sink soc: the setting SOC_TOKEN is empty');
    };
    const heartbeatTenants = [tenantId];
    expect(await world.pump({}, { open, heartbeatTenants })).toMatchObject({ ended: 'in trouble' });
    expect((await world.state())?.lastError).toBe('sink soc: the setting SOC_TOKEN is empty');
  });

  test('keeps the words of a hostile receiver short and on one line', async () => {
    const world = pumpWorld();
    await world.record('a', [1]);
    world.receive = () => {
      throw unavailable(`no\r\n\u202e${'x'.repeat(9_000)}`);
    };
    await world.pump();
    const { lastError } = (await world.state()) ?? {};
    expect(lastError).toMatch(/^no x+…$/);
    expect(lastError?.length).toBeLessThanOrEqual(500);
  });

  test('is known to work only once it took something again', async () => {
    const world = pumpWorld({ width: 1 });
    for (const incident of seqs(12)) await world.record(`i${incident}`, [1]);
    let taken = 0;
    world.receive = (batch) => {
      taken += 1;
      if (taken % 2 === 0) throw unavailable('busy');
      return world.take(batch);
    };
    // Each time it took some before: that is no growing trouble.
    for (let tries = 0; tries < 2; tries += 1) {
      const { next } = await world.pump();
      expect((next ?? 0) - world.now()).toBe(5 * second);
      expect(await world.state()).toMatchObject({ failures: 1 });
      world.wait(5 * second);
    }
  });
});

describe('an event that is put off', () => {
  test('holds up its own incident alone', async () => {
    const world = pumpWorld();
    await world.record('a', [1, 2]);
    await world.record('b', [1, 2]);
    world.receive = (batch) =>
      batch.map((one) =>
        one.outgoing.uid === 'a-1' ? later('busy') : (world.take([one])[0] ?? later('')),
      );
    const report = await world.pump();
    expect(report).toMatchObject({ ended: 'drained', taken: 2, next: start + 5 * second });
    expect(world.arrived).toEqual(uids('b', 1, 2));
    expect((await world.state())?.failingSince).toBeNull();
    world.receive = (batch) => world.take(batch);
    await world.pump();
    expect(world.arrived).toEqual([...uids('b', 1, 2), ...uids('a', 1, 2)]);
  });

  test('is not asked for with each pump that others start, but after ever longer pauses', async () => {
    const world = pumpWorld();
    await world.record('a', [1, 2]);
    const holds = new Map();
    const asked: number[] = [];
    world.receive = beatsAside(world, (batch) =>
      batch.map((one) => {
        if (one.outgoing.incident !== 'a') return world.take([one])[0] ?? later('');
        asked.push((world.now() - start) / second);
        return later('answered 500');
      }),
    );
    for (let seconds = 0; seconds < 100; seconds += 1) {
      await world.record('b', [seconds + 1]);
      const { next } = await world.pump({ holds });
      expect(next).toBeGreaterThan(world.now());
      world.wait(second);
    }
    expect(asked).toEqual([0, 5, 15, 35, 75]);
    expect(world.arrived).toHaveLength(100);
    world.receive = (batch) => world.take(batch);
    world.wait(hour);
    expect(await world.pump({ holds })).toMatchObject({ taken: 2, next: null });
    expect(holds.size).toBe(0);
  });

  test('with everything else goes with it once the sink is back', async () => {
    const world = pumpWorld();
    for (const incident of seqs(12)) await world.record(`i${incident}`, [1]);
    const holds = new Map();
    world.receive = (batch) => batch.map(() => later('answered 429'));
    for (let tries = 0; tries < 6; tries += 1) {
      // Each of the twelve waits long, and then the sink only half as long.
      let asked = 0;
      const random = () => {
        asked += 1;
        return asked <= 12 ? 1 : 0;
      };
      const { next } = await world.pump({ holds, random });
      world.wait((next ?? 0) - world.now());
    }
    world.receive = (batch) => world.take(batch);
    expect(await world.pump({ holds })).toMatchObject({ ended: 'drained', taken: 12, next: null });
  });

  test('with all of its request is no trouble yet: the next request may fare better', async () => {
    const world = pumpWorld({ width: 1 });
    for (const incident of seqs(40))
      await world.record(`i${String(incident).padStart(2, '0')}`, [1]);
    let requests = 0;
    world.receive = beatsAside(world, (batch) => {
      requests += 1;
      return requests <= 3 ? batch.map(() => later('not acknowledged yet')) : world.take(batch);
    });
    expect(await world.pump()).toMatchObject({ ended: 'drained', taken: 28 });
    expect(world.beats).toEqual([]);
    expect((await world.state())?.failingSince).toBeNull();
    world.wait(5 * second);
    expect(await world.pump()).toMatchObject({ ended: 'drained', taken: 12, next: null });
  });

  test('now and then with all of its request starts no search for who is at fault', async () => {
    const world = pumpWorld({ width: 1, limits: oneByOne });
    for (const incident of seqs(40)) await world.record(`i${incident}`, [1]);
    world.receive = (batch) =>
      world.batches.length % 2 === 1 ? world.take(batch) : batch.map(() => later('busy'));
    expect(await world.pump()).toMatchObject({ ended: 'drained', taken: 20 });
    expect(world.beats).toEqual([]);
  });

  test('and then a sink that goes away: there is nothing left to find out', async () => {
    const world = pumpWorld({ width: 1, limits: oneByOne });
    for (const incident of seqs(3)) await world.record(`i${incident}`, [1]);
    let requests = 0;
    world.receive = (batch) => {
      requests += 1;
      if (requests > 1) throw unavailable('answered 503');
      return batch.map(() => later('busy'));
    };
    expect(await world.pump()).toMatchObject({ ended: 'in trouble' });
    expect(requests).toBe(2);
  });

  test.each([
    ['takes a heartbeat is given all of it', true, 40],
    ['does not is asked no more', false, 8],
  ])('with eight requests by a sink that %s', async (_, isFine, most) => {
    const world = pumpWorld({
      width: 1,
      limits: oneByOne,
    });
    for (const incident of seqs(40)) await world.record(`i${incident}`, [1]);
    world.receive = (batch) =>
      batch.every(isHeartbeat) && isFine
        ? world.take(batch)
        : batch.map(() => later('answered 429'));
    expect(await world.pump()).toMatchObject({
      ended: isFine ? 'drained' : 'in trouble',
      taken: 0,
    });
    expect(world.batches).toHaveLength(most);
  });

  test('is asked for when the receiver wants that, which holds up nothing else', async () => {
    const world = pumpWorld();
    await world.record('a', [1]);
    await world.record('b', [1]);
    world.receive = (batch) =>
      batch.map((one) =>
        one.outgoing.uid === 'a-1'
          ? later('busy', 90 * second)
          : (world.take([one])[0] ?? later('')),
      );
    expect((await world.pump()).next).toBe(start + 90 * second);
    expect((await world.state())?.nextAt).toBeNull();
  });

  test('and sent by somebody else is not looked for any more', async () => {
    const world = pumpWorld();
    await world.record('a', [1]);
    const holds = new Map();
    world.receive = beatsAside(world, () => [later('busy')]);
    await world.pump({ holds });
    await world.feed.settle('soc', [{ incident: 'a', seq: 1 }]);
    world.wait(minute);
    expect(await world.pump({ holds })).toMatchObject({ ended: 'drained', next: null });
    world.wait(hour);
    await world.pump({ holds });
    expect(holds.size).toBe(0);
  });

  test('is no trouble if a heartbeat is taken, and is one if nothing is', async () => {
    const world = pumpWorld();
    await world.record('a', [1]);
    world.receive = beatsAside(world, () => [later('busy')]);
    expect(await world.pump()).toMatchObject({ ended: 'drained' });
    world.receive = (batch) => batch.map(() => later('busy'));
    expect(await world.pump()).toMatchObject({ ended: 'in trouble' });
    expect((await world.state())?.lastError).toBe('busy');
  });

  test('for three days is given up, in the words that were said last', async () => {
    const world = pumpWorld();
    await world.record('a', [1, 2]);
    world.receive = beatsAside(world, (batch) =>
      batch.map((one) =>
        one.outgoing.uid === 'a-1' ? later('still busy') : (world.take([one])[0] ?? later('')),
      ),
    );
    world.wait(3 * day - 1);
    expect(await world.pump()).toMatchObject({ taken: 0, refused: 0 });
    world.wait(1);
    expect(await world.pump()).toMatchObject({ taken: 1, refused: 1 });
    expect([...world.letters]).toMatchObject([['a-1', { says: 'still busy' }]]);
    expect(world.arrived).toEqual(['a-2']);
  });

  test.each([
    ['is given up all the same, if that was less than an hour', hour - 1, 1],
    ['is given more time, if that was an hour', hour, 0],
  ])('while the sink was away %s', async (_, away, given) => {
    const world = pumpWorld();
    await world.record('a', [1]);
    world.wait(2 * day);
    world.receive = () => {
      throw unavailable('answered 503');
    };
    await world.pump();
    world.wait(away);
    await world.pump();
    world.receive = beatsAside(world, (batch) => batch.map(() => later('busy')));
    await world.lookFor(day);
    expect(world.letters.size).toBe(given);
  });

  test('is not given up by a sink that puts off heartbeats as well', async () => {
    const world = pumpWorld();
    await world.record('a', [1]);
    world.wait(3 * day);
    world.receive = (batch) => batch.map(() => later('too many requests'));
    expect(await world.pump()).toMatchObject({ ended: 'in trouble', refused: 0 });
  });

  test('is not given up for the time in which nobody sent anything', async () => {
    const world = pumpWorld();
    await world.record('a', [1]);
    world.receive = beatsAside(world, (batch) => batch.map(() => later('busy')));
    await world.pump();
    world.wait(4 * day);
    expect(await world.pump()).toMatchObject({ refused: 0 });
    await world.lookFor(3 * day);
    expect([...world.letters.keys()]).toEqual(['a-1']);
  });

  test('is not given up for the time in which the sink was away', async () => {
    const world = pumpWorld();
    await world.record('a', [1]);
    world.receive = () => {
      throw unavailable('answered 503');
    };
    for (let days = 0; days < 4; days += 1) {
      await world.pump();
      world.wait(day);
    }
    // It is back, and busy: what waited so long is put off once more.
    world.receive = beatsAside(world, (batch) => batch.map(() => later('too many requests')));
    expect(await world.pump()).toMatchObject({ refused: 0 });
    // Or it was set up anew, and refuses all of it until somebody mends that.
    world.receive = (batch) => batch.map(() => refused('no such index'));
    expect(await world.pump()).toMatchObject({ refused: 0, ended: 'in trouble' });
    world.receive = (batch) => world.take(batch);
    await world.drain();
    expect(world.arrived).toEqual(['a-1']);
    expect(world.letters.size).toBe(0);
  });
});

describe('an event that is refused for good', () => {
  const refusing =
    (world: ReturnType<typeof pumpWorld>, uid: string): typeof world.receive =>
    (batch) =>
      batch.map((one) =>
        one.outgoing.uid === uid
          ? refused('mapper_parsing_exception')
          : (world.take([one])[0] ?? later('')),
      );

  test('lies with the dead letters as it was sent, and the others go on', async () => {
    const world = pumpWorld();
    await world.record('a', [1, 2, 3]);
    await world.record('b', [1]);
    world.receive = refusing(world, 'a-1');
    expect(await world.pump()).toMatchObject({ ended: 'drained', taken: 3, refused: 1 });
    expect([...world.letters.keys()]).toEqual(['a-1']);
    const { line = '', says } = world.letters.get('a-1') ?? {};
    expect(says).toBe('mapper_parsing_exception');
    expect(JSON.parse(line)).toMatchObject({ id: 'a-1' });
    expect(ofIncident(world.arrived, 'a')).toEqual(uids('a', 2, 3));
    // Something of its batch was taken, so there was nothing to find out.
    expect(world.beats).toEqual([]);
    expect(await world.state()).toMatchObject({
      refused: 1,
      refusals: [{ uid: 'a-1', says: 'mapper_parsing_exception', at: '2026-11-20T02:05:00.000Z' }],
      failingSince: null,
    });
  });

  test('alone is known for one by a heartbeat that is taken', async () => {
    const world = pumpWorld();
    await world.record('a', [1]);
    world.receive = refusing(world, 'a-1');
    expect(await world.pump()).toMatchObject({ ended: 'drained', refused: 1 });
    expect(world.beats).toHaveLength(1);
    expect([...world.letters.keys()]).toEqual(['a-1']);
    expect(await world.waiting()).toEqual([]);
    // It took the heartbeat.
    expect((await world.state())?.lastSuccessAt).toBe('2026-11-20T02:05:00.000Z');
  });

  test('waits where the storage fails before a heartbeat can tell', async () => {
    const world = pumpWorld();
    await world.record('a', [1]);
    world.receive = refusing(world, 'a-1');
    const lastRecordAt = async () => {
      throw new WatchError('STORE_UNAVAILABLE', 'away');
    };
    await expect(world.pump({ lastRecordAt })).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(await world.state()).toBeUndefined();
    expect(world.letters.size).toBe(0);
  });

  test('waits where the sink breaks while the event at fault is looked for', async () => {
    const world = pumpWorld();
    for (const incident of seqs(4)) await world.record(`i${incident}`, [1]);
    // Refuses the whole, takes a heartbeat, and from then on refuses everything.
    world.receive = (batch) => {
      if (batch.every(isHeartbeat) && world.batches.length === 1) return world.take(batch);
      throw rejected('answered 400');
    };
    const report = await world.pump();
    expect(report).toMatchObject({ ended: 'in trouble', refused: 0, next: start + 5 * second });
    expect(world.letters.size).toBe(0);
    expect(await world.waiting()).toHaveLength(4);
  });

  test.each([
    ['each event', (batch: readonly unknown[]) => batch.map(() => refused('no such index: soc'))],
    [
      'each batch',
      () => {
        throw rejected('no such index: soc');
      },
    ],
  ])(
    'is no dead letter where the sink refuses %s: it waits until that is mended',
    async (_, receive) => {
      const world = pumpWorld();
      for (const incident of seqs(20)) await world.record(`i${incident}`, [1, 2]);
      world.receive = receive;
      for (let tries = 0; tries < 5; tries += 1) {
        const report = await world.pump();
        expect(report).toMatchObject({ ended: 'in trouble', refused: 0, taken: 0 });
        world.wait((report.next ?? 0) - world.now());
      }
      expect(world.letters.size).toBe(0);
      expect(await world.waiting()).toHaveLength(40);
      expect((await world.state())?.lastError).toBe('no such index: soc');
      world.receive = (batch) => world.take(batch);
      await world.drain();
      expect(firstArrivals(world)).toHaveLength(40);
    },
  );

  test('is a dead letter after three days even so', async () => {
    const world = pumpWorld();
    await world.record('a', [1]);
    world.receive = (batch) => batch.map(() => refused('no such index'));
    expect(await world.lookFor(3 * day - hour)).toMatchObject({ ended: 'in trouble', refused: 0 });
    await world.record('b', [1]);
    expect(await world.lookFor(hour)).toMatchObject({ ended: 'in trouble', refused: 1 });
    expect([...world.letters.keys()]).toEqual(['a-1']);
    expect(await world.waiting()).toHaveLength(1);
  });

  test('is not known for one as long as only whole batches are refused', async () => {
    const world = pumpWorld();
    await world.record('a', [1]);
    await world.record('b', [1]);
    world.wait(3 * day);
    world.receive = () => {
      throw rejected('answered 400');
    };
    expect(await world.pump()).toMatchObject({ ended: 'in trouble', refused: 0 });
  });

  test('is found by halves where the receiver refuses the whole batch', async () => {
    const world = pumpWorld({
      limits: { maxEvents: 64, maxBytes: 1e6, baseBytes: 0, bytesEach: 0 },
    });
    for (const incident of seqs(64)) await world.record(`i${incident}`, [1]);
    const poison = ['i7-1', 'i50-1'];
    world.receive = beatsAside(world, (batch) => {
      if (batch.some(({ outgoing }) => poison.includes(outgoing.uid)))
        throw rejected('answered 400');
      return world.take(batch);
    });
    expect(await world.pump()).toMatchObject({ taken: 62, refused: 2 });
    expect([...world.letters.keys()].sort()).toEqual(poison.toSorted());
    expect(world.arrived).toHaveLength(62);
    // A search by halves, and not one by one.
    expect(world.batches.length).toBeLessThan(30);
    expect(world.beats).toHaveLength(1);
  });

  test('is looked for only until the time is up, and what is known by then is kept', async () => {
    const world = pumpWorld({
      limits: { maxEvents: 64, maxBytes: 1e6, baseBytes: 0, bytesEach: 0 },
    });
    for (const incident of seqs(64)) await world.record(`i${incident}`, [1]);
    // Slow, and each event is one that it will never take.
    world.receive = beatsAside(world, () => {
      world.wait(15 * second);
      throw rejected('answered 400');
    });
    const first = await world.pump();
    expect(first).toMatchObject({ ended: 'out of time' });
    expect(world.now() - start).toBeLessThan(5 * minute);
    expect(first.refused).toBeGreaterThan(4);
    expect(await world.waiting()).toHaveLength(64 - first.refused);
    await world.drain();
    expect(world.letters.size).toBe(64);
  });

  test.each([
    [2, 0],
    [3, 2],
  ])(
    'in halves of a batch waits if the sink is away at request %i, with %i taken',
    async (at, taken) => {
      const world = pumpWorld();
      for (const incident of seqs(4)) await world.record(`i${incident}`, [1]);
      world.receive = beatsAside(world, (batch) => {
        if (world.batches.length === 1) throw rejected('answered 413');
        if (world.batches.length === at) throw unavailable('answered 503');
        return world.take(batch);
      });
      expect(await world.pump()).toMatchObject({ ended: 'in trouble', taken, refused: 0 });
      expect([world.batches.length, world.beats.length]).toEqual([at, 1]);
      world.receive = (batch) => world.take(batch);
      await world.drain();
      expect(world.arrived).toHaveLength(4);
    },
  );

  test('is found where a guard before the receiver turns away whoever carries it', async () => {
    const world = pumpWorld();
    for (const incident of seqs(8)) await world.record(`i${incident}`, [1]);
    await world.record('i3', [2], { title: '<script>alert(1)</script>' });
    world.receive = (batch) => {
      if (batch.some(({ text }) => text.includes('<script>'))) throw misconfigured('answered 403');
      return world.take(batch);
    };
    expect(await world.pump()).toMatchObject({ ended: 'drained', taken: 8, refused: 0 });
    expect(await world.waiting()).toMatchObject([{ incident: 'i3', seq: 2 }]);
    await world.lookFor(3 * day - hour);
    await world.record('i3', [3]);
    expect(await world.lookFor(hour)).toMatchObject({ ended: 'drained', taken: 1, refused: 1 });
    expect([...world.letters]).toMatchObject([['i3-2', { says: 'answered 403' }]]);
  });

  test('is none, however old, where the sink lets nobody in', async () => {
    const world = pumpWorld();
    await world.record('a', [1]);
    world.wait(3 * day);
    world.receive = () => {
      throw misconfigured('answered 403');
    };
    expect(await world.pump()).toMatchObject({ ended: 'in trouble', refused: 0 });
    expect(await world.waiting()).toHaveLength(1);
    expect((await world.state())?.lastError).toBe('answered 403');
  });

  test('for its size is never sent', async () => {
    const world = pumpWorld();
    await world.record('a', [1]);
    await world.record('a', [2], {
      summary: 'x'.repeat(1_900),
      details: Object.fromEntries(seqs(20).map((n) => [`k${n}`, 'x'.repeat(1_500)])),
    });
    await world.record('a', [3]);
    expect(await world.pump()).toMatchObject({ taken: 2, refused: 1 });
    expect(world.arrived).toEqual(uids('a', 1, 3));
    expect(world.letters.get('a-2')?.says).toMatch(
      /^a request with it alone would have \d{5} bytes, and this sink takes 20000$/,
    );
  });

  test('because we can not even write it holds up nobody', async () => {
    const world = pumpWorld();
    const { outgoing } = world.sink;
    world.sink.outgoing = (event) => {
      if (event.uid === 'a-1') throw new TypeError('roles is not iterable');
      return outgoing(event);
    };
    await world.record('a', [1, 2]);
    expect(await world.pump()).toMatchObject({ taken: 1, refused: 1 });
    const { line = '', says } = world.letters.get('a-1') ?? {};
    expect(says).toContain('roles is not iterable');
    expect(JSON.parse(line)).toMatchObject({ uid: 'a-1' });
  });

  test('is sent again, not lost, if the dead letters can not be written', async () => {
    const world = pumpWorld();
    await world.record('a', [1]);
    await world.record('b', [1]);
    world.receive = refusing(world, 'a-1');
    const deadLetter = async () => {
      throw new WatchError('STORE_UNAVAILABLE', 'away');
    };
    await expect(world.pump({ deadLetter })).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(await world.waiting()).toMatchObject([{ incident: 'a' }]);
    await world.pump();
    expect([...world.letters.keys()]).toEqual(['a-1']);
    expect(world.arrived).toEqual(['b-1']);
  });
});

describe('of two pumps', () => {
  test('one works, and the other goes away', async () => {
    const world = pumpWorld();
    for (const incident of seqs(30)) await world.record(`i${incident}`, [1, 2]);
    const reports = await Promise.all([world.pump(), world.pump(), world.pump()]);
    expect(reports.map(({ ended }) => ended).sort()).toEqual(['busy', 'busy', 'drained']);
    expect(world.arrived).toHaveLength(60);
    expect(firstArrivals(world)).toHaveLength(60);
  });

  test('the one that died is waited for a minute, and no longer', async () => {
    const world = pumpWorld();
    await world.record('a', [1]);
    await world.claims.put('soc', { holder: 'gone', until: start + minute });
    world.wait(minute - 1);
    expect(await world.pump()).toMatchObject({ ended: 'busy', state: null, next: null });
    world.wait(1);
    expect(await world.pump()).toMatchObject({ ended: 'drained', taken: 1 });
  });

  test('the first keeps its claim for as long as it works', async () => {
    const world = pumpWorld({ width: 1 });
    for (const incident of seqs(20)) await world.record(`i${incident}`, [1]);
    const others: string[] = [];
    world.receive = async (batch) => {
      world.wait(20 * second);
      others.push((await world.pump()).ended);
      return world.take(batch);
    };
    expect(await world.pump()).toMatchObject({ ended: 'drained', taken: 20 });
    expect(others).toEqual(Array(5).fill('busy'));
  });

  test('the one whose claim ran out sends nothing more, and writes nothing down', async () => {
    const world = pumpWorld({ width: 1 });
    for (const incident of seqs(8)) await world.record(`i${incident}`, [1]);
    let isFrozen = true;
    world.receive = async (batch) => {
      if (!isFrozen) return world.take(batch);
      isFrozen = false;
      // The process stood still for so long that somebody else took over.
      world.wait(2 * minute);
      expect(await world.pump()).toMatchObject({ ended: 'drained', taken: 8 });
      const state = await world.state();
      world.take(batch);
      expect(await world.state()).toEqual(state);
      return batch.map(() => later('too late'));
    };
    expect(await world.pump()).toMatchObject({ ended: 'busy', taken: 0, state: null });
    expect(world.arrived).toHaveLength(12);
    expect(firstArrivals(world)).toHaveLength(8);
    expect((await world.state())?.failingSince).toBeNull();
  });
});

describe('how a sink fares', () => {
  test('is written down once a minute while all is well', async () => {
    const world = pumpWorld();
    const saves = () => world.calls.filter((call) => call === 'states.put').length;
    for (let seconds = 0; seconds < 150; seconds += 10) {
      await world.record('a', [seconds + 1]);
      await world.pump();
      world.wait(10 * second);
    }
    expect(saves()).toBe(3);
    expect((await world.state())?.lastSuccessAt).toBe('2026-11-20T02:07:00.000Z');
  });

  test('is not written down where nothing was sent', async () => {
    const world = pumpWorld();
    await world.pump();
    expect(world.calls).not.toContain('states.put');
  });

  test('is written down at once when it fails, and when it works again', async () => {
    const world = pumpWorld({ width: 1 });
    await world.record('a', [1]);
    await world.pump();
    world.wait(second);
    for (const incident of seqs(8)) await world.record(`i${incident}`, [1]);
    world.receive = () => {
      throw unavailable('away');
    };
    await world.pump();
    expect((await world.state())?.failingSince).toBe('2026-11-20T02:05:01.000Z');
    world.wait(5 * second);
    const seen: (string | null | undefined)[] = [];
    world.receive = async (batch) => {
      seen.push((await world.state())?.failingSince);
      return world.take(batch);
    };
    await world.record('i1', [2]);
    await world.pump();
    // The second wave of the same pump finds it written.
    expect([seen[0], seen.at(-1)]).toEqual(['2026-11-20T02:05:01.000Z', null]);
  });
});

describe('a heartbeat', () => {
  const interval = 5 * minute;
  const sequence = Math.floor(start / interval);
  const uid = (of = 0, tenant = tenantId) => `heartbeat.${tenant}.${sequence + of}`;

  test('goes ahead of the events, once in five minutes', async () => {
    const world = pumpWorld({ heartbeatTenants: [tenantId] });
    await world.record('a', [1]);
    const order: string[] = [];
    world.receive = (batch) => {
      order.push(...batch.map(({ outgoing }) => outgoing.uid));
      return world.take(batch);
    };
    await world.pump();
    await world.record('a', [2]);
    await world.pump();
    expect(order).toEqual([uid(), 'a-1', 'a-2']);
    world.wait(interval - 1);
    await world.pump();
    expect(world.beats).toEqual([uid()]);
    world.wait(1);
    await world.pump();
    expect(world.beats).toEqual([uid(), uid(1)]);
  });

  test('says when a record came last, and how much waits', async () => {
    const world = pumpWorld({ heartbeatTenants: [tenantId] });
    await world.record('a', [1, 2, 3]);
    let beat: unknown;
    world.receive = (batch) => {
      if (batch.every(isHeartbeat)) beat ??= batch[0]?.outgoing.event;
      return world.take(batch);
    };
    await world.pump();
    expect(beat).toMatchObject({
      sequence,
      intervalSeconds: 300,
      waiting: 3,
      lastRecordAt: '2026-11-20T02:04:51.207Z',
    });
  });

  test('goes for each tenant; what was missed is not made up for', async () => {
    const world = pumpWorld({ heartbeatTenants: ['t-1', 't-2'] });
    await world.pump();
    world.wait(hour);
    await world.pump();
    expect(world.beats.toSorted()).toEqual(
      [uid(0, 't-1'), uid(0, 't-2'), uid(12, 't-1'), uid(12, 't-2')].sort(),
    );
  });

  test('that did not get through is tried again within its interval, under its name', async () => {
    const world = pumpWorld({ heartbeatTenants: [tenantId] });
    await world.record('a', [1]);
    world.receive = () => {
      throw unavailable('away');
    };
    expect(await world.pump()).toMatchObject({ ended: 'in trouble' });
    // It told enough: no event is tried after it.
    expect(world.batches).toEqual([]);
    world.receive = (batch) => world.take(batch);
    world.wait(5 * second);
    expect(await world.pump()).toMatchObject({ ended: 'drained', taken: 1 });
    expect(world.beats).toEqual([uid()]);
    expect(await world.state()).toMatchObject({
      failingSince: null,
      heartbeats: { [tenantId]: sequence },
    });
  });

  test('that is put off is tried again when the receiver wants that', async () => {
    const world = pumpWorld({ heartbeatTenants: [tenantId] });
    world.receive = (batch) => batch.map(() => later('busy', 7 * second));
    expect(await world.pump()).toMatchObject({ ended: 'in trouble', next: start + 7 * second });
    expect(await world.state()).toMatchObject({ lastError: 'busy', heartbeats: {} });
    // An event that is taken says more.
    world.receive = (batch) =>
      batch.every(isHeartbeat) ? batch.map(() => later('busy')) : world.take(batch);
    world.wait(7 * second);
    await world.record('a', [1]);
    expect(await world.pump()).toMatchObject({ ended: 'drained', taken: 1, next: null });
    expect((await world.state())?.failingSince).toBeNull();
    world.receive = (batch) => world.take(batch);
    await world.pump();
    expect(world.beats).toEqual([uid()]);
  });

  test('that is refused holds up no event, and is known of', async () => {
    const world = pumpWorld({ heartbeatTenants: [tenantId] });
    const beats: number[] = [];
    world.receive = (batch) => {
      if (!batch.every(isHeartbeat)) return world.take(batch);
      beats.push(world.now());
      return batch.map(() => refused('strict mapping'));
    };
    // Nothing was taken: that may be a trouble, but is none that makes the next event wait.
    expect(await world.pump()).toMatchObject({ ended: 'in trouble', next: null });
    expect(await world.state()).toMatchObject({ lastError: 'strict mapping', nextAt: null });
    expect((await world.state())?.failingSince).not.toBeNull();
    await world.record('a', [1]);
    expect(await world.pump()).toMatchObject({ ended: 'drained', taken: 1 });
    expect((await world.state())?.failingSince).toBeNull();
    expect(beats).toHaveLength(1);
    world.wait(interval);
    await world.record('a', [2]);
    expect(await world.pump()).toMatchObject({ ended: 'drained', taken: 1 });
    expect(beats).toHaveLength(2);
    expect(world.letters.size).toBe(0);
    // What an event says outweighs it.
    world.wait(interval);
    await world.record('a', [3]);
    world.receive = (batch) => {
      if (batch.every(isHeartbeat)) return batch.map(() => refused('strict mapping'));
      throw unavailable('answered 503');
    };
    expect(await world.pump()).toMatchObject({
      ended: 'in trouble',
      next: world.now() + 5 * second,
    });
    expect((await world.state())?.lastError).toBe('answered 503');
  });

  test('of very many tenants, of a slow sink, keep no event waiting', async () => {
    const world = pumpWorld({
      heartbeatTenants: seqs(100).map((n) => `t-${n}`),
      width: 1,
    });
    await world.record('a', [1]);
    world.receive = (batch) => {
      world.wait(10 * second);
      return world.take(batch);
    };
    expect(await world.pump()).toMatchObject({ taken: 1 });
    expect(world.arrived).toEqual(['a-1']);
    expect(world.beats.length).toBeGreaterThan(5);
  });

  test('of one tenant that is turned away for a wrong key is not followed by those of others', async () => {
    const world = pumpWorld({ heartbeatTenants: seqs(20).map((n) => `t-${n}`), width: 1 });
    await world.record('a', [1]);
    let requests = 0;
    world.receive = () => {
      requests += 1;
      throw misconfigured('answered 401');
    };
    expect(await world.pump()).toMatchObject({ ended: 'in trouble' });
    expect(requests).toBe(1);
  });

  test('of one tenant that is refused says nothing of the others', async () => {
    const world = pumpWorld({ heartbeatTenants: ['t-1', 't-2'] });
    world.receive = (batch) =>
      batch.map((one) =>
        one.outgoing.tenantId === 't-1'
          ? refused('unknown tenant')
          : (world.take([one])[0] ?? later('')),
      );
    expect(await world.pump()).toMatchObject({ ended: 'drained' });
    expect(world.beats).toEqual([uid(0, 't-2')]);
    expect(await world.state()).toMatchObject({ failingSince: null, lastError: 'unknown tenant' });
  });
});
