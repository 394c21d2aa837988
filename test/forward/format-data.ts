import { readFileSync } from 'node:fs';

/** @param name - of a file of test/data/formats, without `.json`. */
export const formatData = (name: string) =>
  JSON.parse(readFileSync(new URL(`../data/formats/${name}.json`, import.meta.url), 'utf8'));

type Leaf = { path: string; value: unknown };

/** Every value of a JSON document that is no object, by its path; a list is one value. */
export const leavesOf = (value: unknown, path = ''): Leaf[] =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value).flatMap(([key, one]) => leavesOf(one, path ? `${path}.${key}` : key))
    : [{ path, value }];
