import { describe, expect, test } from 'vitest';
import { isHandover } from '../../shared/policy/handover.ts';
import type { Schedule } from '../../shared/policy/people.ts';
import { onCallAt, turnAt } from '../../shared/route/on-call.ts';
import { hourMs, minuteMs } from '../../shared/time.ts';

const at = (time: string) => Date.parse(time);

const scheduleOf = (given: Partial<Schedule> = {}): Schedule => ({
  timezone: 'UTC',
  people: ['ana', 'ben', 'cleo'],
  handover: '0 9 * * mon',
  from: '2026-11-02',
  overrides: [],
  ...given,
});

/** Whoever it is at each of the moments. */
const turns = (schedule: Schedule, ...times: string[]) =>
  times.map((time) => turnAt(schedule, at(time)));

describe('whose turn it is', () => {
  test('passes on at the handover, in the order of the people, and around again', () => {
    const moments = [
      '2026-11-02T09:00:00Z',
      '2026-11-09T08:59:59.999Z',
      '2026-11-09T09:00:00Z',
      '2026-11-16T09:00:00Z',
      '2026-11-23T09:00:00Z',
    ];
    expect(turns(scheduleOf(), ...moments)).toEqual(['ana', 'ana', 'ben', 'cleo', 'ana']);
  });

  test('is the first one’s before the first handover, however long before', () => {
    const moments = ['2020-01-01T00:00Z', '2026-11-01T23:59Z', '2026-11-02T08:59:59.999Z'];
    expect(turns(scheduleOf(), ...moments)).toEqual(['ana', 'ana', 'ana']);
  });

  test('begins with a handover at midnight of the first day itself', () => {
    const nightly = scheduleOf({ handover: '0 0 * * *', from: '2026-11-02' });
    expect(turns(nightly, '2026-11-02T00:00Z', '2026-11-03T00:00Z')).toEqual(['ana', 'ben']);
  });

  test('does not depend on which moment was asked for before', () => {
    const schedule = scheduleOf();
    const [early, late] = ['2026-11-09T10:00Z', '2027-06-01T10:00Z'];
    const fresh = turns(scheduleOf(), early)[0];
    turnAt(schedule, at(late));
    expect(turnAt(schedule, at(early))).toBe(fresh);
    expect(turnAt(schedule, at(late))).toBe(turnAt(scheduleOf(), at(late)));
  });

  test('is the same whether one looks now and then, or every hour', () => {
    const given = { handover: '0 7,15,23 * * tue-sat', from: '2026-11-01' };
    const often = scheduleOf(given);
    for (let moment = at('2026-11-01T00:00Z'); moment < at('2026-12-01'); moment += hourMs) {
      expect(turnAt(often, moment)).toBe(turnAt(scheduleOf(given), moment));
    }
    // 3 November is a Tuesday: four Tuesdays to Saturdays are 60 handovers, the next one begins anew.
    expect(turnAt(often, at('2026-12-01T06:59Z'))).toBe('cleo');
    expect(turnAt(often, at('2026-12-01T07:00Z'))).toBe('ana');
  });

  test('follows the clock of its zone through both changes of the year', () => {
    const berlin = scheduleOf({ timezone: 'Europe/Berlin', from: '2026-03-16' });
    // 09:00 is 08:00Z in winter and 07:00Z from 29 March on.
    const spring = ['2026-03-23T07:59Z', '2026-03-23T08:00Z', '2026-03-30T06:59Z'];
    expect(turns(berlin, ...spring, '2026-03-30T07:00Z')).toEqual(['ana', 'ben', 'ben', 'cleo']);

    const newYork = scheduleOf({ timezone: 'America/New_York', from: '2026-10-26' });
    const autumn = ['2026-10-26T13:00Z', '2026-11-02T13:59Z', '2026-11-02T14:00Z'];
    expect(turns(newYork, ...autumn)).toEqual(['ana', 'ana', 'ben']);
  });

  test('passes on once where the hour comes twice, and does not go back', () => {
    // In New York 01:30 comes at 05:30Z and again at 06:30Z.
    const nightly = scheduleOf({
      timezone: 'America/New_York',
      handover: '30 1 * * *',
      from: '2026-10-31',
    });
    const moments = ['2026-11-01T05:29Z', '2026-11-01T05:30Z', '2026-11-01T06:05Z'];
    const later = ['2026-11-01T06:30Z', '2026-11-02T06:29Z', '2026-11-02T06:30Z'];
    expect(turns(nightly, ...moments)).toEqual(['ana', 'ben', 'ben']);
    expect(turns(nightly, ...later)).toEqual(['ben', 'ben', 'cleo']);
  });

  test('passes on where the hour is left out, as soon as there is one', () => {
    // In Berlin 02:30 is left out on 29 March: at 01:00Z it is 03:00.
    const nightly = scheduleOf({
      timezone: 'Europe/Berlin',
      handover: '30 2 * * *',
      from: '2026-03-28',
    });
    const moments = ['2026-03-29T00:59Z', '2026-03-29T01:00Z', '2026-03-30T00:30Z'];
    expect(turns(nightly, ...moments)).toEqual(['ana', 'ben', 'cleo']);
  });

  test.each([
    ['America/New_York', '2026-11-01', '2026-11-02T12:00Z'],
    ['America/New_York', '2026-03-08', '2026-03-09T12:00Z'],
    ['Australia/Lord_Howe', '2026-10-04', '2026-10-05T12:00Z'],
    ['Australia/Lord_Howe', '2026-04-05', '2026-04-06T12:00Z'],
  ])('is nobody’s twice nor skipped when hours of %s are, on %s', (timezone, day, end) => {
    const two = scheduleOf({ timezone, handover: '30 1,2 * * *', from: day });
    const seen: (string | undefined)[] = [];
    for (let moment = at(`${day}T00:00Z`) - 12 * hourMs; moment < at(end); moment += minuteMs) {
      const turn = turnAt(two, moment);
      if (turn !== seen.at(-1)) seen.push(turn);
    }
    // Two handovers on each of two calendar days, or three once the second day has begun.
    expect(seen.slice(0, 3)).toEqual(['ana', 'ben', 'cleo']);
    expect(seen.join(' ')).toMatch(/^ana ben cleo( ana)?$/);
  });

  test('is another’s while an override says so, the last one that is written first', () => {
    const schedule = scheduleOf({
      overrides: [
        { person: 'ben', from: '2026-11-03T00:00Z', until: '2026-11-05T00:00Z' },
        { person: 'cleo', from: '2026-11-04T00:00Z', until: '2026-11-04T12:00Z' },
      ],
    });
    const moments = ['2026-11-02T23:59Z', '2026-11-03T00:00Z', '2026-11-04T00:00Z'];
    const later = ['2026-11-04T12:00Z', '2026-11-04T23:59Z', '2026-11-05T00:00Z'];
    expect(turns(schedule, ...moments)).toEqual(['ana', 'ben', 'cleo']);
    expect(turns(schedule, ...later)).toEqual(['ben', 'ben', 'ana']);
  });
});

