import { messageOf } from '../../errors.ts';
import type { Waiting } from '../feed.ts';
import type { SiemEvent } from '../siem-event.ts';
import type { DrainDeps, Run } from './pump-run.ts';
import { sideBySide } from './side-by-side.ts';

const width = 32;
/** So many rows in a row are not broken by chance. */
const mostUnreadable = 32;

/** Those that are there. One row that can't be read holds up its incident, and not the sink. */
export async function readEvents(heads: readonly Waiting[], run: Run, { events, warn }: DrainDeps) {
  const found = new Map<Waiting, SiemEvent | undefined>();
  const unreadable = new Map<Waiting, unknown>();
  await sideBySide(heads, width, async (head) => {
    try {
      found.set(head, await events.event(head));
    } catch (error) {
      unreadable.set(head, error);
      if (unreadable.size >= mostUnreadable) throw error;
    }
  });
  run.isReadable ||= found.size > 0;
  const [first] = unreadable.values();
  if (first !== undefined && !run.isReadable) throw first;
  for (const [{ incident, seq }, error] of unreadable) {
    warn?.(`event ${seq} of incident ${incident} for sink ${run.sink.name}: ${messageOf(error)}`);
  }
  const ordered = heads.flatMap((head) => {
    const event = found.get(head);
    return event ? [[head, event] as const] : [];
  });
  return { events: new Map(ordered), unreadable: new Set(unreadable.keys()) };
}
