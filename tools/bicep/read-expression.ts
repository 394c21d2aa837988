import type { Node } from 'web-tree-sitter';
import type { Expression, Property } from './expression.ts';

/** What the grammar can not tell apart from mistakes, or what this reader does not know. */
export class Unread extends Error {
  readonly line: number;

  constructor(node: Node) {
    super(`${node.type}: ${node.text.slice(0, 60).replaceAll(/\s+/g, ' ')}`);
    this.line = node.startPosition.row + 1;
  }
}

const lineOf = (node: Node) => node.startPosition.row + 1;
const isLayout = ({ type }: Node) => type === 'comment' || type === 'diagnostic_comment';

/** The named children that mean something. */
export const childrenOf = (node: Node): Node[] =>
  node.namedChildren.filter((child) => child !== null && !isLayout(child)) as Node[];

function only(node: Node | null | undefined, parent: Node): Node {
  if (!node) throw new Unread(parent);
  return node;
}

/** @throws {Unread} */
export function readExpression(node: Node): Expression {
  const line = lineOf(node);
  const field = (name: string) => readExpression(only(node.childForFieldName(name), node));
  const child = (index: number) => readExpression(only(childrenOf(node)[index], node));
  switch (node.type) {
    case 'string':
      return readText(node);
    case 'number':
      return { is: 'number', value: Number(node.text), line };
    case 'boolean':
      return { is: 'flag', value: node.text === 'true', line };
    case 'null':
      return { is: 'null', line };
    case 'identifier':
      return { is: 'name', name: node.text, line };
    case 'parenthesized_expression':
      return child(0);
    case 'member_expression': {
      const property = only(node.childForFieldName('property'), node).text;
      const isSure = node.children.some((one) => one?.type === '!');
      return readInto(only(node.childForFieldName('object'), node), (of) => ({
        is: 'property',
        of,
        property,
        isSure,
        line,
      }));
    }
    case 'subscript_expression': {
      const index = field('index');
      return readInto(only(node.childForFieldName('object'), node), (of) => ({
        is: 'item',
        of,
        index,
        line,
      }));
    }
    case 'call_expression':
      return readCall(node);
    case 'object':
      return { is: 'object', properties: childrenOf(node).map(readProperty), line };
    case 'array':
      return { is: 'list', items: childrenOf(node).map(readExpression), line };
    case 'for_statement':
      return readLoop(node);
    case 'if_statement':
      return { is: 'condition', condition: child(0), body: child(1), line };
    case 'ternary_expression':
      return {
        is: 'choice',
        condition: field('condition'),
        whenTrue: field('consequence'),
        whenFalse: field('alternative'),
        line,
      };
    case 'binary_expression': {
      const operator = only(node.childForFieldName('operator'), node).text;
      return { is: 'two', operator, left: field('left'), right: field('right'), line };
    }
    case 'unary_expression': {
      const operator = only(node.childForFieldName('operator'), node).text;
      return { is: 'one', operator, value: field('argument'), line };
    }
    case 'lambda_expression':
      return { is: 'lambda', name: only(childrenOf(node)[0], node).text, body: child(1), line };
    default:
      throw new Unread(node);
  }
}

/**
 * `a ? b : c.d` reads as `(a ? b : c).d` in this grammar, and `!a.b` as `(!a).b`. What follows a dot or
 * stands in brackets belongs to the last operand.
 */
function readInto(node: Node, wrap: (of: Expression) => Expression): Expression {
  const of = readExpression(node);
  const into = (last: Expression): Expression => {
    switch (last.is) {
      case 'choice':
        return { ...last, whenFalse: into(last.whenFalse) };
      case 'two':
        return { ...last, right: into(last.right) };
      case 'one':
        return { ...last, value: into(last.value) };
      case 'lambda':
        return { ...last, body: into(last.body) };
      default:
        return wrap(last);
    }
  };
  return node.type === 'parenthesized_expression' ? wrap(of) : into(of);
}

function readCall(node: Node): Expression {
  const called = only(node.childForFieldName('function'), node);
  const values = childrenOf(only(node.childForFieldName('arguments'), node)).map(readExpression);
  const line = lineOf(node);
  return readInto(called, (of) => {
    if (of.is === 'name') return { is: 'call', name: of.name, values, line };
    if (of.is === 'property') return { is: 'call', name: of.property, of: of.of, values, line };
    throw new Unread(node);
  });
}

function readLoop(node: Node): Expression {
  const body = only(node.childForFieldName('body'), node);
  const single = node.childForFieldName('initializer');
  const [first, second] = childrenOf(node);
  const names = single ? [single] : childrenOf(only(first, node));
  return {
    is: 'loop',
    names: names.map(({ text }) => text),
    over: readExpression(only(second, node)),
    body: readExpression(body),
    line: lineOf(node),
  };
}

function readProperty(node: Node): Property {
  if (node.type !== 'object_property') throw new Unread(node);
  const [key, value] = childrenOf(node);
  const name = only(key, node);
  const quoted = name.type === 'string' ? readText(name) : undefined;
  const parts = quoted?.is === 'text' ? quoted.parts : [];
  return {
    name: quoted
      ? parts.length === 1 && typeof parts[0] === 'string'
        ? parts[0]
        : quoted
      : name.text,
    isQuoted: quoted !== undefined,
    value: readExpression(only(value, node)),
    line: lineOf(node),
  };
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

function readText(node: Node): Expression {
  const line = lineOf(node);
  if (node.text.startsWith("'''")) {
    // The first line break is layout.
    return { is: 'text', parts: [node.text.slice(3, -3).replace(/^\r?\n/, '')], line };
  }
  const parts: (string | Expression)[] = [];
  let text = '';
  let from = node.startIndex + 1;
  const keep = (until: number) => {
    const raw = node.text.slice(from - node.startIndex, until - node.startIndex);
    text += raw.replaceAll(/\\(.)/g, (_, letter: string) => escapes[letter] ?? letter);
  };
  for (const child of childrenOf(node)) {
    if (child.type !== 'interpolation') continue;
    keep(child.startIndex);
    if (text !== '') parts.push(text);
    text = '';
    parts.push(readExpression(only(childrenOf(child)[0], child)));
    from = child.endIndex;
  }
  keep(node.endIndex - 1);
  if (text !== '') parts.push(text);
  return { is: 'text', parts, line };
}