describe('who is on call', () => {
  const people = {
    ana: { name: 'Ana Ruiz', account: 'ana@contoso.com', mail: 'ana@example.net' },
    ben: { name: 'Ben Okafor' },
    cleo: { name: 'Cleo Lang' },
  };
  const schedules = { primary: scheduleOf(), nights: scheduleOf({ people: ['gone'] }) };
  const now = at('2026-11-09T10:00Z');

  test('are the people behind schedules and names, each once', () => {
    const found = onCallAt(['primary', 'ana', 'ben'], { people, schedules }, now);
    expect(found).toEqual([
      { id: 'ben', name: 'Ben Okafor', account: null, mail: null },
      { id: 'ana', name: 'Ana Ruiz', account: 'ana@contoso.com', mail: 'ana@example.net' },
    ]);
  });

  test('is nobody where the policy knows nobody of that name', () => {
    const names = ['nights', 'constructor', 'valueOf', 'nobody'];
    expect(onCallAt(names, { people, schedules }, now)).toEqual([]);
  });
});

test.each([
  ['0 9 * * mon', true],
  ['0 9 * * *', true],
  ['0 * * * *', true],
  ['0 8,20 * * *', true],
  ['0 9 1 1 *', true],
  ['*/30 * * * *', false],
  ['0,5 9 * * mon', false],
  // The nearer pair comes second when one begins to look at midnight of 1970.
  ['0,5 0 * * *', false],
  ['0 9 30 2 *', false],
  ['0 0 9 * * mon', false],
  ['@weekly', false],
  ['often', false],
])('"%s" as a handover: %s', (text, isOne) => {
  expect(isHandover(text)).toBe(isOne);
});
