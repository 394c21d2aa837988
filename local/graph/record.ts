import type { Trace } from './answer-graph.ts';
import type { RecordedRequest, World } from './world.ts';

/** The local stack runs for days. */
const mostKept = 10_000;

/** Notes a request, with the permissions that its path takes. */
export function record(
  { requests }: World,
  request: Omit<RecordedRequest, 'path' | 'permissions' | 'needsAll'>,
  { entry }: Trace,
  path?: string,
): void {
  requests.push({
    ...request,
    path: entry?.path ?? path,
    permissions: entry ? [...entry.least, ...(entry.alt ?? [])] : [],
    ...(entry?.allOf && { needsAll: true }),
  });
  if (requests.length > mostKept) requests.shift();
}
