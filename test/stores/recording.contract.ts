import { describe, expect, test } from 'vitest';
import type { Found } from '../../shared/detect/found.ts';
import type { CaseStore } from '../../shared/record/case-store.ts';
import { recordFindings } from '../../shared/record/record-findings.ts';
import { unheard } from '../../shared/record/unheard.ts';
import { simpleRouting } from '../../shared/route/simple-routing.ts';
import type { DeliveryStore } from '../../shared/tell/notify.ts';
import { newIncidentId, now, sampleFound } from './sample-findings.ts';

const routing = simpleRouting([{ minSeverity: 'low', channels: ['secops'] }]);

/** What recording findings comes to, on any store of cases. */
export function recordingContract(name: string, cases: () => CaseStore & DeliveryStore): void {
  const record = (found: Found[]) =>
    recordFindings(found, { ...unheard, cases: cases(), routing, now });

  describe(`recording findings in ${name}`, () => {
    test('a batch that comes again changes nothing', async () => {
      const id = newIncidentId();
      const batch = () => [sampleFound(id, 'a'), sampleFound(id, 'b')];

      expect(await record(batch())).toBe(2);
      const before = await cases().load(id);
      expect(await record(batch())).toBe(0);
      expect(await cases().load(id)).toEqual(before);
      expect(before?.deliveries).toHaveLength(1);
    });

    test('two batches at once both end up in the incident', async () => {
      const id = newIncidentId();
      await Promise.all([
        record([sampleFound(id, 'a')]),
        record([sampleFound(id, 'b', { finding: { severity: 'critical', title: 'Worse' } })]),
      ]);

      const kept = await cases().load(id);
      expect(kept?.findings).toHaveLength(2);
      expect(kept?.incident).toMatchObject({
        severity: 'critical',
        title: 'Worse',
        findings: 2,
        revision: 2,
      });
      expect(kept?.deliveries.map(({ value }) => value.revision).sort()).toEqual([1, 2]);
    });

    test('ten batches with one finding tell of it once', async () => {
      const id = newIncidentId();
      const news = await Promise.all(
        Array.from({ length: 10 }, () => record([sampleFound(id, 'a')])),
      );

      expect(news.reduce((sum, one) => sum + one, 0)).toBe(1);
      expect((await cases().load(id))?.deliveries).toHaveLength(1);
    });

    test('what was withdrawn before it was found is never told', async () => {
      const id = newIncidentId();
      await record([sampleFound(id, 'a', { state: 'withdrawn', precedence: '2' })]);
      await record([sampleFound(id, 'a', { precedence: '1' })]);

      expect(await cases().load(id)).toBeUndefined();
      expect(await cases().findingsOf(id)).toMatchObject([{ state: 'withdrawn' }]);
    });

    test('what is withdrawn later resolves the incident and is corrected', async () => {
      const id = newIncidentId();
      await record([sampleFound(id, 'a', { precedence: '1' })]);
      await record([sampleFound(id, 'a', { state: 'withdrawn', precedence: '2' })]);

      const kept = await cases().load(id);
      expect(kept?.incident).toMatchObject({ status: 'resolved', findings: 0, revision: 2 });
      const kinds = kept?.deliveries.map(({ value }) => value.kind).sort();
      expect(kinds).toEqual(['correction', 'new']);
    });
  });
}
