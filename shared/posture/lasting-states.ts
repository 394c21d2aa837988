import type { Verdict } from '../detect/check-posture.ts';
import type { Found } from '../detect/found.ts';
import { isAtLeast } from '../severity.ts';
import { isoOf } from '../time.ts';
import type { OpenState, PostureState } from './posture-store.ts';

/** What a look at the posture changes: findings to be recorded, and what is remembered of them. */
export type StateChanges = { opened: OpenState[]; ended: OpenState[]; updated: OpenState[] };

/**
 * Holds what was found now against what was open before. A finding opens once, is updated while it
 * lasts, and ends when its check no longer finds it. What a check can't tell stays as it was.
 *
 * @param now - epoch milliseconds.
 */
export function stateChanges(
  verdicts: readonly Verdict[],
  { open }: Pick<PostureState, 'open'>,
  now: number,
): StateChanges {
  const found = new Map(
    verdicts.flatMap((verdict) =>
      verdict.found.map((one) => [one.kept.finding.id, { check: verdict.check, one }] as const),
    ),
  );
  const changes: StateChanges = { opened: [], ended: [], updated: [] };
  for (const [id, { check, one }] of found) {
    const before = open.get(id);
    const lasting = { id, check, found: lastingSince(one, before, now), isNews: true };
    if (!before) changes.opened.push(lasting);
    else if (before.isPending || faceOf(lasting.found) !== faceOf(before.found)) {
      changes.updated.push({
        ...lasting,
        isNews: before.isNews || hasOtherSeverity(lasting, before),
      });
    }
  }
  const byCheck = new Map(verdicts.map((verdict) => [verdict.check, verdict]));
  for (const before of open.values()) {
    if (found.has(before.id)) continue;
    if (!isUnknown(before, byCheck.get(before.check))) {
      changes.ended.push({ ...before, found: since(before.found, now, 'resolved') });
    } else if (before.isPending) {
      const { isPending: _, ...rest } = before;
      changes.updated.push({ ...rest, found: since(before.found, now, 'open') });
    }
  }
  return changes;
}

/** Its beginning stays what it was, and a later look outweighs an earlier one. */
function lastingSince(found: Found, before: OpenState | undefined, now: number): Found {
  const { kept } = found;
  const isUrgent = isAtLeast(kept.finding.severity, 'high');
  const time = before?.found.kept.finding.time ?? kept.finding.time;
  return {
    ...found,
    kept: {
      ...kept,
      isWhole: true,
      precedence: isoOf(now),
      ...(!isUrgent && { isDigested: true }),
      finding: { ...kept.finding, time },
    },
  };
}

const since = (found: Found, now: number, state: 'open' | 'resolved'): Found => ({
  ...found,
  kept: { ...found.kept, state, precedence: isoOf(now) },
});

/** Whether the check, this time, can't tell of the account that the finding is about. */
function isUnknown({ found: { subject } }: OpenState, verdict: Verdict | undefined): boolean {
  return (
    verdict?.unknown.some(
      ({ about, isOfOthers }) => !isOfOthers && (about === undefined || about.id === subject.id),
    ) ?? false
  );
}

const hasOtherSeverity = (after: OpenState, before: OpenState): boolean =>
  after.found.kept.finding.severity !== before.found.kept.finding.severity;

/** What a reader sees of it. */
const faceOf = ({ kept: { finding } }: Found): string => {
  const { severity, title, summary, roles, details } = finding;
  return JSON.stringify([severity, title, summary, roles, details]);
};
