import { expect, test } from 'vitest';
import { gapOf, isHidden, isUnlicensed } from '../../../shared/detect/posture/gaps.ts';
import type { Snapshot } from '../../../shared/watch/directory.ts';

type Gap = NonNullable<Snapshot['gaps']>[number];
const gap = (why: Gap['why'], fields: object = {}): Pick<Snapshot, 'gaps'> => ({
  gaps: [{ part: 'pim', why, detail: 'Not read.', ...fields }],
});

test.each<[string, Pick<Snapshot, 'gaps'>, { hidden: boolean; unlicensed: boolean }]>([
  ['no gap at all', {}, { hidden: false, unlicensed: false }],
  ['gaps are null', { gaps: null }, { hidden: false, unlicensed: false }],
  ['not allowed', gap('permission'), { hidden: true, unlicensed: false }],
  ['failed', gap('failed'), { hidden: true, unlicensed: false }],
  ['not set up', gap('notConfigured'), { hidden: true, unlicensed: false }],
  ['no licence', gap('licence'), { hidden: false, unlicensed: true }],
  [
    'failed, and read the day before',
    gap('failed', { asOf: '2026-11-18T00:00:00Z' }),
    { hidden: false, unlicensed: false },
  ],
])('%s', (_, snapshot, { hidden, unlicensed }) => {
  expect(isHidden(snapshot, 'pim')).toBe(hidden);
  expect(isUnlicensed(snapshot, 'pim')).toBe(unlicensed);
});

test('the gap of one part says nothing of another', () => {
  expect(isHidden(gap('failed'), 'groups')).toBe(false);
  expect(isUnlicensed(gap('licence'), 'risk')).toBe(false);
  expect(gapOf(gap('failed'), 'groups')).toBeUndefined();
  expect(gapOf(gap('failed'), 'pim')?.detail).toBe('Not read.');
});
