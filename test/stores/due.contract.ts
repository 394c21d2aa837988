import { describe, expect, test } from 'vitest';
import type { DueStore } from '../../shared/respond/due.ts';
import { newIncidentId } from './sample-findings.ts';

const minute = 60_000;
const now = Date.parse('2026-11-20T02:03:00Z');

/** What every store of due looks does, real or in memory. */
export function dueContract(name: string, due: () => DueStore): void {
  const isDue = async (id: string, at: number) =>
    (await due().due(at)).find(({ incidentId }) => incidentId === id);

  describe(`due looks in ${name}`, () => {
    test('come when their time has come, the longest overdue first', async () => {
      const [late, early] = [newIncidentId(), newIncidentId()];
      await due().expect(late, now + 2 * minute);
      await due().expect(early, now + minute);
      expect(await isDue(early, now)).toBeUndefined();
      expect(await isDue(early, now + minute)).toBeDefined();
      const ids = (await due().due(now + 5 * minute)).map(({ incidentId }) => incidentId);
      expect(ids.indexOf(early)).toBeLessThan(ids.indexOf(late));
    });

    test('are never put off by whoever expects one', async () => {
      const id = newIncidentId();
      await due().expect(id, now);
      await due().expect(id, now + minute);
      expect(await isDue(id, now)).toBeDefined();
    });

    test('are put off or ended by whoever looked', async () => {
      const id = newIncidentId();
      await due().expect(id, now);
      await due().next(id, now + minute, (await isDue(id, now))?.version ?? '');
      expect(await isDue(id, now)).toBeUndefined();
      await due().next(id, null, (await isDue(id, now + minute))?.version ?? '');
      expect(await isDue(id, now + minute)).toBeUndefined();
    });

    test('are not ended by whoever looked before it was expected anew', async () => {
      const id = newIncidentId();
      await due().expect(id, now);
      const version = (await isDue(id, now))?.version ?? '';
      await due().expect(id, now + minute);
      await due().next(id, null, version);
      expect(await isDue(id, now)).toBeDefined();
      await due().next(newIncidentId(), null, version);
    });
  });
}
