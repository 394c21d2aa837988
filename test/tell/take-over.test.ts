import { describe, expect, test } from 'vitest';
import { type ErrorCode, WatchError } from '../../shared/errors.ts';
import { derivedId } from '../../shared/finding.ts';
import { newDelivery } from '../../shared/record/outbox.ts';
import { simpleRouting } from '../../shared/route/simple-routing.ts';
import type { Severity } from '../../shared/severity.ts';
import type { KnownChannel } from '../../shared/tell/known-channels.ts';
import { notify } from '../../shared/tell/notify.ts';
import { channelNamed, deliveryWorld, type Taken } from '../delivery-world.ts';
import { sampleFound, sampleIncident } from '../stores/sample-findings.ts';

const start = Date.parse('2026-11-20T09:00:00Z');
const second = 1_000;
const minute = 60 * second;

type Given = {
  channels?: readonly KnownChannel[];
  routed?: readonly string[];
  /** By channel, what it answers; left out, it takes everything. */
  fails?: Record<string, ErrorCode | ((taken: Taken) => ErrorCode | undefined)>;
};

function scene({ channels, routed = ['teams'], fails = {} }: Given = {}) {
  const world = deliveryWorld({
    channels: channels ?? ['teams', 'mail', 'pager'].map((name) => channelNamed(name)),
    routing: simpleRouting([{ minSeverity: 'medium', channels: routed }]),
    start,
    answer: (taken) => {
      const fault = fails[taken.channel];
      const code = typeof fault === 'function' ? fault(taken) : fault;
      if (code) throw new WatchError(code, 'answered 503');
    },
  });
  const told = (incident: string) =>
    world.taken
      .filter((one) => one.incident === incident)
      .map(({ channel, at }) => `${channel} ${(at - start) / second}`);
  return {
    ...world,
    told,
    async found(name: string, severity: Severity = 'critical') {
      const incident = derivedId('take-over', name);
      await world.record([sampleFound(incident, name, { finding: { severity, title: name } })]);
      return incident;
    },
    watchOf: async (channel: string) =>
      (await world.kept()).find(({ incident }) => incident.subject.name === channel),
  };
}

describe('a channel that fails for now', () => {
  test('is taken over for after the second failure, if it is critical', async () => {
    const { found, runUntil, told } = scene({ fails: { teams: 'DELIVERY_UNAVAILABLE' } });
    const incident = await found('a');
    await runUntil(start + 9 * second);
    expect(told(incident)).toEqual([]);
    await runUntil(start + minute);
    expect(told(incident)).toEqual(['mail 10']);
  });

  test('is taken over for after five minutes, if it is not', async () => {
    const { found, runUntil, told } = scene({ fails: { teams: 'DELIVERY_UNAVAILABLE' } });
    const incident = await found('a', 'high');
    await runUntil(start + 5 * minute - 1);
    expect(told(incident)).toEqual([]);
    await runUntil(start + 6 * minute);
    expect(told(incident)).toEqual(['mail 300']);
  });

  test('is taken over for after half a minute where it asks for more patience', async () => {
    const { found, runUntil, told } = scene({
      fails: {
        teams: () => {
          throw new WatchError('DELIVERY_UNAVAILABLE', 'busy', { retryAfterMs: 10 * minute });
        },
      },
    });
    const incident = await found('a');
    await runUntil(start + 2 * minute);
    expect(told(incident)).toEqual(['mail 30']);
  });

  test('is taken over for at once while it is known to fail', async () => {
    const { found, runUntil, told } = scene({ fails: { teams: 'DELIVERY_UNAVAILABLE' } });
    await found('a');
    await runUntil(start + minute);
    const later = await found('b');
    await runUntil(start + 2 * minute);
    expect(told(later)).toEqual(['mail 60']);
  });

  test('has later news told by the other one too, though they wait behind the first', async () => {
    const { runUntil, record, told } = scene({ fails: { teams: 'DELIVERY_UNAVAILABLE' } });
    const incident = derivedId('take-over', 'in parts');
    const part = (name: string) => [
      sampleFound(incident, name, { finding: { severity: 'critical' } }),
    ];
    await record(part('one'));
    await runUntil(start + minute);
    await record(part('two'));
    await runUntil(start + 2 * minute);
    expect(told(incident)).toEqual(['mail 10', 'mail 60']);
  });

  test('still tells once it works again, and then nobody takes over any more', async () => {
    const { found, runUntil, told } = scene({
      fails: { teams: ({ at }) => (at < start + 2 * minute ? 'DELIVERY_UNAVAILABLE' : undefined) },
    });
    const first = await found('a');
    await runUntil(start + 10 * minute);
    expect(told(first)).toEqual(['mail 10', 'teams 165']);
    const later = await found('b');
    await runUntil(start + 20 * minute);
    expect(told(later)).toEqual(['teams 600']);
  });
});

