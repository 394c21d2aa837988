import { isIP } from 'node:net';
import type * as z from 'zod';
import { detectionRule } from './detections.ts';
import { secretRule } from './fields.ts';
import { describeFound, listOf, type Mistake, type Path } from './problem.ts';
import { closest } from './suggestion.ts';

type Issue = z.core.$ZodIssue;

/** What the schema says against a policy, one mistake for each cause. */
export function schemaMistakes(issues: readonly Issue[], data: unknown): Mistake[] {
  const mistakes = issues.flatMap((issue) => mistakesOf(issue, data));
  const misspelt = new Set(
    mistakes.map(({ path, suggestion }) => pathId([...path.slice(0, -1), suggestion ?? ''])),
  );
  const secretOwners = new Set(
    mistakes.filter(({ reason }) => reason === secretRule).map(({ path }) => parentId(path)),
  );
  return withoutRepeats(
    mistakes.filter(({ path, point }) => {
      // A misspelt key is also a missing one; that would be the same mistake told twice.
      if (point === 'enclosing map') return !misspelt.has(pathId(path));
      // A literal URL in a `{ }` map ends at its first comma, and what follows becomes a key.
      const isWord = /^[\w-]+$/.test(String(path.at(-1)));
      return point !== 'key' || isWord || !secretOwners.has(parentId(path));
    }),
  );
}

/**
 * One mistake for an entry is enough: of several at the same key the first stays, and what lies
 * beneath an entry that has to go or change anyhow is not judged.
 */
export function withoutRepeats(mistakes: readonly Mistake[]): Mistake[] {
  const seen = new Set<string>();
  const firsts = mistakes.filter(({ path }) => {
    const id = pathId(path);
    return !seen.has(id) && seen.add(id);
  });
  return firsts.filter(({ path }) => !path.some((_, end) => seen.has(pathId(path.slice(0, end)))));
}

const pathId = (path: Path) => JSON.stringify(path);
const parentId = (path: Path) => pathId(path.slice(0, -1));

function mistakesOf(issue: Issue, data: unknown): Mistake[] {
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  if (issue.message === secretRule) return [secretMistake(path, data)];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys
      .filter((key) => key !== '__proto__') // `source.ts` reports it, in every kind of map.
      .map((key) => unknownKey([...path, key], issue.message.split(', ')));
  }
  const key = String(path.at(-1));
  if (issue.code === 'invalid_key') {
    const found = `the name ${describeFound(key, path)}`;
    return [{ path, point: 'key', found, allowed: issue.message }];
  }
  const { value, isMissing } = lookUp(data, path);
  return [
    {
      path,
      point: isMissing ? 'enclosing map' : 'value',
      found: describeFound(value, path),
      allowed: issue.message,
      suggestion: suggestionFor(issue, value),
    },
  ];
}

function unknownKey(path: Path, keys: readonly string[]): Mistake {
  const key = path.at(-1);
  const isDetection = path.length === 2 && path[0] === 'detections';
  return {
    path,
    point: 'key',
    found: `the unknown key ${describeFound(key, path)}`,
    allowed: isDetection ? detectionRule : listOf(keys),
    suggestion: closest(key, keys),
  };
}

/** Nothing of what was written is repeated, not even its kind; whatever is wrong within is one mistake. */
function secretMistake(path: Path, data: unknown): Mistake {
  const owner = path.at(-1) === 'env' ? path.slice(0, -1) : path;
  const { value, isMissing } = lookUp(data, owner);
  return {
    path: owner,
    point: isMissing ? 'enclosing map' : 'value',
    reason: secretRule,
    found: value === undefined || value === null ? 'nothing' : 'something else (not shown)',
    allowed: '{ env: NAME }, NAME in capitals, digits and _',
  };
}

function suggestionFor(issue: Issue, value: unknown): string | undefined {
  if (issue.code === 'invalid_value') return closest(value, issue.values.map(String));
  if (issue.code === 'invalid_union' && 'options' in issue) {
    return closest(value, (issue.options ?? []).map(String));
  }
  if (issue.path.at(-1) === 'timezone') return closest(value, Intl.supportedValuesOf('timeZone'));
  if (issue.path.at(-2) === 'knownNetworks') {
    const version = isIP(String(value));
    return version === 0 ? undefined : `${value}/${version === 4 ? 32 : 128}`;
  }
  return undefined;
}

function lookUp(data: unknown, path: Path): { value: unknown; isMissing: boolean } {
  let value = data;
  for (const part of path) {
    const isThere = typeof value === 'object' && value !== null && Object.hasOwn(value, part);
    if (!isThere) return { value: undefined, isMissing: true };
    value = (value as Record<string | number, unknown>)[part];
  }
  return { value, isMissing: false };
}
