import { isConflict } from '../conflicts.ts';
import { messageOf } from '../errors.ts';
import type { CaseChange } from '../record/case-store.ts';
import { dueTiers, stepChange } from '../record/deliveries.ts';
import { saveChange } from '../record/record-findings.ts';
import type { KeptCase } from '../tell/notify.ts';
import { minuteMs } from '../time.ts';
import type { DueStore } from './due.ts';
import { entryOf, lapsed, next } from './life.ts';
import { load, type RespondDeps } from './respond.ts';
import { service } from './response.ts';

export type LookDeps = Omit<RespondDeps, 'due'> & {
  due: DueStore;
  /** Told of an incident that could not be looked at. */
  warn(message: string): void;
};

/** Many may be due after an outage; the next run goes on. */
const mostLooks = 500;

/**
 * Looks at the incidents whose time has come: tells the next tier, lets acknowledgements run out.
 *
 * All times are those that were saved, so it may come late, and two may look at once: whoever saves
 * second finds that nothing is due any more.
 *
 * @returns how many were changed.
 * @throws {WatchError} STORE_UNAVAILABLE if what is due can't be read.
 */
export async function lookAtDue(deps: LookDeps): Promise<number> {
  let changed = 0;
  for (const { incidentId, version } of (await deps.due.due(deps.now())).slice(0, mostLooks)) {
    try {
      const [dueAt, isChanged] = await lookAt(incidentId, deps);
      if (isChanged) changed += 1;
      await deps.due.next(incidentId, dueAt === null ? null : Date.parse(dueAt), version);
    } catch (error) {
      // Somebody was faster, or one incident can't be read: neither holds up the others.
      if (!isConflict(error)) deps.warn(`looking at incident ${incidentId}: ${messageOf(error)}`);
    }
  }
  return changed;
}

/** @returns when it wants the next look, and whether this one changed anything. */
async function lookAt(id: string, deps: LookDeps): Promise<[string | null, boolean]> {
  const [kept, version] = await load(id, deps);
  if (!kept) return [null, false];
  const change = changeDue(kept, version, deps);
  if (!change) return [kept.incident.response.dueAt, false];
  // The row of what is due is there, and is set anew after this.
  await saveChange(change, { ...deps, due: { expect: async () => {} } });
  return [change.incident?.value.response.dueAt ?? null, true];
}

function changeDue(kept: KeptCase, version: string, deps: LookDeps): CaseChange | null {
  const { answering } = deps;
  const now = deps.now();
  const { status, response } = kept.incident;
  if (status === 'acknowledged') {
    const until = response.acknowledgement?.until;
    if (!until || Date.parse(until) > now) return null;
    const escalation = answering.escalationOf(kept.incident);
    const why = response.acknowledgement?.isOvertaken
      ? 'the account acted again since'
      : 'its time is over';
    const step = lapsed(kept.incident, why, escalation, now);
    return stepChange(step, kept, version, answering, now);
  }
  const due = status === 'open' ? dueTiers(kept.incident, answering, now) : null;
  if (!due) return null;
  const incident = next(kept.incident, now, {});
  const waited = Math.round(due.afterMs / minuteMs);
  const text = `Nobody has answered for ${waited} min: step ${due.tiersTold} of the escalation.`;
  const entries = [entryOf(incident, 'escalated', service, now, text, { step: due.tiersTold })];
  return stepChange({ incident, kind: 'escalation', entries }, kept, version, answering, now);
}
