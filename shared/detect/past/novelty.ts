import { accountSubject } from '../../memory/subject.ts';
import type { HabitTrace } from '../../memory/trace.ts';
import type { SignInEvent } from '../../read/event.ts';
import { dayMs } from '../../time.ts';
import type { Context } from '../detection.ts';

/** Something that an account came with for the first time. */
export type Novelty = {
  habit: HabitTrace;
  /** False where it is no news after all, though an earlier look may have taken it for some. */
  isNews: boolean;
  /** The more is known of its past, the greater. */
  precedence: string;
};

/** So late may a record come that shows something to have been known already. */
const latestMs = dayMs;

type Learning = {
  learningDays: number;
  /** What the policy or the snapshot says is theirs. With a list nothing needs to be learnt. */
  listed: readonly string[];
};

/**
 * What an event shows to be new, or no longer new, about a watched account: what it came with itself,
 * if nothing earlier is known with it; and all else, if nothing earlier is known of the account at all.
 */
export function noveltiesIn(
  event: SignInEvent,
  what: HabitTrace['what'],
  { learningDays, listed }: Learning,
  { past, watchlist }: Context,
): Novelty[] {
  const habits = past
    .all('habit', accountSubject(event.account, watchlist))
    .filter((habit) => habit.what === what);
  const [first] = habits;
  if (!first) return [];
  const learntAt = listed.length > 0 ? first.at : first.at + learningDays * dayMs;
  return habits
    .filter(({ recordId }) => recordId === event.id || first.recordId === event.id)
    .filter(({ value }) => !listed.includes(value))
    .filter(({ at }) => at >= learntAt - latestMs)
    .map((habit) => ({
      habit,
      isNews: habit.at >= learntAt,
      precedence: [first, habit].map(({ at }) => earliness(at)).join(' '),
    }));
}

/**
 * A habit, and whether it is news: first seen after the learning. Where it was seen shortly before,
 * a record that came late may have shown that, so that an earlier look has to be taken back.
 */
export const newsIn = (habit: HabitTrace, learntAt: number) =>
  habit.at > learntAt - latestMs ? [{ habit, isNew: habit.at >= learntAt }] : [];

/** Text that grows the earlier a moment is. */
export const earliness = (at: number) => String(Number.MAX_SAFE_INTEGER - at).padStart(16, '0');
