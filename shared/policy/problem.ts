/** One thing that is wrong with a policy, at its place in the file. */
export type PolicyProblem = {
  file: string;
  /** From 1. */
  line: number;
  /** From 1. */
  column: number;
  /** The way to it: `tenants[0].workingHours.days[2]`. */
  key: string;
  /** What stands there, in words; of the file's own text at most 60 characters, and never a secret. */
  found: string;
  /** What may stand there. */
  allowed: string;
  /** The whole text after the key, with `found`, `allowed` and perhaps a suggestion. */
  message: string;
  severity: 'error' | 'warning';
};

export type Path = readonly (string | number)[];

/** A mistake before its place in the file is known. */
export type Mistake = {
  path: Path;
  /** Which part of the entry to point at; a missing one is pointed at by the map it is missed in. */
  point: 'key' | 'value' | 'enclosing map';
  found: string;
  allowed: string;
  /** Said first, where `found` and `allowed` do not explain themselves. */
  reason?: string;
  suggestion?: string | undefined;
  severity?: 'warning';
};

const longest = 60;

/** Whatever stands in a policy may be hostile: it never becomes a second line or turns one around. */
export const oneLine = (text: string): string =>
  text.toWellFormed().replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '');

/** `policy.yaml:12:5 tenants[0].name: found 3; allowed: a name`, always one line. */
export function formatProblem(problem: PolicyProblem): string {
  const { file, line, column, key, message, severity } = problem;
  const prefix = severity === 'warning' ? 'warning: ' : '';
  return oneLine(`${file}:${line}:${column} ${key}: ${prefix}${message}`);
}

export function toProblem(
  mistake: Mistake,
  file: string,
  { line, column }: { line: number; column: number },
): PolicyProblem {
  const { path, found, allowed, reason, suggestion, severity = 'error' } = mistake;
  const message = [
    reason ? `${reason}; ` : '',
    `found ${found}; allowed: ${allowed}`,
    suggestion === undefined ? '' : ` (did you mean "${suggestion}"?)`,
  ].join('');
  return { file, line, column, key: formatPath(path), found, allowed, message, severity };
}

/** `tenants[0].name`; keys that are not plain words are quoted: `channels["a b"]`. */
export function formatPath(path: Path): string {
  if (path.length === 0) return '(policy)';
  return path
    .map((part, index) => {
      if (typeof part === 'number') return `[${part}]`;
      const isWord = /^[A-Za-z_(][\w()-]{0,59}$/.test(part);
      if (!isWord) return `[${describeFound(part, path)}]`;
      return index === 0 ? part : `.${part}`;
    })
    .join('');
}

/**
 * What was found, fit to be printed and logged.
 *
 * A misplaced secret must not be repeated. So a URL is never shown (the key to a webhook is in it),
 * and inside a channel or sink nothing is but plain words and mail addresses: `a,sig=…` in a YAML flow
 * map makes a key of the signature.
 */
export function describeFound(value: unknown, path: Path): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'a map';
  if (typeof value !== 'string') return String(value);
  if (value === '') return 'an empty text';
  if (value.includes('://')) return 'a URL (not shown)';
  const [part, , key] = path;
  const isDelicate = part === 'channels' || (part === 'sinks' && key !== 'tenants');
  if (isDelicate && path.length > 1 && !/^[\w.+@-]{1,60}$/.test(value)) return 'a text (not shown)';
  return quote(value);
}

export function quote(text: string): string {
  const clean = [...oneLine(text.slice(0, 4 * longest))];
  return `"${clean.length > longest ? `${clean.slice(0, longest - 1).join('')}…` : clean.join('')}"`;
}

/** `mon, tue, wed` */
export const listOf = (values: readonly string[]): string => values.join(', ');
