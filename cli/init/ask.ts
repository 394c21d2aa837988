import type { Answers, Question } from './question.ts';

export type Terminal = {
  /** @returns what was typed; undefined at the end of the input. */
  ask(prompt: string): Promise<string | undefined>;
  say(line: string): void;
};

/** The input ended before the last question. */
export class Unanswered extends Error {}

/** Asks until every answer fits. @throws {Unanswered} */
export async function askAll(questions: readonly Question[], terminal: Terminal): Promise<Answers> {
  const answers = new Map<string, readonly string[]>();
  for (const question of questions) {
    if (question.isAsked && !question.isAsked(answers)) continue;
    terminal.say('');
    terminal.say(question.why);
    const given = question.isList
      ? await askList(question, answers, terminal)
      : [await askOne(question, answers, terminal)];
    answers.set(question.key, given);
  }
  return answers;
}

async function askOne(question: Question, answers: Answers, terminal: Terminal): Promise<string> {
  const { ask, usual } = question;
  for (;;) {
    const typed = await typedAt(terminal, `${ask}${usual === undefined ? '' : ` [${usual}]`}: `);
    const answer = typed === '' ? (usual ?? '') : (question.means?.(typed) ?? typed);
    const allowed = question.problem(answer, answers);
    if (allowed === undefined) return answer;
    terminal.say(`  That does not fit; allowed: ${allowed}`);
  }
}

async function askList(question: Question, answers: Answers, terminal: Terminal) {
  const given: string[] = [];
  terminal.say(`${question.ask}, one a line; an empty line ends.`);
  for (;;) {
    const answer = await typedAt(terminal, `  ${given.length + 1}: `);
    const allowed =
      answer === '' ? question.problemOfAll?.(given) : question.problem(answer, answers);
    if (allowed !== undefined) terminal.say(`  That does not fit; allowed: ${allowed}`);
    else if (answer === '') return given;
    else given.push(answer);
  }
}

async function typedAt(terminal: Terminal, prompt: string): Promise<string> {
  const typed = await terminal.ask(prompt);
  if (typed === undefined) throw new Unanswered('it ended before the last question');
  return typed.trim();
}
