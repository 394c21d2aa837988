import { parseTime } from '../../time.ts';
import type { Snapshot } from '../../watch/directory.ts';
import type { GraphReader } from '../reader.ts';
import {
  type ReviewScope,
  reviewDefinitions,
  reviewInstances,
  undecided,
} from '../requests/roles.ts';

type Reviews = NonNullable<Snapshot['accessReviews']>;
type Instances = NonNullable<Reviews[number]['instances']>;

/** Of a review that comes back every week, the last ones tell enough. */
const mostInstances = 3;

/**
 * Reviews of roles and of groups that lead to them.
 *
 * @throws {ReadError}
 */
export async function readAccessReviews(
  graph: GraphReader,
  { groups, now }: { groups: ReadonlySet<string>; now: number },
): Promise<Reviews> {
  const reviews: Reviews = [];
  for (const definition of await graph.list(reviewDefinitions)) {
    const queries = [definition.scope, definition.instanceEnumerationScope].flatMap(queriesIn);
    const reviewed = {
      roles: idsBehind('roleDefinitions', queries),
      groups: idsBehind('groups', queries).filter((id) => groups.has(id)),
    };
    if (reviewed.roles.length === 0 && reviewed.groups.length === 0) continue;
    reviews.push({
      id: definition.id,
      name: definition.displayName,
      ...reviewed,
      instances: await instancesOf(graph, definition.id, now),
    });
  }
  return reviews;
}

const queriesIn = (scope: ReviewScope | null | undefined): string[] =>
  scope
    ? [
        scope.query ?? '',
        ...(scope.resourceScopes ?? []).flatMap(queriesIn),
        ...(scope.principalScopes ?? []).flatMap(queriesIn),
      ]
    : [];

const guid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';

/** `/v1.0/groups/<id>/transitiveMembers`, `/roleManagement/directory/roleDefinitions/<id>`. */
function idsBehind(collection: string, queries: readonly string[]): string[] {
  const place = new RegExp(`/${collection}/(${guid})`, 'gi');
  const ids = queries.flatMap((query) => [...query.matchAll(place)].map(([, id = '']) => id));
  return [...new Set(ids.map((id) => id.toLowerCase()))];
}

async function instancesOf(graph: GraphReader, id: string, now: number): Promise<Instances> {
  const rows = await graph.list(reviewInstances, id);
  const latest = rows
    .filter(({ startDateTime }) => (parseTime(startDateTime) ?? 0) <= now)
    .toSorted((a, b) => (b.startDateTime ?? '').localeCompare(a.startDateTime ?? ''))
    .slice(0, mostInstances);
  const instances: Instances = [];
  for (const row of latest) {
    const decisions = await graph.list(undecided, id, row.id);
    instances.push({
      id: row.id,
      startsAt: row.startDateTime,
      endsAt: row.endDateTime,
      status: row.status,
      undecided: decisions.filter(({ decision }) => decision === 'NotReviewed').length,
    });
  }
  return instances;
}
