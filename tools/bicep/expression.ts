/** An expression of Bicep, without its layout. Lines count from 1. */
export type Expression = { line: number } & (
  | { is: 'text'; parts: readonly (string | Expression)[] }
  | { is: 'number'; value: number }
  | { is: 'flag'; value: boolean }
  | { is: 'null' }
  | { is: 'name'; name: string }
  /** `of.property`; `isSure` says that somebody wrote `of!.property`. */
  | { is: 'property'; of: Expression; property: string; isSure: boolean }
  | { is: 'item'; of: Expression; index: Expression }
  | { is: 'call'; name: string; of?: Expression; values: readonly Expression[] }
  | { is: 'object'; properties: readonly Property[] }
  | { is: 'list'; items: readonly Expression[] }
  | { is: 'loop'; names: readonly string[]; over: Expression; body: Expression }
  | { is: 'condition'; condition: Expression; body: Expression }
  | { is: 'choice'; condition: Expression; whenTrue: Expression; whenFalse: Expression }
  | { is: 'two'; operator: string; left: Expression; right: Expression }
  | { is: 'one'; operator: string; value: Expression }
  | { is: 'lambda'; name: string; body: Expression }
);

/** A name, or an expression in quotes that makes one: `'${identityId}': {}`. */
export type Property = {
  name: string | Expression;
  isQuoted: boolean;
  value: Expression;
  line: number;
};

type Kind = Expression['is'];
export type ExpressionOf<K extends Kind> = Extract<Expression, { is: K }>;

/** The text of a string that nothing is filled into. */
export function textOf(expression: Expression | undefined): string | undefined {
  if (expression?.is !== 'text') return undefined;
  const [only, more] = expression.parts;
  if (only === undefined) return '';
  return more === undefined && typeof only === 'string' ? only : undefined;
}

/** The value of a literal; undefined for everything else. */
export function literalOf(
  expression: Expression | undefined,
): string | number | boolean | undefined {
  if (expression?.is === 'number' || expression?.is === 'flag') return expression.value;
  return textOf(expression);
}

/** What stands at `properties.sku.name`, as long as each step is an object that is written out. */
export function at(expression: Expression | undefined, path: string): Expression | undefined {
  let here = expression;
  for (const step of path.split('.')) {
    if (here?.is === 'condition' || here?.is === 'loop') here = here.body;
    if (here?.is === 'condition') here = here.body;
    if (here?.is !== 'object') return undefined;
    here = here.properties.find(({ name }) => name === step)?.value;
  }
  return here;
}

/** The items of a list that is written out. */
export const itemsOf = (expression: Expression | undefined): readonly Expression[] =>
  expression?.is === 'list' ? expression.items : [];

/** What an expression is made of, one step down. */
export function partsOf(expression: Expression): Expression[] {
  switch (expression.is) {
    case 'text':
      return expression.parts.filter((part) => typeof part !== 'string');
    case 'property':
      return [expression.of];
    case 'item':
      return [expression.of, expression.index];
    case 'call':
      return [...(expression.of ? [expression.of] : []), ...expression.values];
    case 'object':
      return expression.properties.flatMap(({ name, value }) =>
        typeof name === 'string' ? [value] : [name, value],
      );
    case 'list':
      return [...expression.items];
    case 'loop':
      return [expression.over, expression.body];
    case 'condition':
      return [expression.condition, expression.body];
    case 'choice':
      return [expression.condition, expression.whenTrue, expression.whenFalse];
    case 'two':
      return [expression.left, expression.right];
    case 'one':
      return [expression.value];
    case 'lambda':
      return [expression.body];
    default:
      return [];
  }
}

/** The expression, and everything within it. */
export function* within(expression: Expression): Generator<Expression> {
  yield expression;
  for (const part of partsOf(expression)) yield* within(part);
}
