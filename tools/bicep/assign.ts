import {
  type AzureProperty,
  type AzureType,
  azureType,
  isReadOnly,
  isRequired,
} from './azure-types.ts';
import { type Context, namesOf, quiet } from './context.ts';
import { type Expression, type ExpressionOf, textOf } from './expression.ts';
import { fits, kindText, type Shape } from './shape.ts';
import { inLoop, shapeOf } from './shape-of.ts';

/** Reports where an expression is not what Azure takes there. `what` names the place, for people. */
export function assign(
  expression: Expression,
  place: number,
  what: string,
  context: Context,
  /** Properties that Bicep knows and Azure does not. */
  beside: ReadonlySet<string> = new Set(),
): void {
  const type = azureType(place);
  if (type.k === 'any') return;
  switch (expression.is) {
    case 'choice':
      assign(expression.whenTrue, place, what, context, beside);
      assign(expression.whenFalse, place, what, context, beside);
      return;
    case 'condition':
      assign(expression.body, place, what, context, beside);
      return;
    case 'loop':
      if (type.k !== 'a') break;
      assign(expression.body, type.i, `an item of ${what}`, inLoop(context, expression));
      return;
    case 'list':
      if (type.k !== 'a') break;
      for (const item of expression.items) assign(item, type.i, `an item of ${what}`, context);
      return;
    case 'object':
      if (type.k !== 'o' && type.k !== 'd') break;
      assignObject(expression, type, what, context, beside);
      return;
    case 'name': {
      // What a variable says is checked where it says it.
      const named = namesOf(context.file).get(expression.name);
      if (named?.of !== 'variable' || context.locals.has(expression.name)) break;
      const { value } = named.declared;
      if (value.is === 'call' || value.is === 'property') break;
      assign(value, place, what, context);
      return;
    }
  }
  const given = shapeOf(expression, quiet(context));
  if (given.is === 'null') return;
  const { line } = expression;
  if (!fits(withoutNull(given), { is: 'azure', type: place })) {
    const allowed = kindText({ is: 'azure', type: place });
    const told = `${what} is ${kindText(given)}`;
    context.report({ line, rule: 'wrong-type', what: told, allowed });
    return;
  }
  if (given.is === 'text' && given.values) assignTexts(given.values, type, what, line, context);
}

const withoutNull = (shape: Shape): Shape =>
  shape.is === 'either'
    ? { ...shape, shapes: shape.shapes.filter(({ is }) => is !== 'null') }
    : shape;

function assignTexts(
  values: readonly string[],
  type: AzureType,
  what: string,
  line: number,
  context: Context,
): void {
  const options = (type.k === 'u' ? type.e.map(azureType) : [type]) as AzureType[];
  const known = options.flatMap((option) => (option.k === 'l' ? option.v : []));
  if (known.length === 0) return;
  const isOpen = options.some(({ k }) => k === 's');
  for (const value of values.filter((one) => !known.includes(one))) {
    context.report({
      line,
      rule: isOpen ? 'open-enum' : 'unknown-value',
      what: `${what} is '${value}'`,
      allowed: known.join(', '),
      ...(isOpen && { isNote: true as const }),
    });
  }
}

function assignObject(
  expression: ExpressionOf<'object'>,
  type: Extract<AzureType, { k: 'o' | 'd' }>,
  what: string,
  context: Context,
  beside: ReadonlySet<string>,
): void {
  if (type.k === 'd') {
    const value = textOf(expression.properties.find(({ name }) => name === type.d)?.value);
    const kind = value === undefined ? undefined : type.e[value];
    if (kind !== undefined) {
      assign(expression, kind, what, context, beside);
      return;
    }
    const told = `${what} has ${type.d} ${value === undefined ? 'missing' : `'${value}'`}`;
    const allowed = Object.keys(type.e).join(', ');
    context.report({ line: expression.line, rule: 'unknown-value', what: told, allowed });
    return;
  }
  const given = new Set<string>();
  for (const { name, value, line } of expression.properties) {
    if (typeof name !== 'string') {
      if (type.x !== undefined) assign(value, type.x, `a property of ${what}`, context);
      continue;
    }
    given.add(name);
    if (beside.has(name)) continue;
    const property: AzureProperty | undefined = Object.hasOwn(type.p, name)
      ? type.p[name]
      : undefined;
    if (property) {
      if (isReadOnly(property)) {
        context.report({ line, rule: 'read-only', what: `${what} can not be given ${name}` });
      } else {
        assign(value, property[0], `${name} of ${what}`, context);
      }
    } else if (type.x !== undefined) {
      assign(value, type.x, `${name} of ${what}`, context);
    } else {
      const allowed = Object.keys(type.p).join(', ');
      context.report({ line, rule: 'unknown-property', what: `${what} has no ${name}`, allowed });
    }
  }
  for (const [name, property] of Object.entries(type.p)) {
    if (!isRequired(property) || isReadOnly(property) || given.has(name) || beside.has(name))
      continue;
    context.report({
      line: expression.line,
      rule: 'missing-property',
      what: `${what} needs ${name}`,
    });
  }
}
