import { describe, expect, test } from 'vitest';
import {
  dueHeartbeats,
  heartbeatMs,
  heartbeatOf,
  sequenceAt,
} from '../../shared/forward/pump/heartbeat.ts';

const start = Date.parse('2026-11-20T02:05:00Z');
const sequence = sequenceAt(start);

describe('a heartbeat', () => {
  test('has the same uid throughout its interval, and another one in the next', () => {
    const uidAt = (now: number) => heartbeatOf('t-1', { lastRecordAt: null, waiting: 0 }, now).uid;
    expect(uidAt(start)).toBe(`heartbeat.t-1.${sequence}`);
    expect(uidAt(start + heartbeatMs - 1)).toBe(uidAt(start));
    expect(uidAt(start + heartbeatMs)).toBe(`heartbeat.t-1.${sequence + 1}`);
    expect(uidAt(start - 1)).toBe(`heartbeat.t-1.${sequence - 1}`);
  });

  test('says what it is told', () => {
    const lastRecordAt = '2026-11-20T02:04:51.207Z';
    expect(heartbeatOf('t-1', { lastRecordAt, waiting: 7 }, start + 1)).toEqual({
      kind: 'heartbeat',
      uid: `heartbeat.t-1.${sequence}`,
      at: '2026-11-20T02:05:00.001Z',
      tenantId: 't-1',
      ...{ sequence, intervalSeconds: 300, lastRecordAt, waiting: 7 },
    });
  });

  test.each([
    ['never one before', {}, true],
    ['the one before', { 't-1': sequence - 1 }, true],
    ['one of long ago', { 't-1': 1 }, true],
    ['this one', { 't-1': sequence }, false],
    ['that of another tenant', { 't-2': sequence }, true],
    ['the next one, by a clock that is a little ahead', { 't-1': sequence + 1 }, false],
    ['one of next year, by a clock that was wrong', { 't-1': sequence + 100_000 }, true],
  ])('after %s: due is %s', (_, taken, isDue) => {
    expect(dueHeartbeats(['t-1'], taken, start)).toEqual(isDue ? ['t-1'] : []);
  });
});
