import { describe, expect, test } from 'vitest';
import {
  type Calendar,
  calendarOf,
  offHoursAt,
  type WorkingHours,
} from '../../shared/detect/rows/working-hours.ts';

const week: Calendar['days'] = ['mon', 'tue', 'wed', 'thu', 'fri'];
const office: Calendar = {
  timezone: 'Europe/Berlin',
  days: week,
  from: '08:00',
  to: '18:00',
  holidays: [],
};
const nightShift: Calendar = { ...office, from: '22:00', to: '06:00' };
const at = (time: string) => Date.parse(time);
const nightAt = (time: string, calendar: Calendar) => offHoursAt(at(time), calendar)?.night;

// 2026-11-20 is a Friday. Berlin is an hour ahead of UTC in winter, two in summer.
describe('an office day', () => {
  test.each([
    ['begins to the minute', '2026-11-20T07:00:00Z', undefined],
    ['has not begun a minute before', '2026-11-20T06:59:59.999Z', '2026-11-19'],
    ['lasts to the end of its last minute', '2026-11-20T16:59:59.999Z', undefined],
    ['is over at the hour', '2026-11-20T17:00:00Z', '2026-11-20'],
    ['is followed by a night that is one with its evening', '2026-11-21T02:00:00Z', '2026-11-20'],
    ['is none on Saturday', '2026-11-21T11:00:00Z', '2026-11-21'],
    ['is none on Sunday, before work on Monday', '2026-11-23T06:00:00Z', '2026-11-22'],
  ])('%s', (_, time, night) => {
    expect(nightAt(time, office)).toBe(night);
  });

  test('is told as the clock shows it there', () => {
    expect(offHoursAt(at('2026-11-20T22:40:00Z'), office)?.clock).toBe('23:40 Europe/Berlin');
    expect(offHoursAt(at('2026-11-20T23:05:00Z'), office)?.clock).toBe('00:05 Europe/Berlin');
  });

  test('up to 23:59 lasts to midnight', () => {
    const late = { ...office, to: '23:59' };
    expect(nightAt('2026-11-20T22:59:59Z', late)).toBeUndefined();
    expect(nightAt('2026-11-20T23:00:00Z', late)).toBe('2026-11-20');
    expect(nightAt('2026-11-20T06:59:00Z', late)).toBe('2026-11-19');
  });
});

describe('a night shift', () => {
  test.each([
    ['begins in the evening', '2026-11-19T21:00:00Z', undefined],
    ['goes on after midnight', '2026-11-20T01:00:00Z', undefined],
    ['ends in the morning', '2026-11-20T05:00:00Z', '2026-11-19'],
    ['leaves the day free, until the minute before', '2026-11-20T20:59:00Z', '2026-11-19'],
    ['that began on Friday lasts into Saturday', '2026-11-21T04:59:00Z', undefined],
    ['does not begin on Saturday', '2026-11-21T22:00:00Z', '2026-11-21'],
    ['does not last into Monday from a free Sunday', '2026-11-23T01:00:00Z', '2026-11-22'],
  ])('%s', (_, time, night) => {
    expect(nightAt(time, nightShift)).toBe(night);
  });
});

describe('a day off', () => {
  const calendar = { ...office, holidays: ['2026-11-20'] };

  test('is free, and no other day is', () => {
    expect(nightAt('2026-11-20T11:00:00Z', calendar)).toBe('2026-11-20');
    expect(nightAt('2026-11-19T11:00:00Z', calendar)).toBeUndefined();
  });

  test('is the day where the person works, not that of UTC', () => {
    const tokyo = { ...calendar, timezone: 'Asia/Tokyo' };
    expect(nightAt('2026-11-19T23:30:00Z', tokyo)).toBe('2026-11-20');
  });

  test('has no night shift of its own, and the one of the eve ends in it', () => {
    const shift = { ...nightShift, holidays: ['2026-11-20'] };
    expect(nightAt('2026-11-20T03:00:00Z', shift)).toBeUndefined();
    expect(nightAt('2026-11-20T22:00:00Z', shift)).toBe('2026-11-20');
  });
});

describe('a time zone', () => {
  test('behind UTC: the day there began later', () => {
    const losAngeles = { ...office, timezone: 'America/Los_Angeles' };
    expect(nightAt('2026-11-21T01:59:00Z', losAngeles)).toBeUndefined();
    expect(nightAt('2026-11-21T02:00:00Z', losAngeles)).toBe('2026-11-20');
  });

  test('ahead of UTC: the day there is another already', () => {
    const auckland = { ...office, timezone: 'Pacific/Auckland' };
    expect(nightAt('2026-11-19T19:00:00Z', auckland)).toBeUndefined();
    expect(nightAt('2026-11-19T18:59:00Z', auckland)).toBe('2026-11-19');
  });

  test('of half an hour', () => {
    const kolkata = { ...office, timezone: 'Asia/Kolkata' };
    expect(nightAt('2026-11-20T02:30:00Z', kolkata)).toBeUndefined();
    expect(nightAt('2026-11-20T02:29:00Z', kolkata)).toBe('2026-11-19');
  });

  // Berlin: clocks went forward at 01:00 UTC on 29 March 2026 and back at 01:00 UTC on 25 October.
  test.each([
    ['08:00 the day before clocks go forward', '2026-03-28T07:00:00Z', undefined],
    ['07:59 the day before clocks go forward', '2026-03-28T06:59:00Z', '2026-03-27'],
    ['08:00 once they have', '2026-03-29T06:00:00Z', undefined],
    ['07:59 once they have', '2026-03-29T05:59:00Z', '2026-03-28'],
    ['17:59 the day before clocks go back', '2026-10-24T15:59:00Z', undefined],
    ['18:00 the day before clocks go back', '2026-10-24T16:00:00Z', '2026-10-24'],
    ['17:59 once they have', '2026-10-25T16:59:00Z', undefined],
    ['18:00 once they have', '2026-10-25T17:00:00Z', '2026-10-25'],
  ])('%s', (_, time, night) => {
    expect(nightAt(time, { ...office, days: [...week, 'sat', 'sun'] })).toBe(night);
  });

  test('an hour that comes twice is free both times, or both times not', () => {
    const times = ['2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z'];
    expect(times.map((time) => nightAt(time, office))).toEqual(['2026-10-24', '2026-10-24']);
    const shift = { ...nightShift, days: [...week, 'sat' as const] };
    expect(times.map((time) => nightAt(time, shift))).toEqual([undefined, undefined]);
  });
});

describe('own hours', () => {
  const own = { ...nightShift, account: 'noor@contoso.com', timezone: 'Asia/Tokyo' };
  const hours: WorkingHours = { ...office, holidays: ['2026-12-25'], people: [own] };

  test('take the place of those of all, days off included', () => {
    expect(calendarOf(hours, (account) => account === own.account)).toEqual(own);
  });

  test('are nobody else’s', () => {
    expect(calendarOf(hours, () => false)).toEqual({ ...office, holidays: ['2026-12-25'] });
  });
});
