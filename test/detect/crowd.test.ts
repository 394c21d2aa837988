import { describe, expect, test } from 'vitest';
import { runRecords } from '../../cli/run-examples.ts';
import { detections } from '../../shared/detect/detections/index.ts';
import { signIn } from '../../shared/detect/examples/records.ts';

const office = '203.0.113.5';
const person = (n: number) => ({
  id: `00000000-0000-4000-9000-${String(n).padStart(12, '0')}`,
  upn: `person-${n}@example.com`,
});
const from = (n: number, ip: string, errorCode: number) =>
  signIn(person(n), {
    id: `record-${n}`,
    createdDateTime: `2026-11-20T12:${String(n % 15).padStart(2, '0')}:00Z`,
    ipAddress: ip,
    status: { errorCode },
    correlationId: `flow-${n}`,
  });
const many = (first: number, count: number, ip: string, errorCode: number) =>
  Array.from({ length: count }, (_, n) => from(first + n, ip, errorCode));

const guessing = async (records: readonly unknown[], isScreening: boolean) => {
  const spray = detections.filter(({ id }) => id === 'password-spray');
  const found = await runRecords(records, { detections: spray, isScreening, batchSize: 100 });
  return found.filter(({ state }) => state === 'open').length;
};

describe.each([true, false])('screened: %s', (isScreening) => {
  test('an office where more get in than mistype is no spray', async () => {
    const records = [...many(0, 6, office, 50126), ...many(20, 7, office, 0)];
    expect(await guessing(records, isScreening)).toBe(0);
  });

  test('a source from which fewer get in is one', async () => {
    const records = [...many(0, 6, office, 50126), ...many(20, 5, office, 0)];
    expect(await guessing(records, isScreening)).toBe(1);
  });

  test('those who get in elsewhere explain nothing', async () => {
    const records = [...many(0, 6, office, 50126), ...many(20, 9, '203.0.113.6', 0)];
    expect(await guessing(records, isScreening)).toBe(1);
  });
});
