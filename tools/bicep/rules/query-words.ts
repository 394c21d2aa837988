import { measures } from '../../../shared/telemetry/measures.ts';
import { appSources, functionSources } from '../app-functions.ts';
import type { Project } from '../project.ts';
import { type Query, queriesOf } from '../queries.ts';
import type { Rule } from '../rule.ts';

type About = Readonly<Record<string, readonly string[] | string>>;
const known: Readonly<Record<string, { about: About }>> = measures;

/** What a query asks for that is not there: it would find nothing, and nobody would notice. */
export const queryRules: readonly Rule[] = [
  {
    name: 'alarm-words',
    says: 'measures, attributes and words that alarms and the workbook look for are those of the code',
    check: (project) =>
      queriesOf(project).flatMap((query) =>
        [
          ...unknownMeasures(query),
          ...unknownAttributes(query),
          ...unknownFunctions(query, project),
          ...unknownWords(query, project),
        ].map((problem) => ({ file: query.file, line: query.line, ...problem })),
      ),
  },
];

type Problem = { what: string; allowed?: string };

const all = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].map(([, one = '', two = '']) => [one, two] as const);
const quoted = (text: string) => all(text, /'([^']*)'/g).map(([one]) => one);

const measuresOf = ({ text }: Query) =>
  quoted(text).filter((name) => name.startsWith('glasswatch.'));

const unknownMeasures = (query: Query): Problem[] =>
  measuresOf(query)
    .filter((name) => !(name in known))
    .map((name) => ({
      what: `${query.name} asks for ${name}, which nothing measures`,
      allowed: Object.keys(known).join(', '),
    }));

/** `Outcome = tostring(About.outcome)` names an attribute; `Outcome == 'failed'` then one of its words. */
function unknownAttributes(query: Query): Problem[] {
  const about: About = Object.assign({}, ...measuresOf(query).map((name) => known[name]?.about));
  const columns = all(query.text, /\b(\w+) = tostring\(About\.(\w+)\)/g);
  const named = all(query.text, /\bAbout\.(\w+)/g).map(([attribute]) => attribute);
  const problems = named
    .filter((attribute) => !(attribute in about))
    .map((attribute) => ({
      what: `${query.name} asks for ${attribute}, which its measure does not have`,
      allowed: Object.keys(about).join(', '),
    }));
  const values = columns.flatMap(([column, attribute]) => {
    const words = about[attribute];
    if (typeof words !== 'object') return [];
    return comparedWith(query.text, column)
      .filter((value) => !words.includes(value))
      .map((value) => ({
        what: `${query.name} looks for “${value}” in ${attribute}`,
        allowed: words.join(', '),
      }));
  });
  return [...problems, ...values];
}

/** The words that a column is compared with: `Column == 'a'`, `Column in ('a', 'b')`. */
const comparedWith = (text: string, column: string): string[] =>
  all(text, new RegExp(`\\b${column} (?:[!=]=|=~|in|!in) ?(\\([^)]*\\)|'[^']*')`, 'g')).flatMap(
    ([values]) => quoted(values),
  );

function unknownFunctions(query: Query, project: Project): Problem[] {
  const names = all(functionSources(project), /\bapp\.\w+\('(\w+)'/g).map(([name]) => name);
  return comparedWith(query.text, 'OperationName')
    .filter((name) => !names.includes(name))
    .map((name) => ({
      what: `${query.name} looks for the function ${name}`,
      allowed: names.join(', '),
    }));
}

function unknownWords(query: Query, project: Project): Problem[] {
  const words = all(query.text, /\bMessage (?:has|contains|startswith) '([^']*)'/g);
  if (words.length === 0) return [];
  const sources = appSources(project);
  return words
    .filter(([said]) => !sources.includes(said))
    .map(([said]) => ({ what: `${query.name} looks for “${said}”, which no code says` }));
}
