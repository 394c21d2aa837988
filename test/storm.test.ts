import { expect, test } from 'vitest';
import { derivedId } from '../shared/finding.ts';
import { simpleRouting } from '../shared/route/simple-routing.ts';
import type { Severity } from '../shared/severity.ts';
import { digestMatter } from '../shared/tell/digest-of-lines.ts';
import { channelNamed, deliveryWorld } from './delivery-world.ts';
import { sampleFound } from './stores/sample-findings.ts';

const start = Date.parse('2026-11-20T09:00:00Z');
const second = 1_000;
const minute = 60 * second;
const stormed = 5_000;
const perSecond = Math.ceil(stormed / 60);

const channels = [
  channelNamed('soc-teams', { pace: { mostPerMinute: 60, foldAbove: 20 } }),
  channelNamed('soc-mail', { pace: { mostPerMinute: 30, foldAbove: 10 } }),
];

const detections = ['admin-new-device', 'pim-activation', 'mfa-fatigue', 'password-spray'];

/** The n-th of a storm: one in a hundred is critical; four of the others belong to one incident. */
function stormFinding(n: number) {
  const isCritical = n % 100 === 50;
  const severity: Severity = isCritical ? 'critical' : n % 9 === 0 ? 'high' : 'medium';
  const incident = derivedId('storm', isCritical ? `critical ${n}` : `of ${Math.floor(n / 4)}`);
  return sampleFound(incident, `finding ${n}`, {
    finding: {
      detection: detections[n % detections.length] ?? '',
      severity,
      title: `Finding ${n}`,
    },
  });
}

/** How many times within any 60 seconds, at most. */
const mostInAMinute = (times: readonly number[]) =>
  Math.max(...times.map((to) => times.filter((at) => at > to - minute && at <= to).length));

test.each([1, 2])(
  'a storm of 5 000 findings: each critical by itself, all others counted, no channel over its limit (%i notifiers)',
  async (instances) => {
    const routing = simpleRouting([
      { minSeverity: 'low', channels: channels.map(({ name }) => name) },
    ]);
    const world = deliveryWorld({ channels, routing, start, instances });
    const bornAt = new Map<string, number>();
    const critical = new Set<string>();
    for (let from = 0; from < stormed; from += perSecond) {
      const some = Array.from({ length: Math.min(perSecond, stormed - from) }, (_, n) =>
        stormFinding(from + n),
      );
      for (const { kept } of some) {
        bornAt.set(kept.finding.id, world.now());
        if (kept.finding.severity === 'critical') critical.add(kept.finding.id);
      }
      await world.record(some);
      await world.runUntil(world.now() + second);
    }
    await world.runUntil(start + 15 * minute);
    expect(world.warnings).toEqual([]);
    expect([bornAt.size, critical.size]).toEqual([stormed, 50]);
    const kept = await world.kept();

    for (const { name, pace } of channels) {
      const taken = world.taken.filter(({ channel }) => channel === name);
      expect(mostInAMinute(taken.map(({ at }) => at))).toBeLessThanOrEqual(pace.mostPerMinute);

      // Each critical alone; at once, unless the minute was full of others like it.
      const alone = taken.filter(({ findings }) => findings.some((id) => critical.has(id)));
      expect(alone.map(({ findings }) => findings.length)).toEqual(Array(50).fill(1));
      expect(new Set(alone.flatMap(({ findings }) => findings))).toEqual(critical);
      const waits = alone.map(({ at, findings: [id] }) => at - (bornAt.get(id ?? '') ?? 0));
      expect(Math.max(...waits)).toBeLessThanOrEqual(
        critical.size <= pace.mostPerMinute - pace.foldAbove ? 0 : minute,
      );

      const singly = taken.filter(({ kind }) => kind !== 'digest');
      const folded = kept.filter(
        ({ incident, deliveries }) =>
          incident.matter === digestMatter &&
          deliveries.some(({ value }) => value.channel === name),
      );
      const told = singly.reduce((sum, { findings }) => sum + findings.length, 0);
      const counted = folded.reduce((sum, { incident }) => sum + incident.findings, 0);
      expect(told + counted).toBe(stormed);
      const inDetail = folded
        .flatMap(({ findings }) => findings)
        .reduce((sum, { finding }) => sum + Number(finding.details.count ?? 0), 0);
      expect(inDetail).toBe(counted);
      // A storm of thousands is some dozens of messages.
      expect(taken.filter(({ kind }) => kind === 'digest').length).toBe(folded.length);
      expect(folded.length).toBeLessThanOrEqual(4);
      expect(taken.length).toBeLessThan(50 + 3 * pace.foldAbove + 4);
    }

    const states = new Set(
      kept.flatMap(({ deliveries }) => deliveries.map(({ value }) => value.state)),
    );
    expect(states).toEqual(new Set(['sent', 'folded']));
    expect((await world.shelves.lines.storm.all()).size).toBe(0);
    expect((await world.shelves.cuts.all()).size).toBe(0);
  },
  30_000,
);
