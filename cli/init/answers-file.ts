import { cleanLine } from '../../shared/clean-text.ts';
import { closest } from '../../shared/policy/suggestion.ts';
import { ProblemError } from '../command.ts';
import { readText } from '../policy-file.ts';
import type { Answers, Question } from './question.ts';

/**
 * The answers in a file: a map of JSON, by the keys of the questions. What has a default may be left out.
 *
 * @throws {ProblemError} with a line for each that does not fit; none repeats what was found, for it may
 *   be a secret that was pasted there.
 */
export async function readAnswers(file: string, questions: readonly Question[]): Promise<Answers> {
  const written = mapIn(await readText(file), file);
  const answers = new Map<string, readonly string[]>();
  const problems: string[] = [];
  const asked = new Set<string>();
  for (const question of questions) {
    if (question.isAsked && !question.isAsked(answers)) continue;
    asked.add(question.key);
    const given = textsOf(written[question.key] ?? question.usual ?? (question.isList ? [] : ''));
    const texts = given?.map((text) => question.means?.(text) ?? text);
    const allowed = texts === undefined ? 'text' : problemOf(question, texts, answers);
    if (texts !== undefined) answers.set(question.key, texts);
    if (allowed === undefined) continue;
    const found = written[question.key] === undefined ? 'is missing' : 'does not fit';
    problems.push(`${file}: ${question.key}: ${found}; allowed: ${allowed}`);
  }
  for (const key of Object.keys(written)) {
    if (asked.has(key)) continue;
    problems.push(`${file}: ${cleanLine(key, 40)}: ${whyNot(key, questions)}`);
  }
  if (problems.length > 0) throw new ProblemError(problems);
  return answers;
}

function whyNot(key: string, questions: readonly Question[]): string {
  // Several SIEMs ask for the same key.
  const keys = [...new Set(questions.map((question) => question.key))];
  if (keys.includes(key)) return 'is not asked for, after the other answers; leave it out';
  const meant = closest(key, keys);
  return meant
    ? `is no question (did you mean "${meant}"?)`
    : `is no question; allowed: ${keys.join(', ')}`;
}

function mapIn(text: string, file: string): Record<string, unknown> {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    read = undefined;
  }
  if (typeof read === 'object' && read !== null && !Array.isArray(read)) {
    return read as Record<string, unknown>;
  }
  throw new ProblemError([`${file}: is no map of JSON; docs/doctor.md has an example`]);
}

function textsOf(value: unknown): string[] | undefined {
  if (typeof value === 'boolean') return [value ? 'yes' : 'no'];
  if (value === null) return ['none'];
  const list: unknown[] = Array.isArray(value) ? value : [value];
  const texts = list.flatMap((item) => (typeof item === 'string' ? [item.trim()] : []));
  return texts.length === list.length ? texts : undefined;
}

function problemOf(
  { isList, problem, problemOfAll }: Question,
  texts: readonly string[],
  answers: Answers,
): string | undefined {
  if (!isList && texts.length !== 1) return 'one text';
  for (const text of texts) {
    const allowed = problem(text, answers);
    if (allowed !== undefined) return allowed;
  }
  return problemOfAll?.(texts);
}
