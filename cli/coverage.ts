import data from '../shared/data/coverage.json' with { type: 'json' };

/** A collection of rules that others publish: dated data, see shared/data/NOTICE.md. */
export type CoverageSource = {
  id: string;
  name: string;
  url: string;
  licence: string;
  /** Which of its rules are meant, in a sentence. */
  inScope: string;
  /** By the name of the rule, the ids of the detections that find what it looks for, built or not. */
  rules: Readonly<Record<string, readonly string[]>>;
  /** By the name of the rule, why it is none of ours. */
  outOfScope: Readonly<Record<string, string>>;
};

/** The rules of one source that a detection covers. */
export type Cover = { source: string; rules: readonly string[] };

export const coverageAsOf = data.asOf;
export const coverageSources: readonly CoverageSource[] = data.sources;

export const coversOf = (id: string): Cover[] =>
  coverageSources
    .map(({ name, rules }) => ({
      source: name,
      rules: Object.keys(rules).filter((rule) => rules[rule]?.includes(id)),
    }))
    .filter(({ rules }) => rules.length > 0);

/** So many names tell what is meant; docs/coverage.md has them all. */
const mostNamed = 3;

export function coverLine({ source, rules }: Cover, quote = (name: string) => name): string {
  const named = rules.slice(0, mostNamed).map(quote).join(', ');
  const more = rules.length - mostNamed;
  return `${source}: ${named}${more > 0 ? ` and ${more} more` : ''}`;
}
