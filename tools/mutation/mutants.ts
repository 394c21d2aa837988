import { stripTypeScriptTypes } from 'node:module';
import { type Node, parse } from 'acorn';
import { ancestor, fullAncestor } from 'acorn-walk';

/** One change of a condition: the text between `from` and `to` gives way to `text`. */
export type Mutant = { from: number; to: number; text: string; what: string; line: number };

/** Wording and where a finding lies; what a detection decides is elsewhere. */
const untold = new Set([
  ...['title', 'summary', 'details', 'gathered', 'why', 'triage', 'falsePositives', 'examples'],
  ...['lookFor', 'roles', 'actor', 'recordIds', 'precedence', 'severityVaries', 'key', 'at'],
  ...['name', 'subject', 'matter', 'settleMs'],
]);

const opposite: Readonly<Record<string, string>> = {
  '===': '!==',
  '!==': '===',
  '<': '>=',
  '>=': '<',
  '>': '<=',
  '<=': '>',
};
/** The same comparison with its bound on the other side. */
const shifted: Readonly<Record<string, string>> = { '<': '<=', '<=': '<', '>': '>=', '>=': '>' };

type Expression = Node & Record<string, unknown>;

/**
 * Every mutation of the conditions in a file: one operand of `&&` or `||` dropped, an `if` always or
 * never taken, a `!` taken away, a comparison turned round or its bound moved.
 *
 * @param source - TypeScript.
 * @returns also the plain JavaScript that the places are in; types are blanks there.
 */
export function mutantsOf(source: string): { script: string; mutants: Mutant[] } {
  const script = stripTypeScriptTypes(source);
  const tree = parse(script, { ecmaVersion: 'latest', sourceType: 'module', locations: true });
  const mutants: Mutant[] = [];
  const tellers = namesOfWording(tree);
  const isUntold = (node: Node) => isWording(node) || isDeclaredBy(node, tellers);
  const textOf = ({ start, end }: Node) => script.slice(start, end);
  const add = (node: Node, text: string, what: string) =>
    mutants.push({
      from: node.start,
      to: node.end,
      text: `(${text})`,
      what,
      line: node.loc?.start.line ?? 0,
    });

  const visit = (node: Node, ancestors: readonly Node[]) => {
    if (ancestors.some(isUntold)) return;
    const one = node as Expression;
    const [left, right] = [one.left as Node, one.right as Node];
    const [test, argument] = [one.test as Node, one.argument as Node];
    switch (one.type) {
      case 'LogicalExpression':
        if (one.operator === '??') return;
        if (!isUntoldObject(right))
          add(node, textOf(left), `without: ${one.operator} ${brief(textOf(right))}`);
        add(node, textOf(right), `without: ${brief(textOf(left))} ${one.operator}`);
        return;
      case 'IfStatement':
        add(test, 'true', `always: if (${brief(textOf(test))})`);
        add(test, 'false', `never: if (${brief(textOf(test))})`);
        return;
      case 'ConditionalExpression':
        add(test, 'true', `always: ${brief(textOf(test))} ?`);
        add(test, 'false', `never: ${brief(textOf(test))} ?`);
        return;
      case 'UnaryExpression':
        if (one.operator === '!') add(node, textOf(argument), `without !: ${brief(textOf(node))}`);
        return;
      case 'BinaryExpression':
        for (const operators of [opposite, shifted]) {
          const other = operators[String(one.operator)];
          if (other)
            add(
              node,
              `${textOf(left)} ${other} ${textOf(right)}`,
              `${other} in: ${brief(textOf(node))}`,
            );
        }
        return;
      default:
    }
  };
  const kinds = [
    'LogicalExpression',
    'IfStatement',
    'ConditionalExpression',
    'UnaryExpression',
    'BinaryExpression',
  ];
  ancestor(
    tree,
    Object.fromEntries(
      kinds.map((kind) => [
        kind,
        (node: Node, _: unknown, ancestors: Node[]) => visit(node, ancestors),
      ]),
    ),
  );
  return { script, mutants };
}

