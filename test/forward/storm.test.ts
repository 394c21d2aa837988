import { expect, test } from 'vitest';
import { stormKinds } from '../../tools/forward-storm/receivers.ts';
import { storm } from '../../tools/forward-storm/storm.ts';

const events = 300;
const ends = 2;

// One after the other: side by side they would keep each other from answering in time.
test.each(stormKinds)(
  '%s: whatever fails, and wherever forwarders end, each event arrives or was refused for good',
  async (kind) => {
    const report = await storm(kind, { events, seed: 20_261_122, fierceness: 2, ends });
    expect(report.problems).toEqual([]);
    expect(report.kills).toBe(ends);
    // Else it was no storm.
    const faults = report.faults.values().reduce((sum, times) => sum + times, 0);
    expect(faults).toBeGreaterThan(0);
  },
  60_000,
);
