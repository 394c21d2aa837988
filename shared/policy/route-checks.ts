import { at, itemsOf } from './as-written.ts';
import { type KnownNames, unknownIn, unknownTenantsIn } from './known-names.ts';
import { describeFound, type Mistake } from './problem.ts';

/** Routes that name a channel or a tenant that does not exist, or hours that never are. */
export function routeMistakes(data: unknown, { channels, tenants }: KnownNames): Mistake[] {
  const routes = itemsOf(at(data, 'routes'));
  const unknownChannels = routes.flatMap((route, index) =>
    unknownIn(at(route, 'channels'), ['routes', index, 'channels'], 'channel', channels),
  );
  const unknownTenants = routes.flatMap((route, index) =>
    unknownTenantsIn(at(route, 'tenants'), ['routes', index, 'tenants'], tenants),
  );
  return [
    // Without any channel it is one mistake, however many routes there are.
    ...(channels?.length === 0 ? unknownChannels.slice(0, 1) : unknownChannels),
    ...unknownTenants,
    ...routes.flatMap(emptyHours),
  ];
}

function emptyHours(route: unknown, index: number): Mistake[] {
  const [from, to] = [at(route, 'during', 'from'), at(route, 'during', 'to')];
  if (typeof from !== 'string' || from !== to) return [];
  const path = ['routes', index, 'during', 'to'];
  return [
    { path, point: 'value', found: describeFound(to, path), allowed: 'another time than `from`' },
  ];
}