describe('who takes over', () => {
  const down = 'DELIVERY_UNAVAILABLE' as const;

  test('at once, where a channel refuses for good', async () => {
    const { found, runUntil, told } = scene({ fails: { teams: 'DELIVERY_REJECTED' } });
    const incident = await found('a', 'high');
    await runUntil(start + second);
    expect(told(incident)).toEqual(['mail 0']);
  });

  test('is saved like all that is to be sent: whatever happens next, somebody looks', async () => {
    const { found, runUntil, calls, failAt } = scene({ fails: { teams: 'DELIVERY_REJECTED' } });
    await found('a');
    failAt(undefined);
    await runUntil(start + second);
    const order = calls.filter((call) => call === 'outbox.mark' || call === 'cases.save');
    expect(order.slice(0, 2)).toEqual(['outbox.mark', 'cases.save']);
  });

  test('is the fallback that the policy names', async () => {
    const channels = [
      channelNamed('teams', { fallback: 'pager' }),
      channelNamed('mail'),
      channelNamed('pager'),
    ];
    const { found, runUntil, told } = scene({ channels, fails: { teams: down } });
    const incident = await found('a');
    await runUntil(start + minute);
    expect(told(incident)).toEqual(['pager 10']);
  });

  test('is nobody where the fallback tells it anyway', async () => {
    const channels = [
      channelNamed('teams', { fallback: 'pager' }),
      channelNamed('mail'),
      channelNamed('pager'),
    ];
    const routed = ['teams', 'pager'];
    const { found, runUntil, told } = scene({ channels, routed, fails: { teams: down } });
    const incident = await found('a');
    await runUntil(start + 10 * minute);
    expect(told(incident)).toEqual(['pager 0']);
  });

  test('is the next one where the fallback fails as well', async () => {
    const channels = [
      channelNamed('teams', { fallback: 'pager' }),
      channelNamed('mail'),
      channelNamed('pager', { fallback: 'teams' }),
    ];
    const { found, runUntil, told } = scene({ channels, fails: { teams: down, pager: down } });
    const incident = await found('a');
    await runUntil(start + 2 * minute);
    expect(told(incident)).toEqual(['mail 20']);
  });

  test('is nobody where all were told already', async () => {
    const { found, runUntil, told, kept } = scene({
      routed: ['teams', 'mail', 'pager'],
      fails: { teams: down },
    });
    const incident = await found('a');
    await runUntil(start + 10 * minute);
    expect(told(incident)).toEqual(['mail 0', 'pager 0']);
    const of = (await kept()).find((one) => one.incident.id === incident);
    expect(of?.deliveries).toHaveLength(3);
  });

  test('is no channel that is meant for graver things, unless it is about a break-glass account', async () => {
    const channels = [
      channelNamed('teams'),
      channelNamed('mail', { minSeverity: 'critical' }),
      channelNamed('pager'),
    ];
    const { runUntil, told, record } = scene({ channels, fails: { teams: 'DELIVERY_REJECTED' } });
    const plain = sampleFound(derivedId('take-over', 'plain'), 'plain');
    const glass = sampleFound(derivedId('take-over', 'glass'), 'glass');
    await record([plain, { ...glass, matter: 'break-glass' }]);
    await runUntil(start + second);
    expect([told(plain.incident), told(glass.incident)]).toEqual([['pager 0'], ['mail 0']]);
  });

  test('addresses the same person, or says to all who is asked', async () => {
    const channels = [
      channelNamed('mail', { isPersonal: true }),
      channelNamed('teams'),
      channelNamed('other-mail', { isPersonal: true }),
    ];
    for (const [fallback, expected] of [
      ['teams', { channel: 'teams', onCall: ['ana'] }],
      ['other-mail', { channel: 'other-mail', person: 'ana' }],
    ] as const) {
      const { cases, instance } = scene({
        channels: channels.map((one) => ({ ...one, fallback })),
        fails: { mail: 'DELIVERY_REJECTED' },
      });
      const incident = sampleIncident(derivedId('take-over', fallback), { severity: 'critical' });
      const personal = newDelivery(incident, 'mail', 'escalation', start, { person: 'ana' });
      await cases.save({
        incidentId: incident.id,
        incident: { value: incident, version: null },
        findings: [],
        deliveries: [personal],
      });
      await notify(incident.id, instance().deps);
      const [taken] = ((await cases.load(incident.id))?.deliveries ?? []).flatMap(({ value }) =>
        value.insteadOf ? [value] : [],
      );
      expect(taken).toMatchObject({ ...expected, insteadOf: 'mail', state: 'sent' });
      expect('person' in (taken ?? {})).toBe(fallback === 'other-mail');
    }
  });
});

