import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  parseDocument,
  visit,
  type YAMLError,
} from 'yaml';
import type { Mistake, Path } from './problem.ts';

export type Position = { line: number; column: number };

/** A policy as read, which still knows where everything stood. */
export type Source = {
  data: unknown;
  /** Mistakes that leave the rest readable, such as a key given twice. */
  mistakes: Mistake[];
  locate(path: Path, point: Mistake['point']): Position;
};

/** Nothing more can be said of the file: its one fault, and where. */
export type Unreadable = { mistake: Mistake; position: Position };

// A policy is a page or two. What is larger is not one, and is not worth the memory.
const mostCharacters = 1_000_000;

const tooDeep: [found: string, allowed: string] = ['too many levels', 'lists and maps less deep'];

/** Reads YAML 1.2 (JSON is a part of it). Never throws. */
export function readSource(text: string): Source | Unreadable {
  const lines = new LineCounter();
  const unreadable = (found: string, allowed: string, offset = 0): Unreadable => ({
    mistake: { path: ['(YAML)'], point: 'value', found, allowed },
    position: positionAt(lines, offset),
  });
  if (text.length > mostCharacters) {
    return unreadable(`${text.length} characters`, `at most ${mostCharacters} characters`);
  }
  try {
    return read(text, lines, unreadable);
  } catch (error) {
    // Only the depth of the nesting is known to bring the parser to its end.
    if (error instanceof RangeError) return unreadable(...tooDeep);
    return unreadable('a text that is not YAML', 'YAML 1.2');
  }
}

function read(
  text: string,
  lines: LineCounter,
  unreadable: (found: string, allowed: string, offset?: number) => Unreadable,
): Source | Unreadable {
  // Keys given twice are looked for below: the parser does not say where the first one is.
  // `stringKeys`: otherwise a map can be a key. No pretty errors: they quote the line, secrets included.
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
    stringKeys: true,
    // Not `silent`: then a second document would pass unseen.
    logLevel: 'error',
  });
  const [error] = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0]);
  // Whatever follows a syntax error is guesswork, so this one is told alone.
  if (error) return unreadable(...describeSyntax(error), error.pos[0]);
  const [stray] = unresolvedAliases(document);
  if (stray) return unreadable('an alias without its anchor', 'an alias after its &anchor', stray);
  if (!document.contents || isNull(document.contents)) {
    return unreadable('an empty file', 'a policy, beginning with "version: 1"');
  }
  let data: unknown;
  try {
    data = document.toJS({ maxAliasCount: 100 });
  } catch (problem) {
    if (!(problem instanceof ReferenceError)) throw problem;
    return unreadable('too many aliases', 'at most 100 uses of anchors');
  }
  return {
    data,
    mistakes: doubtfulKeys(document.contents, [], lines),
    locate: (path, point) => positionAt(lines, offsetOf(document, path, point)),
  };
}

function positionAt(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return line > 0 ? { line, column: col } : { line: 1, column: 1 };
}

const isNull = (node: unknown) => isScalar(node) && node.value === null;

function describeSyntax({ code, pos }: YAMLError): [found: string, allowed: string] {
  switch (code) {
    case 'TAB_AS_INDENT':
      return ['a tab as indentation', 'blanks'];
    case 'RESOURCE_EXHAUSTION':
      return tooDeep;
    case 'MULTIPLE_DOCS':
      return ['a second document (---)', 'one document per file'];
    case 'BAD_INDENT':
      return ['a wrong indentation or a missing bracket', 'the entries of a map or list aligned'];
    case 'MULTILINE_IMPLICIT_KEY':
    case 'BLOCK_AS_IMPLICIT_KEY':
      return ['a wrong indentation, or a second ": " on a line', '"key: value"; quote the value'];
    case 'BAD_SCALAR_START':
    case 'BAD_DQ_ESCAPE':
      return ['a character that needs quotes', "a text in single quotes: '…'"];
    case 'MISSING_CHAR':
      return ['a quote, bracket or colon missing', 'quotes and brackets closed; "key: value"'];
    case 'NON_STRING_KEY':
      return ['a map or list as a key', 'a text as a key'];
    case 'TAG_RESOLVE_FAILED':
      return ['a tag (!…)', 'plain values without tags'];
    default:
      // The parser's own words may quote the file, and with it a secret.
      return [`no YAML (${code}, ${pos[1] - pos[0]} characters)`, 'YAML 1.2'];
  }
}

function unresolvedAliases(document: Document.Parsed): number[] {
  const offsets: number[] = [];
  visit(document, {
    Alias(_, alias: Alias) {
      if (!alias.resolve(document)) offsets.push(alias.range?.[0] ?? 0);
    },
  });
  return offsets;
}

/** Keys that are given twice, or that mean something to JavaScript rather than to a policy. */
function doubtfulKeys(node: unknown, path: Path, lines: LineCounter): Mistake[] {
  if (isSeq(node)) return node.items.flatMap((item, i) => doubtfulKeys(item, [...path, i], lines));
  if (!isMap(node)) return [];
  const firstLines = new Map<string, number>();
  return node.items.flatMap((pair) => {
    const key = keyOf(pair);
    const own = [...path, key];
    const first = firstLines.get(key);
    firstLines.set(key, first ?? positionAt(lines, startOf(pair.key) ?? 0).line);
    const below = doubtfulKeys(pair.value, own, lines);
    if (first !== undefined) {
      const allowed = `one such key (the first is at line ${first})`;
      return [{ path: own, point: 'key', found: 'the key a second time', allowed }, ...below];
    }
    // In a map of free names nothing else would notice it.
    if (key !== '__proto__') return below;
    return [{ path: own, point: 'key', found: 'the key "__proto__"', allowed: 'another key' }];
  });
}

const keyOf = (pair: Pair) => String(isScalar(pair.key) ? pair.key.value : pair.key);

const startOf = (node: unknown): number | undefined =>
  (node as { range?: [number, number, number] | null } | null)?.range?.[0];

/** Where an entry stands: of keys given twice the last, as that is the one that counts. */
function offsetOf(document: Document.Parsed, path: Path, point: Mistake['point']): number {
  let node: unknown = document.contents;
  let pair: Pair | undefined;
  for (const [depth, part] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    const next = childOf(node, part);
    const isMissing = next.pair === undefined && next.node === undefined;
    if (isMissing || (point === 'enclosing map' && depth === path.length - 1)) break;
    ({ node, pair } = next);
  }
  const start = startOf(node);
  const keyStart = startOf(pair?.key);
  const pointsAtKey = point !== 'value' || start === undefined || isNull(node);
  return (pointsAtKey ? (keyStart ?? start) : start) ?? 0;
}

function childOf(parent: unknown, part: string | number): { node?: unknown; pair?: Pair } {
  if (isSeq(parent)) return { node: parent.items[Number(part)] };
  if (!isMap(parent)) return {};
  const pair = parent.items.findLast((item) => keyOf(item) === String(part));
  return pair ? { node: pair.value, pair } : {};
}
