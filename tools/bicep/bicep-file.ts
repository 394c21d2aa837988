import type { Node, Parser } from 'web-tree-sitter';
import { type Expression, textOf } from './expression.ts';
import { childrenOf, readExpression, Unread } from './read-expression.ts';

type Declared = { name: string; line: number };

export type Decorator = { name: string; values: readonly Expression[] };

export type Parameter = Declared & {
  /** `string`, `string[]`, `object`. */
  type: string;
  preset: Expression | undefined;
  decorators: readonly Decorator[];
};
export type Variable = Declared & { value: Expression };
export type Resource = Declared & {
  type: string;
  version: string;
  isExisting: boolean;
  /** With the condition and the loop around it. */
  body: Expression;
};
export type Module = Declared & { path: string; body: Expression };
export type Output = Declared & {
  type: string;
  value: Expression;
  decorators: readonly Decorator[];
};

export type BicepFile = {
  /** From the root of the repository. */
  path: string;
  scope: string;
  parameters: readonly Parameter[];
  variables: readonly Variable[];
  resources: readonly Resource[];
  modules: readonly Module[];
  outputs: readonly Output[];
  /** What is commented right above or on a line, by line. */
  comments: ReadonlyMap<number, string>;
  /** What could not be read. */
  unread: readonly { line: number; what: string }[];
};

/** One file, parsed once. Nothing is thrown: what could not be read is told. */
export function readBicep(path: string, text: string, parser: Parser): BicepFile {
  const tree = parser.parse(text);
  const found = {
    parameters: [] as Parameter[],
    variables: [] as Variable[],
    resources: [] as Resource[],
    modules: [] as Module[],
    outputs: [] as Output[],
  };
  const unread: { line: number; what: string }[] = [];
  let scope = 'resourceGroup';
  let decorators: Decorator[] = [];
  const root = tree?.rootNode;
  if (root?.hasError) unread.push(...errorsIn(root));
  for (const node of root && unread.length === 0 ? childrenOf(root) : []) {
    try {
      if (node.type === 'decorators') {
        decorators = childrenOf(node).map(readDecorator);
        continue;
      }
      if (node.type === 'target_scope_assignment') {
        scope = textOf(readExpression(last(node))) ?? scope;
      } else {
        readDeclaration(node, decorators, found);
      }
    } catch (error) {
      if (!(error instanceof Unread)) throw error;
      unread.push({ line: error.line, what: error.message });
    }
    decorators = [];
  }
  const comments = root ? commentsIn(root) : new Map<number, string>();
  tree?.delete();
  return { path, scope, ...found, comments, unread };
}

type Found = {
  parameters: Parameter[];
  variables: Variable[];
  resources: Resource[];
  modules: Module[];
  outputs: Output[];
};

function readDeclaration(node: Node, decorators: readonly Decorator[], found: Found): void {
  const [nameNode, second, third] = childrenOf(node);
  const line = node.startPosition.row + 1;
  const name = nameNode?.text ?? '';
  const text = () => textOf(readExpression(second ?? node)) ?? '';
  switch (node.type) {
    case 'metadata_declaration':
      return;
    case 'parameter_declaration':
      found.parameters.push({
        name,
        line,
        type: second?.text ?? '',
        preset: third && readExpression(third),
        decorators,
      });
      return;
    case 'variable_declaration':
      found.variables.push({ name, line, value: readExpression(last(node)) });
      return;
    case 'resource_declaration': {
      const [type = '', version = ''] = text().split('@');
      const isExisting = node.children.some((child) => child?.type === 'existing');
      found.resources.push({
        name,
        line,
        type,
        version,
        isExisting,
        body: readExpression(last(node)),
      });
      return;
    }
    case 'module_declaration':
      found.modules.push({ name, line, path: text(), body: readExpression(last(node)) });
      return;
    case 'output_declaration':
      found.outputs.push({
        name,
        line,
        type: second?.text ?? '',
        value: readExpression(last(node)),
        decorators,
      });
      return;
    default:
      throw new Unread(node);
  }
}

function last(node: Node): Node {
  const found = childrenOf(node).at(-1);
  if (!found) throw new Unread(node);
  return found;
}

function readDecorator(node: Node): Decorator {
  const call = readExpression(last(node));
  if (call.is !== 'call') throw new Unread(node);
  return { name: call.name, values: call.values };
}

function errorsIn(node: Node): { line: number; what: string }[] {
  if (node.isError || node.isMissing) {
    const what = node.text.slice(0, 60).replaceAll(/\s+/g, ' ');
    return [{ line: node.startPosition.row + 1, what: what || `${node.type} is missing` }];
  }
  return node.children.flatMap((child) =>
    child?.hasError || child?.isMissing ? errorsIn(child) : [],
  );
}

/** Lines of comments that follow each other are one comment, kept for the line that comes after. */
function commentsIn(root: Node): Map<number, string> {
  const comments = new Map<number, string>();
  for (const node of root.descendantsOfType('comment')) {
    if (!node) continue;
    const line = node.startPosition.row + 1;
    const before = comments.get(line);
    comments.delete(line);
    const text = node.text.replace(/^\/\/\s?/, '');
    comments.set(node.endPosition.row + 2, before ? `${before} ${text}` : text);
  }
  return comments;
}