describe('that a channel fails', () => {
  test('is told on the others once, and that it works again', async () => {
    const { found, runUntil, watchOf, told } = scene({
      routed: ['teams', 'mail'],
      fails: {
        teams: ({ at }) => (at < start + 20 * minute ? 'DELIVERY_MISCONFIGURED' : undefined),
      },
    });
    for (const name of ['a', 'b', 'c']) await found(name, 'high');
    await runUntil(start + 4 * minute);
    expect(await watchOf('teams')).toBeUndefined();
    await runUntil(start + 15 * minute);
    const failing = await watchOf('teams');
    expect(failing?.incident).toMatchObject({
      status: 'open',
      severity: 'high',
      title: 'Alert channel teams fails',
      tenantId: 'tenant-1',
    });
    expect(failing?.findings.map(({ finding }) => finding.details)).toEqual([
      {
        channel: 'teams',
        since: '2026-11-20T09:00:00.000Z',
        error: 'DELIVERY_MISCONFIGURED: answered 503',
      },
    ]);
    const id = failing?.incident.id ?? '';
    expect(told(id)).toEqual(['mail 300']);

    await runUntil(start + 40 * minute);
    expect((await watchOf('teams'))?.incident.status).toBe('resolved');
    expect(told(id).map((one) => one.split(' ')[0])).toEqual(['mail', 'mail']);
  });

  test('is told by the next channel if it is the only one that would have heard of it', async () => {
    const { found, runUntil, watchOf, told } = scene({ fails: { teams: 'DELIVERY_UNAVAILABLE' } });
    await found('a');
    await runUntil(start + minute);
    expect(told((await watchOf('teams'))?.incident.id ?? '')).toEqual(['mail 10']);
  });

  test('ends with a success, also one of an instance that had not heard of it', async () => {
    const { start: process, now, found, kept } = scene();
    const [one, other] = [process(), process()];
    await found('a');
    const delivery = (await kept())[0]?.deliveries[0]?.value;
    if (!delivery) throw new Error('no delivery');
    const { trouble } = other.deps;
    await trouble?.worked(delivery);
    await one.deps.trouble?.failed(delivery, 'tenant-1', 'answered 503');
    expect((await one.health.of('teams', now())).failingSince).not.toBeNull();
    await trouble?.worked({ ...delivery, attempts: 2 });
    expect((await process().health.of('teams', now())).failingSince).toBeNull();
  });

  test('is not told if one failure is all there was', async () => {
    let isFirst = true;
    const { found, runUntil, watchOf } = scene({
      fails: {
        teams: () => {
          const code = isFirst ? 'DELIVERY_UNAVAILABLE' : undefined;
          isFirst = false;
          return code;
        },
      },
    });
    await found('a');
    await runUntil(start + 20 * minute);
    expect(await watchOf('teams')).toBeUndefined();
  });

  test('is no fault of a channel where the alert could not be composed', async () => {
    const world = deliveryWorld({
      channels: [channelNamed('teams'), channelNamed('mail')],
      routing: simpleRouting([{ minSeverity: 'medium', channels: ['teams'] }]),
      start,
      compose: () => {
        throw new TypeError('no such field');
      },
    });
    await world.record([sampleFound(derivedId('take-over', 'broken'), 'broken')]);
    await world.runUntil(start + minute);
    expect((await world.kept()).map(({ incident }) => incident.matter)).toEqual(['role']);
    expect((await world.instance().health.of('teams', world.now())).failingSince).toBeNull();
  });
});

test('the health of a channel is written down when it changes, and else once a minute at most', async () => {
  const { found, runUntil, calls, failAt } = scene();
  failAt(undefined);
  for (let n = 0; n < 60; n += 1) {
    await found(`${n}`);
    await runUntil(start + (n + 1) * 2 * second);
  }
  expect(calls.filter((call) => call === 'health.put').length).toBeLessThanOrEqual(3);
  expect(calls.filter((call) => call === 'health.get').length).toBeLessThanOrEqual(15);
});
