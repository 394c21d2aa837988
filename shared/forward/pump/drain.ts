import type { Place } from '../feed.ts';
import { type DrainDeps, isHeld, type Run, type Turn } from './pump-run.ts';
import { isAtFault, type Lanes, sendHeads } from './send-heads.ts';

export const pageSize = 2_000;
/** An incident with more events than that lets the others go ahead, and comes again after them. */
const mostRounds = 200;
/** The rows of an incident end before that. */
const behindAll = 99_999_999;

/** Sends what waits until nothing is left that can be sent now. */
export async function drain(run: Run, turn: Turn, deps: DrainDeps): Promise<void> {
  for (;;) {
    const { moved, isMore } = await walk(run, turn, deps);
    if (moved === 0 || !isMore) break;
  }
  const { putOff, counts } = run;
  if (putOff && counts.taken === 0 && (await turn.mayGoOn()))
    await isAtFault(putOff.all, run, turn);
}

/** Once past all that waits. Of what is left behind another walk may get more. */
async function walk(run: Run, turn: Turn, deps: DrainDeps) {
  const { feed } = deps;
  const passed = new Set<string>();
  run.unsaved = new Set();
  let moved = 0;
  let after: Place | undefined;
  while (await turn.mayGoOn()) {
    const page = await feed.waiting(run.sink.name, { ...(after && { after }), limit: pageSize });
    const isPassed = ({ incident }: Place) =>
      isHeld(incident, run, deps.now()) || passed.has(incident);
    const lanes: Lanes = Map.groupBy(
      page.filter((place) => !isPassed(place)),
      ({ incident }) => incident,
    );
    for (let round = 0; round < mostRounds && lanes.size > 0; round += 1) {
      if (!(await turn.mayGoOn())) break;
      const { settled, left } = await sendHeads(lanes, run, turn, deps);
      moved += settled;
      for (const incident of left) passed.add(incident);
    }
    for (const incident of lanes.keys()) passed.add(incident);
    const last = page.at(-1);
    if (!last || page.length < pageSize) break;
    // What comes behind an event that was not sent is not to be sent either.
    after = isPassed(last) ? { incident: last.incident, seq: behindAll } : last;
  }
  return { moved, isMore: passed.size > 0 };
}
