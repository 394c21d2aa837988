import { dirname } from 'node:path';
import { type AzureProperty, azureType, bodyOf } from './azure-types.ts';
import type { Parameter } from './bicep-file.ts';
import { type Context, isConditional, moduleFile, namesOf, quiet } from './context.ts';
import { type Expression, type ExpressionOf, literalOf, textOf } from './expression.ts';
import { functions } from './functions.ts';
import { beside, jsonAt } from './project.ts';
import {
  any,
  eitherOf,
  flag,
  listOf,
  number,
  objectOf,
  type Shape,
  shapeOfDeclared,
  shapeOfJson,
  text,
} from './shape.ts';

/** With what a loop calls its items. */
export function inLoop(context: Context, loop: ExpressionOf<'loop'>): Context {
  const over = shapeOf(loop.over, quiet(context));
  const item = over.is === 'list' ? over.of : any;
  const [first, second] = loop.names;
  const locals = new Map(context.locals);
  if (first) locals.set(first, item);
  if (second) locals.set(second, number);
  return { ...context, locals };
}

/** What an expression is. Names, functions and properties that do not exist are reported. */
export function shapeOf(expression: Expression, context: Context): Shape {
  const { line } = expression;
  switch (expression.is) {
    case 'text': {
      for (const part of expression.parts) if (typeof part !== 'string') shapeOf(part, context);
      const literal = textOf(expression);
      return literal === undefined ? text : { is: 'text', values: [literal] };
    }
    case 'number':
      return { is: 'number', values: [expression.value] };
    case 'flag':
      return flag;
    case 'null':
      return { is: 'null' };
    case 'name':
      return shapeOfName(expression.name, line, context);
    case 'property':
      return shapeOfProperty(expression, context);
    case 'item': {
      shapeOf(expression.index, context);
      const of = shapeOf(expression.of, context);
      if (of.is === 'list') return of.of;
      if (of.is === 'azure') {
        const type = azureType(of.type);
        if (type.k === 'a') return { is: 'azure', type: type.i };
      }
      return any;
    }
    case 'call':
      return shapeOfCall(expression, context);
    case 'object': {
      const properties = new Map<string, Shape>();
      for (const { name, value } of expression.properties) {
        const shape = shapeOf(value, context);
        if (typeof name === 'string') properties.set(name, shape);
        else shapeOf(name, context);
      }
      const isOpen = expression.properties.some(({ name }) => typeof name !== 'string');
      return isOpen ? { is: 'object' } : { is: 'object', properties };
    }
    case 'list':
      return listOf(eitherOf(expression.items.map((item) => shapeOf(item, context))));
    case 'loop':
      shapeOf(expression.over, context);
      return listOf(shapeOf(expression.body, inLoop(context, expression)));
    case 'condition':
      shapeOf(expression.condition, context);
      return shapeOf(expression.body, context);
    case 'choice':
      shapeOf(expression.condition, context);
      return eitherOf([
        shapeOf(expression.whenTrue, context),
        shapeOf(expression.whenFalse, context),
      ]);
    case 'two': {
      const sides = [shapeOf(expression.left, context), shapeOf(expression.right, context)];
      if (expression.operator === '??') return eitherOf(sides);
      return /^[-+*/%]$/.test(expression.operator) ? number : flag;
    }
    case 'one':
      shapeOf(expression.value, context);
      return expression.operator === '!' ? flag : number;
    case 'lambda': {
      const locals = new Map(context.locals).set(expression.name, any);
      shapeOf(expression.body, { ...context, locals });
      return any;
    }
  }
}

