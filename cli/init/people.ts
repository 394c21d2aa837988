import { type PersonLine, personIn } from './people-line.ts';
import { type Answers, all } from './question.ts';

type Named = PersonLine & { id: string };

/** Who answers, each by a short name. */
export function peopleOf(answers: Answers): Named[] {
  const taken = new Set<string>();
  return all(answers, 'people').flatMap((text) => {
    const person = personIn(text);
    return person ? [{ id: shortName(person.name, taken), ...person }] : [];
  });
}

/** `ana`; the second one `ana-2`. */
function shortName(name: string, taken: Set<string>): string {
  const [first = ''] = name.split(/\s+/);
  const plain = first
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '')
    .slice(0, 24);
  const base = plain || 'person';
  let id = base;
  for (let n = 2; taken.has(id); n += 1) id = `${base}-${n}`;
  taken.add(id);
  return id;
}