/** A text for people, or a part of the answer that no example compares. */
function isWording(node: Node): boolean {
  switch (node.type) {
    case 'TemplateLiteral':
      return true;
    case 'Property':
      return isUntoldPart(node);
    case 'VariableDeclarator':
      return isChoiceOfWords((node as Expression).init as Node | null);
    case 'SpreadElement':
      return isUntoldSpread(node as Expression);
    default:
      return false;
  }
}

const isUntoldPart = (node: Node) =>
  untold.has((node as Expression & { key?: { name?: string } }).key?.name ?? '');

/** `...(isAway && { settleMs })` */
function isUntoldSpread({ argument }: Expression): boolean {
  const { type, right } = argument as Expression;
  return type === 'LogicalExpression' && isUntoldObject(right as Node);
}

/** `{ ...match, matter }`: what it adds, no example compares. */
function isUntoldObject(node: Node): boolean {
  const { type, properties } = node as Expression;
  const isUntold = (one: Node) => one.type === 'SpreadElement' || isUntoldPart(one);
  return type === 'ObjectExpression' && (properties as Node[]).every(isUntold);
}

/** `isDirect ? ', assigned directly' : ', permanent in PIM'`. Keys and codes have no spaces. */
function isChoiceOfWords(node: Node | null): boolean {
  if (node?.type !== 'ConditionalExpression') return false;
  const ends = endsOf(node);
  return ends.some(isPhrase) && !ends.some(isNothing);
}

function endsOf(node: Node): Node[] {
  const { type, consequent, alternate } = node as Expression;
  if (type !== 'ConditionalExpression') return [node];
  return [consequent, alternate].flatMap((one) => endsOf(one as Node));
}

function isPhrase(node: Node): boolean {
  const { type, value, quasis } = node as Expression;
  if (type === 'TemplateLiteral')
    return (quasis as { value: { raw: string } }[]).some(({ value: { raw } }) => raw.includes(' '));
  return type === 'Literal' && typeof value === 'string' && value.includes(' ');
}

/** Where it may be missing, that decides something. */
const isNothing = (node: Node) =>
  (node as Expression).name === 'undefined' || (node as Expression).value === null;

function namesDeclaredBy(node: Node): string[] {
  const { type, id } = node as Expression;
  const isDeclaration = type === 'VariableDeclarator' || type === 'FunctionDeclaration';
  return isDeclaration && id ? namesIn(id as Node) : [];
}

/** `const { id, name: reader } = …` declares `id` and `reader`. */
function namesIn(pattern: Node): string[] {
  const { type, name, properties } = pattern as Expression;
  if (type === 'Identifier') return [String(name)];
  if (type !== 'ObjectPattern') return [];
  return (properties as Expression[]).flatMap(({ value }) => (value ? namesIn(value as Node) : []));
}

/** Whether all that a declaration declares is among the names. */
function isDeclaredBy(node: Node, names: ReadonlySet<string>): boolean {
  const declared = namesDeclaredBy(node);
  return declared.length > 0 && declared.every((name) => names.has(name));
}

/** Constants and functions that nothing but wording, or the examples, makes use of. */
function namesOfWording(tree: Node): ReadonlySet<string> {
  const uses = new Map<string, (readonly Node[])[]>();
  const declared = new Set<string>();
  fullAncestor(tree, (node, _state, ancestors) => {
    for (const name of namesDeclaredBy(node)) declared.add(name);
    const { type, name: used } = node as Expression;
    if (type !== 'Identifier' || typeof used !== 'string') return;
    uses.set(used, [...(uses.get(used) ?? []), [...ancestors]]);
  });
  const found = new Set<string>();
  for (let before = -1; before < found.size; ) {
    before = found.size;
    for (const name of declared) {
      const isTold = (ancestors: readonly Node[]) =>
        !ancestors.some((one) => isWording(one) || isDeclaredBy(one, found));
      const others = (uses.get(name) ?? []).filter(
        (ancestors) => !ancestors.some((one) => namesDeclaredBy(one).includes(name)),
      );
      if (others.length > 0 && !others.some(isTold)) found.add(name);
    }
  }
  return found;
}

const brief = (text: string) => text.replace(/\s+/g, ' ').slice(0, 80);

export const apply = (script: string, { from, to, text }: Mutant) =>
  `${script.slice(0, from)}${text}${script.slice(to)}`;