function shapeOfName(name: string, line: number, context: Context): Shape {
  const local = context.locals.get(name);
  if (local) return local;
  const named = namesOf(context.file).get(name);
  if (!named) {
    context.report({ line, rule: 'unknown-name', what: `nothing here is called ${name}` });
    return any;
  }
  if (named.of === 'parameter') return shapeOfParameter(named.declared);
  if (named.of === 'variable') return shapeOf(named.declared.value, quiet(context));
  if (named.of === 'resource') {
    const { type, version, body } = named.declared;
    const place = bodyOf(type, version);
    const one: Shape = place === undefined ? any : { is: 'azure', type: place };
    return body.is === 'loop' ? listOf(one) : one;
  }
  const outputs = moduleFile(context, named.declared)?.outputs;
  if (!outputs) return any;
  const shapes = outputs.map(({ name, type }) => [name, shapeOfDeclared(type) ?? any] as const);
  return objectOf({ name: text, outputs: objectOf(Object.fromEntries(shapes)) });
}

/** What may be given to a parameter: its type, or one of the values that it allows. */
export function shapeOfParameter({ type, decorators }: Parameter): Shape {
  const allowed = decorators.find(({ name }) => name === 'allowed')?.values[0];
  const values = allowed?.is === 'list' ? allowed.items.map(literalOf) : [];
  const texts = values.filter((value) => typeof value === 'string');
  const numbers = values.filter((value) => typeof value === 'number');
  if (texts.length > 0) return { is: 'text', values: texts };
  if (numbers.length > 0) return { is: 'number', values: numbers };
  return shapeOfDeclared(type) ?? any;
}

function shapeOfProperty(
  { of, property, isSure, line }: ExpressionOf<'property'>,
  context: Context,
): Shape {
  const whole = shapeOf(of, context);
  if (of.is === 'name' && !isSure && !context.locals.has(of.name)) {
    const named = namesOf(context.file).get(of.name);
    const isMaybe = named?.of === 'resource' || named?.of === 'module';
    if (isMaybe && isConditional(named.declared) && property !== 'id' && property !== 'name') {
      const what = `${of.name} may not be there`;
      context.report({ line, rule: 'maybe-missing', what, allowed: `${of.name}!.${property}` });
    }
  }
  const unknown = (allowed: Iterable<string>) => {
    const what = `there is no ${property}`;
    context.report({ line, rule: 'unknown-property', what, allowed: [...allowed].join(', ') });
    return any;
  };
  if (whole.is === 'object') {
    if (!whole.properties) return any;
    return whole.properties.get(property) ?? unknown(whole.properties.keys());
  }
  if (whole.is === 'either') {
    const objects = whole.shapes.filter(({ is }) => is === 'object');
    const found = objects.flatMap((shape) =>
      shape.is === 'object' ? (shape.properties?.get(property) ?? []) : [],
    );
    return found.length > 0 ? eitherOf(found) : any;
  }
  if (whole.is !== 'azure') return any;
  const type = azureType(whole.type);
  if (type.k !== 'o') return any;
  const known: AzureProperty | undefined = type.p[property];
  if (known) return { is: 'azure', type: known[0] };
  if (type.x !== undefined) return { is: 'azure', type: type.x };
  return unknown(Object.keys(type.p));
}

function shapeOfCall({ name, of, values, line }: ExpressionOf<'call'>, context: Context): Shape {
  const given = values.map((value) => shapeOf(value, context));
  const known = functions[name];
  if (!known || of) {
    const allowed = Object.keys(functions).join(', ');
    context.report({
      line,
      rule: 'unknown-function',
      what: `the checker knows no ${name}()`,
      allowed,
    });
    return any;
  }
  if (given.length < known.least || given.length > known.most) {
    const allowed =
      known.least === known.most ? `${known.least}` : `${known.least} to ${known.most}`;
    const what = `${name}() is given ${given.length} values`;
    context.report({ line, rule: 'unknown-function', what, allowed });
  }
  if (name !== 'loadJsonContent' && name !== 'loadTextContent') return known.gives(given);
  const isJson = name === 'loadJsonContent';
  const path = textOf(values[0]) ?? '';
  const file = beside(context.file.path, path);
  const content = isJson ? jsonAt(context.project, file) : context.project.text(file);
  if (content === undefined) {
    const what = `there is no ${isJson ? 'JSON' : 'file'} at ${path} from ${dirname(context.file.path)}`;
    context.report({ line, rule: 'unknown-name', what });
    return any;
  }
  return isJson ? shapeOfJson(content) : text;
}
