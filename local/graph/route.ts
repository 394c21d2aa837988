import { type PathEntry, paths, type Version } from './contract.ts';
import { badRequest, GraphError } from './errors.ts';

export type Route = { entry: PathEntry; keys: readonly string[] };

const stepsOf = (path: string) => path.split('/').filter((step) => step !== '');

const templates = paths.map((entry) => ({ entry, steps: stepsOf(entry.path) }));

/** The keys, if the steps fit the template. `{id}` takes any step, but a literal template goes first. */
function keysOf(template: readonly string[], steps: readonly string[]): string[] | undefined {
  if (template.length !== steps.length) return;
  const keys: string[] = [];
  for (const [index, part] of template.entries()) {
    const step = steps[index] ?? '';
    if (part === '{id}') keys.push(step);
    else if (part.toLowerCase() !== step.toLowerCase()) return;
  }
  return keys;
}

/**
 * Finds what a path stands for.
 *
 * @param path - Without the version, decoded or not.
 * @throws {GraphError} 400: no such segment in this version. 405: not with this method.
 */
export function routeOf(version: Version, method: string, path: string): Route {
  const steps = stepsOf(path).map(decodeStep);
  const fitting = templates
    .filter(({ entry }) => entry.v === version)
    .map((template) => ({ ...template, keys: keysOf(template.steps, steps) }))
    .filter((candidate) => candidate.keys !== undefined)
    .toSorted((a, b) => (a.keys?.length ?? 0) - (b.keys?.length ?? 0));
  if (fitting.length === 0) {
    throw badRequest(`Resource not found for the segment '${unknownStep(version, steps)}'.`);
  }
  const chosen = fitting.find(({ entry }) => entry.m === method);
  if (!chosen) {
    throw new GraphError(
      405,
      'Request_BadRequest',
      `Specified HTTP method ${method} is not allowed.`,
    );
  }
  return { entry: chosen.entry, keys: chosen.keys ?? [] };
}

function decodeStep(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    throw badRequest(`Malformed segment '${step}'.`);
  }
}

function unknownStep(version: Version, steps: readonly string[]): string {
  const lengths = steps.map((_, index) => index + 1);
  const known = lengths.filter((length) =>
    templates.some(
      ({ entry, steps: template }) =>
        entry.v === version &&
        keysOf(template.slice(0, length), steps.slice(0, length)) !== undefined,
    ),
  );
  return steps[known.length] ?? steps.at(-1) ?? '';
}
