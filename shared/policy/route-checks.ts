import { at, entriesOf, fold, itemsOf, textsOf } from './as-written.ts';
import { channelNamePattern } from './delivery.ts';
import { describeFound, listOf, type Mistake, type Path } from './problem.ts';
import { closest } from './suggestion.ts';

/** Routes that name a channel or a tenant that does not exist. */
export function routeMistakes(data: unknown, repeatedKeys: ReadonlySet<string>): Mistake[] {
  const channels = repeatedKeys.has('channels') ? undefined : channelNames(data);
  const tenants = repeatedKeys.has('tenants') ? undefined : tenantNames(data);
  const routes = itemsOf(at(data, 'routes'));
  const unknownChannels = routes.flatMap((route, index) =>
    textsOf(at(route, 'channels'))
      .filter(({ text }) => channels && !channels.includes(text))
      .map((one) =>
        unknownTarget(
          ['routes', index, 'channels', one.index],
          one.text,
          'channel',
          channels ?? [],
        ),
      ),
  );
  const unknownTenants = routes.flatMap((route, index) =>
    textsOf(at(route, 'tenants'))
      .filter(({ folded }) => tenants && !tenants.known.has(folded))
      .map((one) =>
        unknownTarget(
          ['routes', index, 'tenants', one.index],
          one.text,
          'tenant',
          tenants?.names ?? [],
        ),
      ),
  );
  // Without any channel it is one mistake, however many routes there are.
  return [
    ...(channels?.length === 0 ? unknownChannels.slice(0, 1) : unknownChannels),
    ...unknownTenants,
  ];
}

/** Undefined where another mistake hides them, so that it is not told once more for every route. */
function channelNames(data: unknown): string[] | undefined {
  const channels = at(data, 'channels');
  if (channels !== undefined) {
    const isMap = typeof channels === 'object' && channels !== null && !Array.isArray(channels);
    return isMap ? entriesOf(channels).map(([name]) => name) : undefined;
  }
  const isMisspelt = entriesOf(data).some(([key]) => closest(key, ['channels']) !== undefined);
  return isMisspelt ? undefined : [];
}

function tenantNames(data: unknown): { names: string[]; known: Set<string> } | undefined {
  const tenants = itemsOf(at(data, 'tenants'));
  const textsAt = (key: string) =>
    tenants.map((tenant) => at(tenant, key)).filter((text) => typeof text === 'string');
  const names = textsAt('name');
  const isComplete = names.length > 0 && names.length === tenants.length;
  return isComplete ? { names, known: new Set([...names, ...textsAt('id')].map(fold)) } : undefined;
}

function unknownTarget(path: Path, name: string, what: string, known: readonly string[]): Mistake {
  // What is no name may be a piece of a URL, with the secret in it.
  const names = what === 'channel' ? known.filter((one) => channelNamePattern.test(one)) : known;
  return {
    path,
    point: 'value',
    found: `the unknown ${what} ${describeFound(name, path)}`,
    allowed:
      names.length > 0
        ? listOf(names.map((one) => describeFound(one, path)))
        : `none: there is no ${what}`,
    suggestion: closest(name, names),
  };
}
