import { isPoison } from './poison.ts';
import type { StoryEvent } from './story.ts';
import type { Seen } from './witness.ts';

export type Letter = { uid: string; says: string };

type Evidence = {
  story: readonly StoryEvent[];
  /** Uids in the order of arrival, with repeats. */
  arrived: readonly (string | null)[];
  letters: readonly Letter[];
  seen: Pick<Seen, 'refusals' | 'problems'>;
  /** The receiver has events that it never takes. */
  isPicky: boolean;
};

export type Verdict = { repeats: number; problems: string[] };

/** More of one kind tell nobody more. */
const mostTold = 5;

/** Whether every event arrived, in the order of its incident, or lies with the dead letters for a reason. */
export function verdictOf({ story, arrived, letters, seen, isPicky }: Evidence): Verdict {
  const told = new Map(story.map((one) => [one.event.uid, one]));
  if (told.size !== story.length) throw new Error('two events of the story have the same uid');
  const ours = arrived.filter((uid) => !uid?.startsWith('heartbeat.'));
  const firsts = new Set(ours);
  const lettered = new Set(letters.map(({ uid }) => uid));
  const isUnliked = ({ event: { uid } }: StoryEvent) => isPicky && isPoison(uid);
  const all = [...told.values()];
  const uidOf = ({ event: { uid } }: StoryEvent) => uid;

  const lost = all.filter(({ event: { uid } }) => !firsts.has(uid) && !lettered.has(uid));
  const unliked = all.filter(isUnliked);
  const problems = [
    ...some('lost', lost.map(uidOf)),
    ...some('out of order', outOfOrder(firsts, told)),
    ...some(
      'never told, and arrived',
      [...firsts].filter((uid) => !told.has(uid ?? '')).map(String),
    ),
    ...some(
      'refused, and arrived',
      unliked.map(uidOf).filter((uid) => firsts.has(uid)),
    ),
    ...some(
      'refused, and not set aside',
      unliked.map(uidOf).filter((uid) => !lettered.has(uid)),
    ),
    ...some(
      'set aside without the words of a refusal',
      letters.filter(isGroundless(seen)).map(tell),
    ),
    ...some('broken', seen.problems),
  ];
  return { repeats: ours.length - firsts.size, problems };
}

const tell = ({ uid, says }: Letter) => `${uid} (${says})`;

const isGroundless =
  ({ refusals }: Evidence['seen']) =>
  ({ uid, says }: Letter) =>
    !refusals.get(uid)?.some((words) => says.includes(words));

/** Those that came behind one that was told after them. */
function outOfOrder(
  firsts: ReadonlySet<string | null>,
  told: ReadonlyMap<string, StoryEvent>,
): string[] {
  const last = new Map<string, number>();
  const wrong: string[] = [];
  for (const uid of firsts) {
    const one = told.get(uid ?? '');
    if (!one) continue;
    if (one.seq < (last.get(one.incident) ?? 0)) wrong.push(`${uid} of ${one.incident}`);
    last.set(one.incident, Math.max(one.seq, last.get(one.incident) ?? 0));
  }
  return wrong;
}

function some(what: string, all: readonly string[]): string[] {
  if (all.length === 0) return [];
  const rest = all.length > mostTold ? ` and ${all.length - mostTold} more` : '';
  return [`${all.length} ${what}: ${all.slice(0, mostTold).join(', ')}${rest}`];
}
