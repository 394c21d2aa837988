import type { PostureMatch, Unknown } from '../posture-check.ts';

/** Several parts of one check may miss the same thing: people need to hear of it once. */
export function once(answers: readonly (PostureMatch | Unknown)[]): (PostureMatch | Unknown)[] {
  const heard = new Set<string>();
  return answers.filter((answer) => {
    if ('key' in answer) return true;
    const said = JSON.stringify([answer.unknown, answer.about?.id]);
    const isNew = !heard.has(said);
    heard.add(said);
    return isNew;
  });
}
