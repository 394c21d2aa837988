import { badRequest, unsupportedQuery } from '../errors.ts';

export type Literal = string | number | boolean | null;
export type Compare = 'eq' | 'ne' | 'ge' | 'le';

export type Filter =
  | { op: 'and' | 'or'; left: Filter; right: Filter }
  | { op: 'not'; of: Filter }
  | { op: 'in'; path: string; values: readonly Literal[] }
  | { op: Compare; path: string; value: Literal }
  | { op: 'startswith' | 'endswith'; path: string; value: string }
  | { op: 'any'; path: string; variable: string; where: Filter | undefined }
  | { op: 'is'; path: string };

const tokens = /\s*(?:('(?:[^']|'')*')|([(),:])|([^\s(),:']+(?::[^\s(),']+)*(?=[\s(),:']|$)))/gy;

function tokenise(text: string): string[] {
  const found: string[] = [];
  tokens.lastIndex = 0;
  while (text.slice(tokens.lastIndex).trim() !== '') {
    const match = tokens.exec(text);
    if (!match) throw badRequest(`Invalid filter clause: syntax error in '${text}'.`);
    // A time holds colons; the one after the variable of `any` stands alone.
    const word = match[3];
    const lambda = word === undefined ? null : /^([a-z]\w*):(.*)$/i.exec(word);
    if (lambda?.[1] && lambda[2] !== undefined) found.push(lambda[1], ':', lambda[2]);
    else found.push(match[1] ?? match[2] ?? word ?? '');
  }
  return found;
}

/** @throws {GraphError} 400: no valid filter, or one with an operator that is not simulated. */
export function parseFilter(text: string): Filter {
  const words = tokenise(text);
  let next = 0;
  const peek = () => words[next]?.toLowerCase();
  const take = () => words[next++] ?? '';
  const expect = (word: string) => {
    const found = take();
    if (found !== word) {
      throw badRequest(`Invalid filter clause: '${word}' expected, '${found}' found in '${text}'.`);
    }
  };

  const disjunction = (): Filter => {
    let left = conjunction();
    while (peek() === 'or') {
      take();
      left = { op: 'or', left, right: conjunction() };
    }
    return left;
  };
  const conjunction = (): Filter => {
    let left = negation();
    while (peek() === 'and') {
      take();
      left = { op: 'and', left, right: negation() };
    }
    return left;
  };
  const negation = (): Filter => {
    if (peek() !== 'not') return primary();
    take();
    return { op: 'not', of: primary() };
  };
  const primary = (): Filter => {
    if (peek() === '(') {
      take();
      const inner = disjunction();
      expect(')');
      return inner;
    }
    const word = take();
    if (words[next] === '(') return call(word);
    const operator = peek();
    if (operator === undefined || operator === 'and' || operator === 'or' || operator === ')') {
      return { op: 'is', path: word };
    }
    return comparison(word);
  };
  const call = (name: string): Filter => {
    expect('(');
    if (name.toLowerCase().endsWith('/any')) return lambda(name.slice(0, -'/any'.length));
    const op = name.toLowerCase();
    if (op !== 'startswith' && op !== 'endswith') {
      throw unsupportedQuery(`Unsupported function '${name}' in the filter clause.`);
    }
    const path = take();
    expect(',');
    const value = literal(take());
    expect(')');
    return { op, path, value: String(value) };
  };
  const lambda = (path: string): Filter => {
    if (peek() === ')') {
      take();
      return { op: 'any', path, variable: '', where: undefined };
    }
    const variable = take();
    expect(':');
    const where = disjunction();
    expect(')');
    return { op: 'any', path, variable, where };
  };
  const comparison = (path: string): Filter => {
    const op = take().toLowerCase();
    if (op === 'in') {
      expect('(');
      const values = [literal(take())];
      while (peek() === ',') {
        take();
        values.push(literal(take()));
      }
      expect(')');
      return { op, path, values };
    }
    if (op !== 'eq' && op !== 'ne' && op !== 'ge' && op !== 'le') {
      throw unsupportedQuery(`Unsupported operator '${op}' in the filter clause.`);
    }
    return { op, path, value: literal(take()) };
  };

  const filter = disjunction();
  if (next < words.length) {
    throw badRequest(`Invalid filter clause: '${words[next]}' is one word too many.`);
  }
  return filter;
}

function literal(word: string): Literal {
  if (word.startsWith("'")) return word.slice(1, -1).replaceAll("''", "'");
  if (word === 'true' || word === 'false') return word === 'true';
  if (word === 'null') return null;
  if (/^-?\d+(\.\d+)?$/.test(word)) return Number(word);
  if (/^[0-9a-f]{8}-[0-9a-f-]{27}$/i.test(word) || /^\d{4}-\d\d-\d\d/.test(word)) return word;
  throw badRequest(`Invalid filter clause: '${word}' is no literal.`);
}
