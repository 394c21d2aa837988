import { expect, test } from 'vitest';
import { journeyBetween } from '../../shared/detect/past/travel.ts';

const hourMs = 3_600_000;
const stop = (id: string, at: number, latitude: number, longitude: number) => ({
  id,
  at,
  point: { latitude, longitude },
});
const [seattle, berlin] = [
  [47.61, -122.33],
  [52.52, 13.4],
] as const;

test('a journey goes from the earlier stop to the later, whichever is given first', () => {
  const [one, other] = [stop('a', hourMs, ...berlin), stop('b', 0, ...seattle)];
  expect(journeyBetween(one, other)).toEqual(journeyBetween(other, one));
  expect(journeyBetween(one, other)).toMatchObject({ from: other, to: one, km: 8117, kmh: 8117 });
});

test('two stops of one moment are a fast journey, in an order of their own', () => {
  const [one, other] = [stop('a', 5, ...seattle), stop('b', 5, ...berlin)];
  expect(journeyBetween(one, other)).toEqual(journeyBetween(other, one));
  expect(journeyBetween(one, other).kmh).toBe(8117 * 60);
});

test.each([
  ['nowhere', stop('a', 0, 10, 10), stop('b', 1, 10, 10), 0],
  ['over the line of dates', stop('a', 0, 0, 179.9), stop('b', 1, 0, -179.9), 22],
  ['from pole to pole', stop('a', 0, 90, 0), stop('b', 1, -90, 0), 20_015],
  ['to the other side of the world', stop('a', 0, 12, 77), stop('b', 1, -12, -103), 20_015],
])('distance: %s', (_, from, to, km) => {
  expect(journeyBetween(from, to).km).toBe(km);
});
