import { actionOf } from './actions.ts';
import { checkLicence, checkPermission, checkSignInActivity } from './allowed.ts';
import { answerDelta, answerList } from './answer-list.ts';
import { isList, type PathEntry } from './contract.ts';
import { badRequest, notFound } from './errors.ts';
import { answerOf } from './faults.ts';
import { checkOptions } from './query/check.ts';
import { matches } from './query/matches.ts';
import { type Options, readOptions } from './query/options.ts';
import { checkExpansions, project } from './query/project.ts';
import { type Route, routeOf } from './route.ts';
import { sourceOf } from './sources.ts';
import { costOf } from './throttle.ts';
import { readBearer } from './tokens.ts';
import type { Answer, Ask, World } from './world.ts';

/** What is remembered of a request as far as it got. */
export type Trace = { entry?: PathEntry };

/**
 * Answers one request to Graph, alone or within a batch.
 *
 * @throws {GraphError} A refusal.
 */
export function answerGraph(world: World, ask: Ask, trace: Trace): Answer {
  const now = world.now();
  const { roles } = readBearer(ask.headers.authorization, now, 'https://graph.microsoft.com');
  const route = routeOf(ask.version, ask.method, keyedByAppId(world, ask.path));
  trace.entry = route.entry;
  const fault = world.faults.strike(route.entry.path, route.entry.thr);
  const struck = fault && answerOf(fault, ask);
  if (struck) return struck;

  const { entry, keys } = route;
  const options = readOptions(ask.query, entry.q);
  const { tenant } = world.directory;
  const spent = world.throttle.spend(entry.thr, {
    cost: costOf(entry, options),
    key: entry.thr === 'outlook' ? (keys[0] ?? '') : '',
    users: tenant.users.length,
    now,
  });
  checkPermission(entry, roles);
  checkLicence(entry, tenant);
  checkSignInActivity(entry, options, { roles, tenant, keys });
  checkOptions(entry, options, ask.headers.consistencylevel);
  checkExpansions(entry, options.expand);
  const answer = answerRoute(world, ask, route, options, fault?.isRepeatedPage === true);
  return {
    ...answer,
    headers: { ...spent, ...answer.headers },
    ...(fault?.stallMs !== undefined && { stallMs: fault.stallMs }),
  };
}

function answerRoute(
  world: World,
  ask: Ask,
  { entry, keys }: Route,
  options: Options,
  isRepeated: boolean,
): Answer {
  const collection = collectionOf(entry.path);
  const tenant = world.directory.seenBy(collection, isList(entry.returns) ? 'list' : 'byId');
  const action = actionOf(entry);
  if (action) return action({ world, entry, keys, body: ask.body, tenant });
  const source = sourceOf(entry);
  if (!source) throw badRequest(`Resource not found for the segment '${collection}'.`);

  const question = { tenant, now: world.now(), keys, filter: options.filter };
  if (isList(entry.returns)) {
    const rows = () => [source(question)].flat();
    const listed = { world, ask, entry, options, tenant, rows, isRepeated };
    return entry.path.endsWith('/delta') ? answerDelta(listed) : answerList(listed);
  }
  const found = [source(question)].flat();
  const { filter } = options;
  if (entry.path.endsWith('/$count')) {
    const count = found.filter(({ fields }) => !filter || matches(filter, fields)).length;
    return { status: 200, headers: { 'content-type': 'text/plain' }, body: String(count) };
  }
  const [row] = found;
  if (!row) throw notFound(collection);
  const context = `https://graph.microsoft.com/${entry.v}/$metadata#${collection}/$entity`;
  const fields = project(row, entry.v, options);
  return { status: 200, headers: {}, body: { '@odata.context': context, ...fields } };
}

/** The last word of a path that names objects: not a key, a cast, a count or the changes. */
const collectionOf = (path: string) =>
  path
    .split('/')
    .filter((word) => /^\w+$/.test(word) && word !== 'delta')
    .at(-1) ?? '';

/** `/servicePrincipals(appId='…')` stands for the id. */
function keyedByAppId({ directory }: World, path: string): string {
  const keyed = /^\/(servicePrincipals|applications)\(appId='([^']+)'\)(.*)$/i.exec(
    path.replaceAll('%27', "'"),
  );
  const [, collection = '', appId, rest = ''] = keyed ?? [];
  if (!keyed) return path;
  const list =
    collection.toLowerCase() === 'applications'
      ? directory.tenant.applications
      : directory.tenant.servicePrincipals;
  const id = list.find(({ fields }) => fields.appId === appId)?.fields.id ?? appId;
  return `/${collection}/${id}${rest}`;
}
