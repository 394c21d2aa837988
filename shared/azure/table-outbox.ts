import type { TableClient } from '@azure/data-tables';
import { isConflict } from '../conflicts.ts';
import type { Outbox } from '../record/case-store.ts';
import { isoOf } from '../time.ts';
import type { NotifyQueue } from './queues.ts';
import { reach, statusOf } from './store-error.ts';
import { keyOf, listRows } from './table-rows.ts';

/** A note that an incident may have deliveries that nobody has sent yet: when it was set first, and when last; epoch milliseconds. */
export type Mark = { incidentId: string; markedAt: number; renewedAt: number; version: string };

export type Marks = {
  /** Also renews a mark that is there. */
  mark(incidentId: string): Promise<void>;
  /**
   * The marks older than that, oldest first. A mark is set before the deliveries are saved, so
   * a young one without any says nothing yet: leave it.
   */
  marked(query: { olderThanMs: number; now: number }): Promise<Mark[]>;
  /** @returns false, and the mark stays, if it was set again since `version` was read. */
  unmark(incidentId: string, version: string): Promise<boolean>;
};

const partitionKey = 'pending';
/** The marks in Table Storage; they alone decide what is looked at again, the queue only makes it quick. */
export function tableMarks(table: TableClient, now: () => number = Date.now): Marks {
  return {
    mark: (incidentId) =>
      reach(`marking incident ${incidentId}`, async () => {
        const key = { partitionKey, rowKey: keyOf(incidentId) };
        const at = isoOf(now());
        try {
          await table.createEntity({ ...key, incidentId, markedAt: at });
        } catch (error) {
          if (statusOf(error) !== 409) throw error;
          // Its version changes and its age stays: an incident that never rests is swept all the same.
          await table.upsertEntity({ ...key, incidentId, renewedAt: at }, 'Merge');
        }
      }),
    marked: (query) =>
      reach('reading the marks of the outbox', async () => {
        const rows = await listRows(table, partitionKey);
        return rows
          .map(({ incidentId, markedAt, renewedAt, etag }) => ({
            incidentId: String(incidentId),
            // Removed between the two steps of marking, it has only the later time.
            markedAt: Date.parse(String(markedAt ?? renewedAt)),
            renewedAt: Date.parse(String(renewedAt ?? markedAt)),
            version: etag,
          }))
          .filter(({ markedAt }) => query.now - markedAt >= query.olderThanMs)
          .sort((a, b) => a.markedAt - b.markedAt);
      }),
    async unmark(incidentId, etag) {
      try {
        await reach(`unmarking incident ${incidentId}`, () =>
          table.deleteEntity(partitionKey, keyOf(incidentId), { etag }),
        );
        return true;
      } catch (error) {
        if (isConflict(error)) return false;
        throw error;
      }
    },
  };
}

/** @param warn - told of a wake that failed. */
export const tableOutbox = (
  marks: Pick<Marks, 'mark'>,
  queue: NotifyQueue,
  warn: (message: string) => void,
): Outbox => ({
  mark: (incidentId) => marks.mark(incidentId),
  async wake(incidentId) {
    try {
      await queue.send(incidentId);
    } catch (error) {
      // The findings are saved and the mark is set, so a sweep sends them a little later. To fail the
      // batch here would only repeat work that is done.
      warn(error instanceof Error ? error.message : 'waking failed');
    }
  },
});
